//! The small clinic of the tests: known people, rooms and services, known numbers.
//!
//! Monday 1 June 2026, 08:00 in Los Angeles, is the moment at which every test begins. Both providers work Monday to
//! Friday from 9 to 17 with lunch from 12 to 13.

use std::sync::OnceLock;

use chrono::{DateTime, TimeZone, Utc};
use rebook::accounts::password::{self, Password};
use rebook::domain::ids;

pub const LOCATION: i64 = 1001;
pub const ROOM_ONE: i64 = 2001;
pub const ADA: i64 = 3001;
pub const BEN: i64 = 3002;
pub const CHECKUP: i64 = 4001;
pub const CLEANING: i64 = 4002;
pub const CLASS: i64 = 4003;
pub const IMPLANT: i64 = 4004;

/// 08:00 in Los Angeles.
pub fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, 1, 15, 0, 0).unwrap()
}

/// A moment on the first days of June, in the clinic's wall time (UTC-7).
pub fn june(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, day, hour, minute, 0).unwrap() + chrono::TimeDelta::hours(7)
}

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Owner, manager, receptionist and a provider who may sign in: `owner@`, `manager@`, `desk@`, `ada@clinic.example`.
pub fn staff_statements() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    let hash =
        HASH.get_or_init(|| password::hash_blocking(&Password::for_demo(PASSWORD), *b"salt of the test").unwrap());
    let people = [
        ("owner", "owner", 6001),
        ("manager", "manager", 6002),
        ("desk", "receptionist", 6003),
        ("ada", "provider", 6004),
    ];
    let mut text = String::new();
    for (name, role, id) in people {
        let provider = if role == "provider" { ADA.to_string() } else { "NULL".to_owned() };
        text.push_str(&format!(
            "INSERT INTO staff_users (id, email, email_key, name, role, provider_id, password_hash, created_at)
               VALUES ({id}, '{name}@clinic.example', '{name}@clinic.example', '{name}', '{role}', {provider}, '{hash}',
                 '2026-01-01 00:00:00');"
        ));
    }
    text
}

/// Statements that both engines understand.
pub fn statements() -> String {
    let mut text = String::from(
        "INSERT INTO clinic (id, name, tagline, email, phone, currency, language)
           VALUES (1, 'Test Dental', 'Teeth', 'desk@clinic.example', '+1 213 555 0100', 'USD', 'en');
         INSERT INTO locations (id, slug, name, zone, street, postal_code, city, region, country)
           VALUES (1001, 'downtown', 'Downtown', 'America/Los_Angeles', '1 Main St', '90012', 'Los Angeles', 'CA', 'US');
         INSERT INTO rooms (id, location_id, name, kind, position)
           VALUES (2001, 1001, 'Operatory 1', 'operatory', 1), (2002, 1001, 'Operatory 2', 'operatory', 2);
         INSERT INTO providers (id, slug, name, title, languages, email, position)
           VALUES (3001, 'ada', 'Ada Alvarez', 'DDS', 'en,es', 'ada@clinic.example', 1),
                  (3002, 'ben', 'Ben Baker', 'RDH', 'en,de', 'ben@clinic.example', 2);
         INSERT INTO services (id, slug, category, name, duration_minutes, buffer_after_minutes, price_minor,
             extra_person_minor, capacity, party_max, room_kind, lead_minutes, horizon_days, slot_minutes, needs_approval,
             position)
           VALUES (4001, 'check-up', 'Preventive', 'Check-up', 30, 0, 9500, 0, 1, 1, 'operatory', 60, 90, 30, FALSE, 1),
                  (4002, 'cleaning', 'Preventive', 'Cleaning', 60, 15, 14000, 0, 1, 1, 'operatory', 60, 90, 15, FALSE, 2),
                  (4003, 'class', 'Group', 'Brushing class', 60, 0, 2000, 1500, 4, 3, NULL, 60, 90, 60, FALSE, 3),
                  (4004, 'implant', 'Surgery', 'Implant talk', 60, 0, 0, 0, 1, 1, NULL, 60, 90, 60, TRUE, 4);
         INSERT INTO service_providers (service_id, provider_id)
           VALUES (4001, 3001), (4001, 3002), (4002, 3001), (4002, 3002), (4003, 3001), (4004, 3002);",
    );
    let mut id = 5000;
    for provider in [ADA, BEN] {
        for weekday in 1..=5 {
            for (kind, starts, ends) in [("work", 540, 1020), ("break", 720, 780)] {
                id += 1;
                text.push_str(&format!(
                    "INSERT INTO weekly_hours (id, provider_id, location_id, kind, weekday, starts_minute, ends_minute)
                       VALUES ({id}, {provider}, {LOCATION}, '{kind}', {weekday}, {starts}, {ends});"
                ));
            }
        }
    }
    text
}

/// A client whom nobody has booked for yet.
pub fn client(email: &str, first_name: &str, last_name: &str) -> String {
    let id = 8100 + i64::from(first_name.bytes().map(u32::from).sum::<u32>());
    format!(
        "INSERT INTO clients (id, first_name, last_name, email, email_key, name_key, language, created_at)
           VALUES ({id}, '{first_name}', '{last_name}', '{email}', '{email}', '{first_name} {last_name}', 'en',
             '2026-01-01 00:00:00');"
    )
}

/// Something real for a place in a route's pattern: `/staff/services/{id}` wants a service's identifier.
pub fn stand_in(pattern: &str, name: &str) -> String {
    let id = |number: i64| ids::encode(number);
    let word = |part: &str| pattern.contains(part) || name.contains(part);
    match name {
        "file" => "public.css".to_owned(),
        "token" => "0".repeat(26),
        "service" => "check-up".to_owned(),
        "template" => "reminder.mail".to_owned(),
        "language" => "en".to_owned(),
        _ if word("booking") => id(7001),
        _ if word("service") => id(CHECKUP),
        _ if word("provider") => id(ADA),
        _ if word("room") => id(ROOM_ONE),
        _ if word("location") => id(LOCATION),
        _ if word("client") => id(8001),
        _ if word("rule") => id(1),
        _ if word("team") || word("user") => id(6003),
        _ => id(9001),
    }
}
