//! Every URL on one page, by who may ask. A line is: method, path, who, handler.
//!
//! The table is data: the rights matrix and the test that no GET changes anything are made from it, so a page that is
//! not in it does not exist. Who may ask is enforced by the handlers' argument types; the test holds them to this.

use actix_web::http::Method;
use actix_web::{Route, guard, web};

use crate::booking::web as pages;
use crate::web::api::document;
use crate::web::{assets, operators};
use crate::{
    accounts, agenda, booking, catalog, clients, feeds, messaging, money, portal, programs, recall, recurrence,
    retention, settings, setup, waitlist, worklists,
};

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Whoever holds a link to the one booking it opens.
    LinkHolder,
    /// Everybody, in the demo only.
    DemoVisitor,
    /// A program with a token of the clinic's own.
    Program,
    /// Whoever reads a mailbox of a client, signed in by a mailed link.
    Client,
    /// Everybody who works here and is signed in.
    Staff,
    /// Receptionist, manager, owner.
    Desk,
    /// Manager, owner.
    Manager,
    /// The owner.
    Owner,
}

/// One line of the table.
pub struct Line {
    /// GET or POST.
    pub method: &'static str,
    /// The pattern.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// Makes the route for one worker.
    pub make: fn() -> Route,
}

macro_rules! table {
    ($($method:ident $path:literal $who:ident $handler:path;)+) => {
        vec![$(Line {
            method: stringify!($method),
            path: $path,
            who: Who::$who,
            make: || asked_by(Method::$method).to($handler),
        }),+]
    };
}

/// Whoever may GET may ask for the head alone; the server leaves the body out.
fn asked_by(method: Method) -> Route {
    if method == Method::GET {
        web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
    } else {
        web::method(method)
    }
}

/// The table, in the order in which addresses are matched.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "every URL on one page is the point")]
pub fn table() -> Vec<Line> {
    table! {
        // The clinic and the booking of a time
        GET  "/"                                    Anyone      pages::clinic;
        GET  "/book"                                Anyone      pages::services;
        GET  "/book/{service}"                      Anyone      pages::times;
        POST "/book/{service}"                      Anyone      pages::book;
        GET  "/book/{service}/repeat"               Anyone      recurrence::web::repeat;
        POST "/book/{service}/repeat"               Anyone      recurrence::web::start;
        POST "/book/{service}/time"                 Anyone      pages::keep;
        GET  "/book/{service}/details"              Anyone      pages::details;
        GET  "/book/{service}/waitlist"             Anyone      waitlist::web::join_page;
        POST "/book/{service}/waitlist"             Anyone      waitlist::web::join;

        // One booking, by its link
        GET  "/m/{token}"                           LinkHolder  pages::manage;
        POST "/m/{token}/cancel"                    LinkHolder  pages::cancel;
        GET  "/m/{token}/move"                      LinkHolder  pages::move_page;
        POST "/m/{token}/move"                      LinkHolder  pages::move_booking;
        GET  "/m/{token}/appointment.ics"           LinkHolder  pages::calendar;

        // The client's own area
        GET  "/calendar/{token}"                    LinkHolder  feeds::web::calendar;
        GET  "/portal"                              Anyone      portal::web::home_page;
        POST "/portal/sign-in"                      Anyone      portal::web::ask_for_link;
        GET  "/portal/link/{token}"                 Anyone      portal::web::link_page;
        POST "/portal/link/{token}"                 Anyone      portal::web::use_link;
        POST "/portal/sign-out"                     Client      portal::web::sign_out;
        POST "/portal/sign-out-everywhere"          Client      portal::web::sign_out_everywhere;
        POST "/portal/act-for"                      Client      portal::web::act_for;
        GET  "/portal/past"                         Client      portal::web::past_page;
        GET  "/portal/messages"                     Client      portal::web::messages_page;
        GET  "/portal/bookings/{booking}"           Client      portal::web::booking;
        GET  "/portal/series/{series}"              Client      portal::web::series;
        GET  "/portal/waitlist/{entry}"             Client      portal::web::wish;
        GET  "/portal/people"                       Client      portal::web::people_page;
        GET  "/portal/people/{client}"              Client      portal::web::person_page;
        POST "/portal/people/{client}/contact"      Client      portal::web::save_contact;
        POST "/portal/people/{client}/consents"     Client      portal::web::save_consents;
        GET  "/portal/people/{client}/data"         Client      portal::web::download;
        POST "/portal/people/{client}/calendar"     Client      portal::web::save_calendar;

        // One wish on the waitlist, by its link
        GET  "/r/{token}"                           LinkHolder  recall::web::link::show;
        POST "/r/{token}/book"                      LinkHolder  recall::web::link::book;
        POST "/r/{token}/later"                     LinkHolder  recall::web::link::later;
        POST "/r/{token}/stop"                      LinkHolder  recall::web::link::stop;
        POST "/r/{token}/resume"                    LinkHolder  recall::web::link::resume;
        GET  "/w/{token}"                           LinkHolder  waitlist::web::show;
        POST "/w/{token}/accept"                    LinkHolder  waitlist::web::accept;
        POST "/w/{token}/decline"                   LinkHolder  waitlist::web::decline;
        POST "/w/{token}/withdraw"                  LinkHolder  waitlist::web::withdraw;
        POST "/w/{token}/stay"                      LinkHolder  waitlist::web::stay;

        // One series, by its link
        GET  "/s/{token}"                           LinkHolder  recurrence::web::manage;
        POST "/s/{token}/change"                    LinkHolder  recurrence::web::change;
        POST "/s/{token}/cancel"                    LinkHolder  recurrence::web::cancel;

        // Agreeing to advertising and stopping it, by links in mails
        GET  "/c/{token}"                           LinkHolder  messaging::web::consent::consent_page;
        POST "/c/{token}"                           LinkHolder  messaging::web::consent::confirm;
        GET  "/u/{token}"                           LinkHolder  messaging::web::unsubscribe::unsubscribe_page;
        POST "/u/{token}"                           LinkHolder  messaging::web::unsubscribe::stop;
        POST "/u/{token}/undo"                      LinkHolder  messaging::web::unsubscribe::undo;

        // Other programs, the most asked first
        GET  "/api/v1/availability"                 Anyone      booking::api::availability::days;
        GET  "/api/v1/services"                     Anyone      catalog::api::services;
        GET  "/api/v1/providers"                    Anyone      catalog::api::providers;
        GET  "/api/v1/locations"                    Anyone      catalog::api::locations;
        GET  "/api/v1/availability/next"            Anyone      booking::api::availability::next;
        POST "/api/v1/holds"                        Anyone      booking::api::holds::keep;
        DELETE "/api/v1/holds/{id}"                 LinkHolder  booking::api::holds::give_up;
        POST "/api/v1/bookings"                     Anyone      booking::api::bookings::book;
        GET  "/api/v1/bookings/{id}"                LinkHolder  booking::api::bookings::read;
        POST "/api/v1/bookings/{id}/reschedule"     LinkHolder  booking::api::moving::move_booking;
        POST "/api/v1/bookings/{id}/cancel"         LinkHolder  booking::api::bookings::cancel;
        POST "/api/v1/waitlist"                     Anyone      waitlist::api::join;
        GET  "/api/v1/waitlist/{id}"                LinkHolder  waitlist::api::read;
        POST "/api/v1/waitlist/{id}/withdraw"       LinkHolder  waitlist::api::withdraw;
        POST "/api/v1/waitlist/{id}/offers/{offer}/accept"  LinkHolder  waitlist::api::accept;
        POST "/api/v1/waitlist/{id}/offers/{offer}/decline" LinkHolder  waitlist::api::decline;
        POST "/api/v1/series/preview"               Anyone      recurrence::api::look;
        POST "/api/v1/series"                       Anyone      recurrence::api::start;
        GET  "/api/v1/series/{id}"                  LinkHolder  recurrence::api::read;
        POST "/api/v1/series/{id}/cancel"           LinkHolder  recurrence::api::cancel;
        POST "/api/v1/series/{id}/change"           LinkHolder  recurrence::api::change;
        GET  "/api/v1/appointments"                 Program     agenda::api::appointments::list;
        GET  "/api/v1/blocks"                       Program     agenda::api::blocks::list;
        POST "/api/v1/blocks"                       Program     agenda::api::blocks::add;
        DELETE "/api/v1/blocks/{id}"                Program     agenda::api::blocks::remove;
        GET  "/api/v1/messages"                     Program     agenda::api::messages::list;
        GET  "/api/v1/payments"                     Program     agenda::api::payments::list;
        POST "/api/v1/payments"                     Program     agenda::api::payments::post;
        GET  "/api/v1/waitlist"                     Program     agenda::api::waiting::list;
        GET  "/api/v1/clients"                      Program     agenda::api::clients::find;
        GET  "/api/v1/recalls"                      Program     recall::api::list;
        POST "/api/v1/recalls/{id}/pause"           Program     recall::api::pause;
        POST "/api/v1/recalls/{id}/disable"         Program     recall::api::disable;
        GET  "/api/v1/clients/{id}"                 Program     agenda::api::clients::read;
        POST "/api/v1/bookings/{id}/approve"        Program     agenda::api::visits::approve;
        POST "/api/v1/bookings/{id}/decline"        Program     agenda::api::visits::decline;
        POST "/api/v1/bookings/{id}/confirm"        Program     agenda::api::visits::confirm;
        POST "/api/v1/bookings/{id}/arrive"         Program     agenda::api::visits::arrive;
        POST "/api/v1/bookings/{id}/start"          Program     agenda::api::visits::start;
        POST "/api/v1/bookings/{id}/complete"       Program     agenda::api::visits::complete;
        POST "/api/v1/bookings/{id}/no-show"        Program     agenda::api::visits::no_show;
        POST "/api/v1/bookings/{id}/undo"           Program     agenda::api::visits::undo;
        GET  "/api/v1/reports/clv"                  Program     retention::api::charts::clv;
        GET  "/api/v1/reports/cohorts"              Program     retention::api::charts::cohorts;
        GET  "/api/v1/reports/retention"            Program     retention::reports::api::retention;
        GET  "/api/v1/openapi.json"                 Anyone      document::json;
        GET  "/api/docs"                            Anyone      document::page;

        // Files of ours
        GET  "/assets/{file}"                       Anyone      assets::serve;

        // What the clinic shows of itself
        GET  "/images/{name}"                       Anyone      settings::web::image;
        GET  "/legal/{kind}"                        Anyone      settings::web::legal;

        // Signing in and out, one's own account
        GET  "/staff/sign-in"                       Anyone      accounts::web::sign_in_page;
        POST "/staff/sign-in"                       Anyone      accounts::web::sign_in;
        GET  "/staff/sign-in/code"                  Anyone      accounts::web::code_page;
        POST "/staff/sign-in/code"                  Anyone      accounts::web::send_code;
        POST "/staff/sign-out"                      Staff       accounts::web::sign_out;
        POST "/staff/sign-out-everywhere"           Staff       accounts::web::sign_out_everywhere;
        GET  "/staff/first-run"                     Anyone      accounts::web::first_run_page;
        POST "/staff/first-run"                     Anyone      accounts::web::first_run;
        GET  "/staff/link/{token}"                  Anyone      accounts::web::link_page;
        POST "/staff/link/{token}"                  Anyone      accounts::web::link;
        GET  "/staff/me"                            Staff       accounts::web::me_page;
        POST "/staff/me/password"                   Staff       accounts::web::change_password;
        POST "/staff/me/language"                   Staff       accounts::web::change_language;
        GET  "/staff/me/second-factor"              Staff       accounts::web::factor_page;
        POST "/staff/me/second-factor"              Staff       accounts::web::begin_factor;
        POST "/staff/me/second-factor/confirm"      Staff       accounts::web::confirm_factor;
        POST "/staff/me/second-factor/codes"        Staff       accounts::web::new_codes;
        POST "/staff/me/second-factor/off"          Staff       accounts::web::turn_factor_off;
        GET  "/staff/me/sessions"                   Staff       accounts::web::sessions_page;
        POST "/staff/me/sessions/end-others"        Staff       accounts::web::end_others;
        POST "/staff/me/sessions/{session}/end"     Staff       accounts::web::end_one;
        GET  "/staff/me/time-off"                   Staff       catalog::web::own_time_off_page;
        POST "/staff/me/time-off"                   Staff       catalog::web::request_time_off;
        POST "/staff/me/time-off/{row}/withdraw"    Staff       catalog::web::withdraw_time_off;
        GET  "/staff/me/calendar"                   Staff       feeds::web::own_page;
        POST "/staff/me/calendar"                   Staff       feeds::web::save_own;

        // The desk
        GET  "/staff"                               Staff       agenda::web::day::day_page;
        GET  "/staff/calendar/events"               Staff       agenda::web::calendar::events::events;
        GET  "/staff/calendar/live"                 Staff       agenda::web::calendar::live::live;
        GET  "/staff/calendar/bookings/{booking}"   Staff       agenda::web::calendar::panel::panel;
        POST "/staff/calendar/bookings/{booking}/preview" Desk  agenda::web::calendar::change::preview;
        POST "/staff/calendar/bookings/{booking}/move" Desk     agenda::web::calendar::change::change;
        GET  "/staff/calendar/block"                Staff       agenda::web::calendar::blocks::new_page;
        POST "/staff/calendar/blocks"               Staff       agenda::web::calendar::blocks::add;
        GET  "/staff/calendar/blocks/{block}"       Staff       agenda::web::calendar::blocks::block_page;
        POST "/staff/calendar/blocks/{block}"       Staff       agenda::web::calendar::blocks::change;
        POST "/staff/calendar/blocks/{block}/remove" Staff      agenda::web::calendar::blocks::remove;
        GET  "/staff/day-sheet"                     Staff       agenda::web::day_sheet::sheet_page;
        GET  "/staff/find-time"                     Desk        agenda::web::find_time::find_page;
        GET  "/staff/requests"                      Desk        agenda::web::requests::requests_page;
        GET  "/staff/book"                          Desk        agenda::web::book::book_page;
        POST "/staff/book"                          Desk        agenda::web::book::book;
        GET  "/staff/book/client"                   Desk        agenda::web::book::client_fragment;
        GET  "/staff/book/times"                    Desk        agenda::web::book::times_fragment;
        GET  "/staff/bookings/{booking}"            Staff       agenda::web::booking::booking_page;
        POST "/staff/bookings/{booking}/approve"    Desk        agenda::web::booking::approve;
        POST "/staff/bookings/{booking}/decline"    Desk        agenda::web::booking::decline;
        POST "/staff/bookings/{booking}/cancel"     Desk        agenda::web::booking::cancel;
        GET  "/staff/bookings/{booking}/move"       Desk        agenda::web::moving::move_page;
        POST "/staff/bookings/{booking}/move"       Desk        agenda::web::moving::move_booking;
        POST "/staff/bookings/{booking}/arrive"     Staff       agenda::web::attending::arrive;
        POST "/staff/bookings/{booking}/start"      Staff       agenda::web::attending::start;
        GET  "/staff/bookings/{booking}/complete"   Staff       agenda::web::completing::complete_page;
        POST "/staff/bookings/{booking}/complete"   Staff       agenda::web::completing::complete;
        POST "/staff/bookings/{booking}/no-show"    Staff       agenda::web::attending::no_show;
        POST "/staff/bookings/{booking}/undo"       Staff       agenda::web::attending::undo;
        GET  "/staff/bookings/{booking}/next"       Desk        agenda::web::next_visit::next_page;
        POST "/staff/bookings/{booking}/next"       Desk        agenda::web::next_visit::book_next;
        POST "/staff/bookings/{booking}/receipt"    Desk        money::web::receipts::make;
        GET  "/staff/worklists"                     Desk        worklists::web::hub::hub_page;
        GET  "/staff/worklists/confirmations"       Desk        worklists::web::lists::confirmations_page;
        GET  "/staff/worklists/unscheduled"         Desk        worklists::web::lists::unscheduled_page;
        GET  "/staff/worklists/waitlist"            Desk        worklists::web::lists::waitlist_page;
        GET  "/staff/worklists/recall"              Desk        worklists::web::lists::recall_page;
        GET  "/staff/recalls/{recall}"              Desk        recall::web::desk::recall_page;
        POST "/staff/recalls/{recall}"              Desk        recall::web::desk::change;
        POST "/staff/clients/{client}/recalls"      Desk        recall::web::desk::add;
        GET  "/staff/worklists/short-notice"        Desk        worklists::web::lists::short_notice_page;
        POST "/staff/worklists/attempts"            Desk        worklists::web::deeds::attempt;
        POST "/staff/worklists/snooze"              Desk        worklists::web::deeds::snooze;
        POST "/staff/worklists/wake"                Desk        worklists::web::deeds::wake;
        POST "/staff/bookings/{booking}/confirm"    Desk        worklists::web::deeds::confirm;
        GET  "/staff/worklists/clashes"             Desk        agenda::web::clashes::clashes_page;
        GET  "/staff/waitlist"                      Desk        waitlist::web::list_page;
        GET  "/staff/waitlist/new"                  Desk        waitlist::web::add_page;
        POST "/staff/waitlist/new"                  Desk        waitlist::web::add;
        GET  "/staff/waitlist/{entry}"              Desk        waitlist::web::entry_page;
        POST "/staff/waitlist/{entry}/arrange"      Desk        waitlist::web::arrange;
        POST "/staff/waitlist/{entry}/remove"       Desk        waitlist::web::remove;
        POST "/staff/waitlist/{entry}/offer"        Desk        waitlist::web::offer_by_hand;
        POST "/staff/waitlist/{entry}/accept"       Desk        waitlist::web::accept_for;
        POST "/staff/waitlist/{entry}/decline"      Desk        waitlist::web::decline_for;
        GET  "/staff/series/new"                    Desk        recurrence::web::new_page;
        POST "/staff/series"                        Desk        recurrence::web::desk_start;
        GET  "/staff/series/{series}"               Desk        recurrence::web::series_page;
        POST "/staff/series/{series}/change"        Desk        recurrence::web::desk_change;
        POST "/staff/series/{series}/cancel"        Desk        recurrence::web::desk_cancel;
        GET  "/staff/worklists/series"              Desk        recurrence::web::worklist_page;
        POST "/staff/worklists/series"              Desk        recurrence::web::settle_gap;
        GET  "/staff/worklists/unsent"              Desk        messaging::web::unsent::unsent_page;
        POST "/staff/worklists/unsent"              Desk        messaging::web::unsent::settle;
        GET  "/staff/worklists/duplicates"          Desk        clients::web::duplicates::duplicates_page;
        POST "/staff/worklists/duplicates"          Desk        clients::web::duplicates::tell_apart;
        GET  "/staff/clients"                       Desk        clients::web::list::list_page;
        GET  "/staff/clients/new"                   Desk        clients::web::edit::new_page;
        POST "/staff/clients/new"                   Desk        clients::web::edit::make;
        GET  "/staff/clients/find"                  Desk        agenda::web::book::find_fragment;
        GET  "/staff/clients/like"                  Desk        agenda::web::book::like_fragment;
        GET  "/staff/clients/{client}"              Staff       clients::web::client::client_page;
        GET  "/staff/clients/{client}/edit"         Desk        clients::web::edit::edit_page;
        POST "/staff/clients/{client}/edit"         Desk        clients::web::edit::save;
        POST "/staff/clients/{client}/household"    Desk        clients::web::edit::change_household;
        POST "/staff/clients/{client}/notes"        Staff       clients::web::notes::add_note;
        POST "/staff/clients/{client}/notes/{note}/archive" Staff clients::web::notes::archive_note;
        GET  "/staff/clients/{client}/merge"        Desk        clients::web::merge::merge_page;
        POST "/staff/clients/{client}/merge"        Desk        clients::web::merge::merge;
        POST "/staff/clients/{client}/export"       Manager     clients::web::export::export;
        GET  "/staff/clients/{client}/erase"        Manager     clients::web::erase::erase_page;
        POST "/staff/clients/{client}/erase"        Manager     clients::web::erase::erase;
        GET  "/staff/clients/{client}/views"        Manager     clients::web::looks::client_looks;
        POST "/staff/clients/{client}/consents"     Desk        clients::web::agreements::note_consent;
        POST "/staff/clients/{client}/mailbox"      Desk        clients::web::agreements::note_objection;
        POST "/staff/clients/{client}/tags"         Desk        clients::web::agreements::add_tag;
        POST "/staff/clients/{client}/tags/remove"  Desk        clients::web::agreements::remove_tag;
        GET  "/staff/clients/{client}/money"        Desk        money::web::account::account_page;
        POST "/staff/clients/{client}/money/payment" Desk       money::web::account::pay;
        POST "/staff/clients/{client}/money/refund" Desk        money::web::account::give_back;
        POST "/staff/clients/{client}/money/write-off" Manager  money::web::account::give_up;
        POST "/staff/clients/{client}/money/{entry}/reverse" Manager money::web::account::take_back;
        GET  "/staff/receipts"                      Desk        money::web::receipts::receipts_page;
        GET  "/staff/receipts/{receipt}"            Desk        money::web::receipts::receipt_page;
        GET  "/staff/money/day"                     Desk        money::web::day::day_page;
        POST "/staff/money/day"                     Desk        money::web::day::close;
        GET  "/staff/money/export"                  Manager     money::web::day::export;
        GET  "/staff/call-off"                      Desk        agenda::web::call_off::call_off_page;
        POST "/staff/call-off"                      Desk        agenda::web::call_off::call_off;
        GET  "/staff/explain"                       Desk        agenda::web::why::why_page;
        GET  "/staff/messages"                      Desk        messaging::web::log::log_page;
        GET  "/staff/messages/rules"                Manager     messaging::web::rules::rules_page;
        GET  "/staff/messages/rules/{rule}"         Manager     messaging::web::rule_editor::rule_page;
        POST "/staff/messages/rules/{rule}"         Manager     messaging::web::rule_editor::save_rule;
        GET  "/staff/messages/rules/{rule}/mass"    Manager     messaging::web::rules::mass_page;
        POST "/staff/messages/rules/{rule}/switch"  Manager     messaging::web::rules::switch;
        POST "/staff/messages/rules/{rule}/copy"    Manager     messaging::web::rules::copy;
        POST "/staff/messages/rules/{rule}/archive" Manager     messaging::web::rules::archive;
        POST "/staff/messages/rules/{rule}/restore" Manager     messaging::web::rules::restore;
        GET  "/staff/messages/channels"                                                  Manager messaging::web::channels::channels_page;
        GET  "/staff/messages/channels/sms"                                              Manager messaging::web::channels::gateway_page;
        POST "/staff/messages/channels/sms"                                              Manager messaging::web::channels::save_gateway;
        POST "/staff/messages/channels/sms/test"                                         Manager messaging::web::channels::test_gateway;
        GET  "/staff/messages/channels/webhooks/{endpoint}"                              Manager messaging::web::endpoints::endpoint_page;
        POST "/staff/messages/channels/webhooks/{endpoint}"                              Manager messaging::web::endpoints::save_endpoint;
        POST "/staff/messages/channels/webhooks/{endpoint}/secret"                       Manager messaging::web::endpoints::rotate_secret;
        POST "/staff/messages/channels/webhooks/{endpoint}/switch"                       Manager messaging::web::endpoints::switch_endpoint;
        POST "/staff/messages/channels/webhooks/{endpoint}/archive"                      Manager messaging::web::endpoints::archive_endpoint;
        POST "/staff/messages/channels/webhooks/{endpoint}/calls/{message}/again"        Manager messaging::web::endpoints::replay_call;
        GET  "/staff/messages/settings"             Manager     messaging::web::settings::settings_page;
        POST "/staff/messages/settings"             Manager     messaging::web::settings::save_settings;
        GET  "/staff/messages/templates"            Manager     messaging::web::templates::templates_page;
        POST "/staff/messages/templates"            Manager     messaging::web::templates::add_template;
        POST "/staff/messages/templates/{template}/archive" Manager messaging::web::templates::archive_template;
        POST "/staff/messages/templates/{template}/restore" Manager messaging::web::templates::restore_template;
        GET  "/staff/messages/templates/{template}/{language}" Manager messaging::web::templates::template_page;
        POST "/staff/messages/templates/{template}/{language}" Manager messaging::web::templates::save_template;
        POST "/staff/messages/templates/{template}/{language}/preview" Manager messaging::web::templates::preview_template;
        GET  "/staff/messages/templates/{template}/{language}/reset" Manager messaging::web::templates::reset_page;
        POST "/staff/messages/templates/{template}/{language}/reset" Manager messaging::web::templates::reset_template;

        // One message; below all other pages of messages, whose addresses would fit this one
        GET  "/staff/messages/{message}"            Staff       messaging::web::message::message_page;
        GET  "/staff/messages/{message}/html"       Staff       messaging::web::message::message_html;
        GET  "/staff/messages/{message}/again"      Desk        messaging::web::message::again_page;
        POST "/staff/messages/{message}/again"      Desk        messaging::web::message::send_again;

        // The team
        GET  "/owner"                               Owner       retention::web::overview_page;
        GET  "/owner/returning"                     Owner       retention::web::returning_page;
        GET  "/owner/at-risk"                       Owner       retention::web::at_risk_page;
        GET  "/owner/missed"                        Owner       retention::web::missed_page;
        GET  "/owner/messages"                      Owner       retention::web::messages_page;
        POST "/owner/digest"                        Owner       retention::web::choose_digest;
        GET  "/owner/people"                        Owner       retention::web::people_page;
        GET  "/owner/cohorts"                       Owner       retention::web::cohorts_page;
        GET  "/owner/frequency"                     Owner       retention::web::frequency_page;
        GET  "/owner/value"                         Owner       retention::web::value_page;
        GET  "/owner/segments"                      Owner       retention::web::segments::segments_page;
        POST "/owner/segments"                      Owner       retention::web::segments::add;
        GET  "/owner/segments/new"                  Owner       retention::web::segments::new_page;
        GET  "/owner/segments/{segment}"            Owner       retention::web::segments::segment_page;
        POST "/owner/segments/{segment}"            Owner       retention::web::segments::change;
        POST "/owner/segments/{segment}/remove"     Owner       retention::web::segments::remove;
        GET  "/owner/sources"                       Owner       retention::web::sources::sources_page;
        GET  "/owner/sources/people"                Owner       retention::web::sources_people::people_page;
        POST "/owner/sources/costs"                 Owner       retention::web::sources::save_costs;
        POST "/owner/sources/file"                  Owner       retention::web::sources::take_file;
        POST "/owner/sources/rename"                Owner       retention::web::sources::rename;
        GET  "/owner/settings"                      Owner       retention::web::reckoning::settings_page;
        POST "/owner/settings"                      Owner       retention::web::reckoning::save;
        GET  "/owner/team"                          Owner       accounts::web::team_page;
        POST "/owner/team"                          Owner       accounts::web::add_to_team;
        GET  "/owner/team/rights"                   Owner       accounts::web::rights_page;
        GET  "/owner/team/{user}"                   Owner       accounts::web::member_page;
        POST "/owner/team/{user}"                   Owner       accounts::web::edit;
        POST "/owner/team/{user}/second-factor"     Owner       accounts::web::reset_factor;
        POST "/owner/team/{user}/sessions/end"      Owner       accounts::web::end_sessions_of;
        POST "/owner/team/{user}/sessions/{session}/end" Owner  accounts::web::end_session_of;
        GET  "/owner/access-log"                    Owner       clients::web::looks::all_looks;
        POST "/owner/team/{user}/disable"           Owner       accounts::web::disable;
        POST "/owner/team/{user}/enable"            Owner       accounts::web::enable;
        POST "/owner/team/{user}/link"              Owner       accounts::web::make_link;
        GET  "/owner/programs"                      Owner       programs::web::programs_page;
        POST "/owner/programs"                      Owner       programs::web::add_program;
        POST "/owner/programs/{program}/revoke"     Owner       programs::web::revoke_program;

        // Settings and the first steps
        GET  "/staff/settings"                      Manager     settings::web::hub_page;
        GET  "/staff/settings/look"                 Manager     settings::web::look_page;
        POST "/staff/settings/look"                 Manager     settings::web::save_look;
        GET  "/staff/settings/languages"            Manager     settings::web::languages_page;
        POST "/staff/settings/languages"            Manager     settings::web::save_languages;
        GET  "/staff/settings/privacy"              Manager     settings::web::privacy_page;
        POST "/staff/settings/privacy"              Manager     settings::web::save_privacy;
        GET  "/staff/settings/legal"                Manager     settings::web::legal_page;
        GET  "/staff/settings/legal/{kind}/{language}" Manager  settings::web::legal_text_page;
        POST "/staff/settings/legal/{kind}/{language}" Manager  settings::web::save_legal;
        GET  "/staff/setup"                         Manager     setup::web::start;
        GET  "/staff/setup/{step}"                  Manager     setup::web::step_page;
        POST "/staff/setup/{step}"                  Manager     setup::web::save_step;
        POST "/staff/setup/{step}/skip"             Manager     setup::web::skip_step;

        // What happened
        GET  "/owner/audit"                         Owner       accounts::web::audit_page;
        GET  "/owner/audit/export"                  Owner       accounts::web::export_audit;

        // The mails of the demo
        GET  "/dev/mail"                            DemoVisitor messaging::web::kept::kept_mails;
        GET  "/dev/mail/{id}"                       DemoVisitor messaging::web::kept::kept_mail;
        GET  "/dev/mail/{id}/html"                  DemoVisitor messaging::web::kept::kept_html;
        GET  "/dev/mail/{id}/invitation.ics"        DemoVisitor messaging::web::kept::kept_invitation;
        GET  "/dev/mail/{id}/source"                DemoVisitor messaging::web::kept::kept_source;

        // The catalogue
        GET  "/staff/catalog"                                                  Manager catalog::web::overview_page;
        GET  "/staff/catalog/clinic"                                           Manager catalog::web::clinic_page;
        POST "/staff/catalog/clinic"                                           Manager catalog::web::save_clinic;
        GET  "/staff/catalog/services"                                         Manager catalog::web::services_page;
        GET  "/staff/catalog/services/{id}"                                    Manager catalog::web::service_page;
        POST "/staff/catalog/services/{id}"                                    Manager catalog::web::save_service;
        GET  "/staff/catalog/services/{id}/terms"                              Manager catalog::web::service_terms_page;
        POST "/staff/catalog/services/{id}/terms"                              Manager catalog::web::save_service_terms;
        GET  "/staff/catalog/services/{id}/prices"                             Manager catalog::web::prices_page;
        POST "/staff/catalog/services/{id}/prices"                             Manager catalog::web::add_price;
        POST "/staff/catalog/services/{id}/prices/remove"                      Manager catalog::web::remove_price;
        GET  "/staff/catalog/providers"                                        Manager catalog::web::providers_page;
        GET  "/staff/catalog/providers/{provider}"                             Manager catalog::web::provider_page;
        POST "/staff/catalog/providers/{provider}"                             Manager catalog::web::save_provider;
        GET  "/staff/catalog/providers/{provider}/terms"                       Manager catalog::web::provider_terms_page;
        POST "/staff/catalog/providers/{provider}/terms"                       Manager catalog::web::save_provider_terms;
        GET  "/staff/catalog/providers/{provider}/calendar"                    Manager feeds::web::provider_page;
        POST "/staff/catalog/providers/{provider}/calendar"                    Manager feeds::web::save_provider;
        GET  "/staff/catalog/providers/{provider}/hours"                       Manager catalog::web::hours_page;
        POST "/staff/catalog/providers/{provider}/hours"                       Manager catalog::web::save_hours;
        GET  "/staff/catalog/providers/{provider}/days"                        Manager catalog::web::days_page;
        POST "/staff/catalog/providers/{provider}/time-off"                    Manager catalog::web::add_time_off;
        POST "/staff/catalog/providers/{provider}/time-off/{row}/decide"       Manager catalog::web::decide_time_off;
        POST "/staff/catalog/providers/{provider}/time-off/{row}/remove"       Manager catalog::web::remove_time_off;
        POST "/staff/catalog/providers/{provider}/exceptions"                  Manager catalog::web::add_exception;
        POST "/staff/catalog/providers/{provider}/exceptions/{row}/remove"     Manager catalog::web::remove_exception;
        GET  "/staff/catalog/locations"                                        Manager catalog::web::locations_page;
        GET  "/staff/catalog/locations/{location}"                             Manager catalog::web::location_page;
        POST "/staff/catalog/locations/{location}"                             Manager catalog::web::save_location;
        GET  "/staff/catalog/rooms/{room}"                                     Manager catalog::web::room_page;
        POST "/staff/catalog/rooms/{room}"                                     Manager catalog::web::save_room;
        GET  "/staff/catalog/recalls"                                          Manager recall::web::types::types_page;
        GET  "/staff/catalog/recalls/{type}"                                   Manager recall::web::types::type_page;
        POST "/staff/catalog/recalls/{type}"                                   Manager recall::web::types::save;
        POST "/staff/catalog/recalls/{type}/archive"                           Manager recall::web::types::archive;
        POST "/staff/catalog/recalls/{type}/restore"                           Manager recall::web::types::restore;
        GET  "/staff/catalog/closures"                                         Manager catalog::web::closures_page;
        GET  "/staff/catalog/closures/{closure}"                               Manager catalog::web::closure_page;
        POST "/staff/catalog/closures/{closure}"                               Manager catalog::web::save_closure;
        POST "/staff/catalog/closures/{closure}/remove"                        Manager catalog::web::remove_closure;
        GET  "/staff/catalog/cancellation-reasons"                             Manager catalog::web::reasons_page;
        GET  "/staff/catalog/cancellation-reasons/{reason}"                    Manager catalog::web::reason_page;
        POST "/staff/catalog/cancellation-reasons/{reason}"                    Manager catalog::web::save_reason;
        POST "/staff/catalog/cancellation-reasons/{reason}/place"              Manager catalog::web::place_reason;
        POST "/staff/catalog/cancellation-reasons/{reason}/archive"            Manager catalog::web::archive_reason;
        POST "/staff/catalog/cancellation-reasons/{reason}/restore"            Manager catalog::web::restore_reason;
        POST "/staff/catalog/{kind}/{id}/archive"                              Manager catalog::web::archive;
        POST "/staff/catalog/{kind}/{id}/restore"                              Manager catalog::web::restore;
        POST "/staff/catalog/{kind}/{id}/delete"                               Manager catalog::web::delete;

        // Operators
        GET  "/healthz"                             Anyone      operators::alive;
        GET  "/readyz"                              Anyone      operators::ready;
        GET  "/metrics"                             Anyone      operators::metrics;
    }
}

/// The one change that is taken from anywhere, without form and cookie: the unsubscription that mail programs post by
/// themselves (RFC 8058). The token in the address is the right to it.
pub fn may_come_from_anywhere(path: &str) -> bool {
    fits("/u/{token}", path)
}

/// What may be asked of a path that knows no answer to `method`: `GET, POST`; nothing when it is in no line.
pub fn other_methods_at(path: &str, method: &Method) -> Option<String> {
    let table = table();
    let mut methods: Vec<&str> = table.iter().filter(|line| fits(line.path, path)).map(|line| line.method).collect();
    methods.dedup();
    let is_answered = methods.is_empty() || methods.contains(&method.as_str());
    (!is_answered).then(|| methods.join(", "))
}

/// Whether a path is one of the pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.split('/'), path.split('/'));
    let same = |(wanted, found): (&str, &str)| wanted == found || (wanted.starts_with('{') && !found.is_empty());
    pattern.clone().count() == path.clone().count() && pattern.zip(path).all(same)
}

/// Puts the table into the application.
pub fn configure(config: &mut web::ServiceConfig) {
    for line in table() {
        config.route(line.path, (line.make)());
    }
}
