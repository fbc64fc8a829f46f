//! Accounts: the people who work here, how they sign in, and what they may do.
//!
//! A **staff user** has one **role** (owner, manager, receptionist, provider) and a password (argon2id). Signing in
//! makes a **session**: a random token in a cookie, kept hashed, ended by idleness, by age, by signing out. A
//! **link** is random too, works once and for half an hour, and lets somebody set a password; opening it changes
//! nothing, pressing the button does. **Failures** are counted by account and by address in the database, so that
//! several processes share one limit, and unknown users get the same answer in the same time as known ones. Whoever set up
//! a **second factor** is asked for a code after the password; a **recovery code** stands in for it once. What happens
//! is written to the **audit**, without names or mail addresses.

pub mod audit;
mod commands;
mod first_run;
mod link;
pub mod password;
pub mod rights;
mod role;
pub mod second_factor;
mod session;
mod sign_in;
mod store;
mod team;
pub mod token;
pub mod web;

pub use audit::{AuditAction, By, ObjectKind, record};
pub use commands::{CommandRefused, add_user, reset_second_factor, reset_user};
pub use first_run::{FirstRunRefused, NewClinic, is_first_run, make_owner};
pub use link::{LINK_LIFE_MINUTES, LinkPurpose, LinkRefused, LinkView, look_at_link, make_link, use_link};
pub use password::Password;
pub use role::Role;
pub use second_factor::{
    CHALLENGE_MINUTES, ChallengeOutcome, CodeOutcome, FactorDeed, FactorRefused, FactorSecret, FactorState, Tries,
    TypedCode, WantedSession, answer_challenge, begin_challenge, begin_factor, change_factor, factor_state,
    reset_factor, who_waits,
};
pub use session::{
    Door, SessionLimits, SessionLine, SignedIn, end_all_sessions, end_numbered_session, end_other_sessions,
    end_session, open_session, see, sessions_of, short_agent, who_is,
};
pub use sign_in::{Attempt, AttemptRefused, FailureLimits, begin_attempt, fail_attempt};
pub use store::audit::{AuditFilter, AuditLine, audit_lines};
pub use store::{StaffUser, provider_is_there};
pub use team::{
    NewUser, TeamRefused, UserDetails, add, change_language, change_password, disable, edit, enable, insert_user,
    kept_password, member, team,
};
