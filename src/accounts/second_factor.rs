//! The second factor: a code of six digits that changes every half minute (RFC 6238), and recovery codes for when the
//! phone is gone.
//!
//! The secret is sealed by the instance's keys. A code works once: the step of the last one that was taken is kept,
//! and only later ones are taken. Whoever knows the password but not the code gets as many tries as whoever does not
//! know the password, and no more.

use chrono::{DateTime, TimeDelta, Utc};
use totp_rs::{Algorithm, Builder, Totp};

use super::audit::{AuditAction, By, record_user};
use super::session::{Door, SessionLimits, begin_session};
use super::sign_in::{Attempt, FailureLimits};
use super::store::{self, StaffUser, second_factor as rows};
use super::token::{TokenHash, subject_hash};
use crate::db::{Bad, Conn, Fault, Never, Tx, portable};
use crate::domain::ids::StaffUserId;
use crate::domain::recognise::EmailAddress;

/// Bytes of chance in a secret, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
/// How many recovery codes there are.
pub const RECOVERY_CODES: usize = 10;
/// Bytes of chance in a recovery code: sixteen characters.
pub const RECOVERY_CODE_BYTES: usize = 10;
/// A sign-in waits so long for its code.
pub const CHALLENGE_MINUTES: i64 = 5;
/// After so many wrong codes the password is asked for again.
pub const CHALLENGE_FAILURES_MAX: i32 = 5;

const STEP_SECONDS: u64 = 30;
const DIGITS: u8 = 6;
/// One step before and one after are taken as well, for clocks that differ.
const SKEW_STEPS: u16 = 1;

/// A secret in clear, just unsealed or just drawn.
#[derive(Clone, PartialEq, Eq)]
pub struct FactorSecret([u8; SECRET_BYTES]);

impl FactorSecret {
    /// From chance.
    pub const fn new(chance: [u8; SECRET_BYTES]) -> Self {
        Self(chance)
    }

    /// Reads what [`FactorSecret::text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// For typing into a phone: 32 characters.
    pub fn text(&self) -> String {
        data_encoding::BASE32_NOPAD.encode(&self.0)
    }

    fn totp(&self) -> Option<Totp> {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(SKEW_STEPS)
            .with_step_duration(STEP_SECONDS)
            .with_secret(self.0);
        builder.build().ok()
    }

    /// The step whose code this is, when it is one of now, just before or just after. Compared in constant time.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let time = u64::try_from(now.timestamp()).ok()?;
        let step = self.totp()?.check(code, time)?;
        i64::try_from(step).ok()
    }

    /// The code of a moment, for tests and for whoever shows one.
    pub fn code_at(&self, moment: DateTime<Utc>) -> Option<String> {
        let time = u64::try_from(moment.timestamp()).ok()?;
        Some(self.totp()?.generate(time).to_string())
    }

    /// The address that phones read from the picture.
    pub fn address(&self, clinic: &str, email: &str) -> String {
        let plain = |text: &str| -> String {
            let text = text.replace(':', " ");
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
        };
        let (issuer, account) = (plain(clinic), plain(email));
        let secret = self.text();
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }
}

impl std::fmt::Debug for FactorSecret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("FactorSecret(hidden)")
    }
}

/// What somebody typed: a code of the phone, or a recovery code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedCode {
    /// Six digits.
    Phone(String),
    /// The hash of a recovery code.
    Recovery(TokenHash),
    /// Neither.
    Nonsense,
}

impl TypedCode {
    /// Reads either, blanks and hyphens left out.
    pub fn parse(text: &str) -> Self {
        let plain: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').take(64).collect();
        if plain.len() == usize::from(DIGITS) && plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Phone(plain);
        }
        if plain.len() == 16 && plain.is_ascii() { Self::Recovery(TokenHash::of(&plain)) } else { Self::Nonsense }
    }
}

/// A recovery code as it is shown: four groups of four.
pub fn recovery_code(chance: [u8; RECOVERY_CODE_BYTES]) -> String {
    let plain = data_encoding::BASE32_NOPAD.encode(&chance).to_ascii_lowercase();
    let letters: Vec<char> = plain.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The hash under which a shown code is kept.
pub fn recovery_hash(shown: &str) -> TokenHash {
    TokenHash::of(&shown.replace('-', ""))
}

/// Where somebody stands with their second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorState {
    /// There is none.
    Off,
    /// A secret was made; its first code is still to come.
    Begun {
        /// The secret, sealed.
        sealed: String,
    },
    /// Signing in asks for it.
    On {
        /// Since when.
        since: DateTime<Utc>,
        /// How many recovery codes were not used yet.
        codes_left: i64,
    },
}

/// Where the user stands.
pub fn factor_state(conn: &mut Conn, user: StaffUserId) -> Result<FactorState, Fault> {
    Ok(match rows::factor(conn, user)? {
        None => FactorState::Off,
        Some(kept) => match kept.confirmed_at {
            None => FactorState::Begun { sealed: kept.sealed },
            Some(since) => FactorState::On { since, codes_left: rows::codes_left(conn, user)? },
        },
    })
}

/// Why a change of the second factor was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorRefused {
    /// There is one already.
    AlreadyOn,
    /// There is none to speak of.
    NotOn,
}

/// Keeps a fresh secret; until its first code is shown, signing in asks for nothing more.
pub fn begin_factor(tx: &mut Tx<'_>, user: StaffUserId, sealed: &str) -> Result<(), Bad<FactorRefused>> {
    if rows::keep_secret(tx, user, sealed)? { Ok(()) } else { Err(Bad::Refused(FactorRefused::AlreadyOn)) }
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeOutcome {
    /// It was right, and the deed is done.
    Right,
    /// It was wrong, or used before; the try is counted.
    Wrong,
    /// Too many were wrong; nothing was looked at.
    TooMany {
        /// When it is worth trying again, at the latest.
        wait_minutes: i64,
    },
}

/// Opens a sealed secret; handed in, because the keys are not the database's.
pub type Unseal<'a> = &'a dyn Fn(&str) -> Option<FactorSecret>;

/// Whose tries are counted, by account and by where they come from.
#[derive(Debug, Clone)]
pub struct Tries {
    subjects: [String; 2],
    limits: Option<FailureLimits>,
}

impl Tries {
    /// `address` is the visitor's, as sign-ins count it; `limits` is nothing when limits are switched off.
    pub fn new(email: &str, address: &str, limits: Option<FailureLimits>) -> Self {
        let key = EmailAddress::parse(email).map_or_else(|_wrong| email.to_lowercase(), |email| email.key());
        Self { subjects: [subject_hash("account", &key), subject_hash("address", address)], limits }
    }

    /// Whether there were too many already; makes tries at the same moment count one after the other.
    fn too_many(&self, tx: &mut Tx<'_>) -> Result<Option<i64>, Fault> {
        portable::lock_names(tx.conn, &self.subjects)?;
        let Some(limits) = self.limits else { return Ok(None) };
        let since = tx.now - TimeDelta::minutes(limits.window_minutes);
        for subject in &self.subjects {
            if store::failures_since(tx.conn, subject, since)? >= i64::from(limits.failures_max) {
                return Ok(Some(limits.window_minutes));
            }
        }
        Ok(None)
    }

    fn count(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        store::insert_failures(tx, &self.subjects)?;
        Ok(())
    }

    fn forgive(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let [account, _] = &self.subjects;
        store::forget_failures(tx, &[], account)
    }
}

/// Takes a code of the user's if it is right and was not used: the step, or the recovery code, is used up by it.
fn take(tx: &mut Tx<'_>, user: StaffUserId, code: &TypedCode, by: By, unseal: Unseal<'_>) -> Result<bool, Fault> {
    let Some(kept) = rows::factor(tx.conn, user)? else { return Ok(false) };
    match code {
        TypedCode::Phone(code) => {
            let step = unseal(&kept.sealed).and_then(|secret| secret.step_of(code, tx.now));
            match step {
                Some(step) => rows::take_step(tx, user, step),
                None => Ok(false),
            }
        }
        TypedCode::Recovery(hash) if kept.confirmed_at.is_some() => {
            let taken = rows::take_recovery_code(tx, user, hash)?;
            if taken {
                record_user(tx, AuditAction::RecoveryCodeUsed, by, Some(user))?;
            }
            Ok(taken)
        }
        TypedCode::Recovery(_) | TypedCode::Nonsense => Ok(false),
    }
}

/// What a right code does to one's own second factor.
#[derive(Debug, Clone)]
pub enum FactorDeed {
    /// Signing in asks for it from now on; these are the recovery codes.
    Confirm(Vec<TokenHash>),
    /// These are the recovery codes from now on.
    NewCodes(Vec<TokenHash>),
    /// Signing in asks for the password alone.
    TurnOff,
}

/// Changes one's own second factor, proven by a code. Other devices are signed out when it is set up.
pub fn change_factor(
    tx: &mut Tx<'_>,
    (user, session): (StaffUserId, &TokenHash),
    code: &TypedCode,
    deed: &FactorDeed,
    (by, tries): (By, &Tries),
    unseal: Unseal<'_>,
) -> Result<CodeOutcome, Bad<FactorRefused>> {
    if let Some(wait_minutes) = tries.too_many(tx)? {
        return Ok(CodeOutcome::TooMany { wait_minutes });
    }
    let kept = rows::factor(tx.conn, user)?.ok_or(Bad::Refused(FactorRefused::NotOn))?;
    match (deed, kept.confirmed_at) {
        (FactorDeed::Confirm(_), Some(_)) => return Err(Bad::Refused(FactorRefused::AlreadyOn)),
        (FactorDeed::NewCodes(_) | FactorDeed::TurnOff, None) => return Err(Bad::Refused(FactorRefused::NotOn)),
        _ => {}
    }
    if !take(tx, user, code, by, unseal)? {
        tries.count(tx)?;
        record_user(tx, AuditAction::CodeFailed, by, Some(user))?;
        return Ok(CodeOutcome::Wrong);
    }
    tries.forgive(tx)?;
    match deed {
        FactorDeed::Confirm(codes) => {
            rows::confirm(tx, user)?;
            rows::replace_codes(tx, user, codes)?;
            store::sessions::delete_other_sessions(tx, user, session)?;
            record_user(tx, AuditAction::SecondFactorOn, by, Some(user))?;
        }
        FactorDeed::NewCodes(codes) => {
            rows::replace_codes(tx, user, codes)?;
            record_user(tx, AuditAction::RecoveryCodesMade, by, Some(user))?;
        }
        FactorDeed::TurnOff => {
            rows::forget(tx, user)?;
            record_user(tx, AuditAction::SecondFactorOff, by, Some(user))?;
        }
    }
    Ok(CodeOutcome::Right)
}

/// Takes somebody's second factor away, who lost phone and recovery codes; ends their sessions.
pub fn reset_factor(tx: &mut Tx<'_>, by: By, user: StaffUserId) -> Result<(), Bad<Never>> {
    rows::forget(tx, user)?;
    store::sessions::delete_sessions_of(tx, user)?;
    record_user(tx, AuditAction::SecondFactorReset, by, Some(user))?;
    Ok(())
}

/// The password was right: the sign-in waits for its code. The try is taken back, earlier failures stay.
pub fn begin_challenge(
    tx: &mut Tx<'_>,
    user: StaffUserId,
    challenge: &TokenHash,
    attempt: Option<&Attempt>,
) -> Result<(), Bad<Never>> {
    if let Some(attempt) = attempt {
        store::take_back_failures(tx, &attempt.failures)?;
    }
    rows::insert_challenge(tx, user, challenge, tx.now + TimeDelta::minutes(CHALLENGE_MINUTES))?;
    Ok(())
}

/// Whose sign-in waits; nobody's when it ran out, was used, or had too many wrong codes.
pub fn who_waits(conn: &mut Conn, now: DateTime<Utc>, challenge: &TokenHash) -> Result<Option<StaffUser>, Fault> {
    let Some(found) = rows::challenge(conn, now, challenge)?.filter(|it| it.failures < CHALLENGE_FAILURES_MAX) else {
        return Ok(None);
    };
    Ok(store::user(conn, found.user)?.filter(|user| user.disabled_at.is_none()))
}

/// What becomes of a sign-in's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeOutcome {
    /// Signed in.
    In,
    /// The code was wrong, or used before.
    Wrong,
    /// Too many were wrong for this account or from this address.
    TooMany {
        /// When it is worth trying again, at the latest.
        wait_minutes: i64,
    },
    /// The sign-in ran out, or had too many wrong codes: it begins anew with the password.
    Over,
}

/// The fresh session, if the code is right.
#[derive(Debug, Clone)]
pub struct WantedSession {
    /// Its token's hash.
    pub session: TokenHash,
    /// How long it lasts.
    pub limits: SessionLimits,
    /// The browser's old session, which ends.
    pub instead_of: Option<TokenHash>,
    /// Where the request came from.
    pub door: Door,
}

/// The second step of signing in. A wrong code is counted in the same write.
pub fn answer_challenge(
    tx: &mut Tx<'_>,
    challenge: &TokenHash,
    code: &TypedCode,
    (wanted, tries): (&WantedSession, &Tries),
    unseal: Unseal<'_>,
) -> Result<ChallengeOutcome, Bad<Never>> {
    if let Some(wait_minutes) = tries.too_many(tx)? {
        return Ok(ChallengeOutcome::TooMany { wait_minutes });
    }
    let Some(user) = who_waits(tx.conn, tx.now, challenge)? else {
        return Ok(ChallengeOutcome::Over);
    };
    let by = wanted.door.by(user.id);
    if !take(tx, user.id, code, by, unseal)? {
        rows::fail_challenge(tx, challenge)?;
        tries.count(tx)?;
        record_user(tx, AuditAction::CodeFailed, By { user: None, ..by }, Some(user.id))?;
        let is_over = who_waits(tx.conn, tx.now, challenge)?.is_none();
        return Ok(if is_over { ChallengeOutcome::Over } else { ChallengeOutcome::Wrong });
    }
    if !rows::use_challenge(tx, challenge)? {
        return Ok(ChallengeOutcome::Over);
    }
    tries.forgive(tx)?;
    begin_session(tx, user.id, &wanted.session, wanted.limits, (wanted.instead_of.as_ref(), &wanted.door))?;
    Ok(ChallengeOutcome::In)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> FactorSecret {
        FactorSecret::new(*b"12345678901234567890")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(secret().code_at(at(seconds)).as_deref(), Some(code));
            assert_eq!(secret().step_of(code, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn one_step_early_or_late_is_near_enough() {
        let code = secret().code_at(at(3_000)).unwrap();
        for seconds in [2_970, 3_000, 3_059] {
            assert_eq!(secret().step_of(&code, at(seconds)), Some(100), "{seconds}");
        }
        for seconds in [2_969, 3_060] {
            assert_eq!(secret().step_of(&code, at(seconds)), None, "{seconds}");
        }
    }

    #[test]
    fn what_is_typed_is_one_of_both_or_nonsense() {
        assert_eq!(TypedCode::parse(" 123 456 "), TypedCode::Phone("123456".to_owned()));
        let shown = recovery_code([0xAB; RECOVERY_CODE_BYTES]);
        assert_eq!(shown.len(), 19);
        assert_eq!(TypedCode::parse(&shown.to_uppercase()), TypedCode::Recovery(recovery_hash(&shown)));
        for wrong in ["", "12345", "1234567", "１２３４５６", "<script>", &"9".repeat(100)] {
            assert_eq!(TypedCode::parse(wrong), TypedCode::Nonsense, "{wrong}");
        }
    }

    #[test]
    fn the_secret_hides_itself_and_is_read_back() {
        assert_eq!(FactorSecret::parse(&secret().text()), Some(secret()));
        assert!(!format!("{:?}", secret()).contains("GEZD"));
        let address = secret().address("Tooth & Co: fine", "ana@example.com");
        assert!(
            address.starts_with("otpauth://totp/Tooth%20%26%20Co%20%20fine:ana%40example.com?secret=GEZD"),
            "{address}"
        );
    }
}
