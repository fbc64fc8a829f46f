//! History from other programs: what comes in, what is refused and why, all or nothing, and never twice.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use chrono::TimeDelta;
use indicatif::ProgressBar;
use rebook::import::{self, Counts, Finding, ImportTrouble, Kind, Map, Verdict};

use crate::support::app::{TestApp, on_both};
use crate::support::databases::{TestDatabase, kinds};
use crate::support::shop;

/// What a run answered.
struct Ran {
    counts: Counts,
    told: Vec<Finding>,
}

impl Ran {
    /// The sentence about a line.
    fn says(&self, line: u64) -> &str {
        self.told.iter().find(|finding| finding.line == line).map_or("", |finding| finding.why.as_str())
    }

    fn refused(&self) -> Vec<u64> {
        self.told.iter().filter(|one| one.verdict == Verdict::Refused).map(|one| one.line).collect()
    }
}

/// Runs on a thread of its own, as the command does: nothing of it is asynchronous.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

fn try_check(app: &TestApp, kind: Kind, text: &str, map: &str) -> Result<Ran, ImportTrouble> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    apart(|| {
        let bar = ProgressBar::hidden();
        let plan = import::plan(kind, file.path().to_owned(), Map::parse(map).unwrap(), &bar)?;
        let mut told = Vec::new();
        let counts =
            import::check(&app.app.db, &plan, app.now(), &bar, &mut |finding: &Finding| told.push(finding.clone()))?;
        Ok(Ran { counts, told })
    })
}

fn check(app: &TestApp, kind: Kind, text: &str, map: &str) -> Ran {
    try_check(app, kind, text, map).unwrap()
}

fn carry_out(app: &TestApp, kind: Kind, text: &str, map: &str) -> Result<Counts, ImportTrouble> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    apart(|| {
        let bar = ProgressBar::hidden();
        let plan = import::plan(kind, file.path().to_owned(), Map::parse(map).unwrap(), &bar)?;
        import::carry_out(&app.app.db, &plan, app.now(), &bar)
    })
}

const CLIENTS: &str = "key,first_name,last_name,email,phone,birth_date,source,language,note\n\
    1,Ana,Cruz,ana@old.example,+1 213 555 0101,1980-02-03,Friends,en,Likes mornings\n\
    2,Ben,Oh,,+1 213 555 0102,,Google,de,\n";

const VISITS: &str = "key,client_key,start,service,provider,status,amount,paid,created\n\
    10,1,2025-01-10 09:00,Check-up,Ada Alvarez,completed,95.00,,2025-01-02\n\
    11,1,2025-07-14 09:30,Check-up,Ada Alvarez,completed,95.00,95.00,2025-01-10\n\
    12,1,2026-01-12 09:30,Cleaning,Ben Baker,no show,,,2025-07-14\n\
    13,2,2026-02-02 10:00,Cleaning,Ben Baker,cancelled,,,2026-01-20\n\
    14,2,2026-02-09 10:00,Cleaning,Ben Baker,completed,140.00,100.00,2026-02-03\n\
    15,1,2026-02-10,Check-up,Ada Alvarez,completed,-20.00,,\n";

#[test]
fn clients_and_their_history_come_in_as_they_were() {
    on_both(async |app| {
        let counts = carry_out(app, Kind::Clients, CLIENTS, "").unwrap();
        assert_eq!((counts.rows, counts.clients, counts.recognised), (2, 2, 0));
        assert_eq!(app.count("SELECT count(*) FROM consents"), 0, "nobody agreed to anything");
        assert_eq!(app.count("SELECT count(*) FROM client_notes WHERE staff_user_id = 6001"), 1);
        let before = app.rows();
        let dry = check(app, Kind::Visits, VISITS, "");
        assert!(dry.told.is_empty(), "{:?}", dry.told);
        assert_eq!(app.rows(), before, "a dry run writes nothing");
        let counts = carry_out(app, Kind::Visits, VISITS, "").unwrap();
        assert_eq!(counts, dry.counts, "a dry run counts what comes");
        let made = (counts.completed, counts.missed, counts.cancelled, counts.refunds, counts.charged_minor);
        assert_eq!(made, (3, 1, 1, 1, 33_000));
        assert_eq!(app.count("SELECT count(*) FROM occupations"), 0, "what is over takes no time");
        assert_eq!(app.count("SELECT count(*) FROM seats"), 0);
        assert_eq!(app.count("SELECT count(*) FROM bookings WHERE status = 'completed' AND created_by = 'system'"), 3);
        assert_eq!(app.count("SELECT count(*) FROM booking_events WHERE kind = 'imported'"), 5);
        let sum =
            |kind: &str| app.count(&format!("SELECT sum(amount_minor) FROM ledger_entries WHERE kind = '{kind}'"));
        assert_eq!((sum("charge"), sum("payment"), sum("refund"), sum("write_off")), (33_000, 29_000, 2_000, 2_000));
        // Los Angeles is eight hours behind in January, seven in July.
        assert_eq!(app.count("SELECT count(*) FROM appointments WHERE starts_at = '2025-01-10 17:00:00'"), 1);
        assert_eq!(app.count("SELECT count(*) FROM appointments WHERE starts_at = '2025-07-14 16:30:00'"), 1);
        let desk = app.staff("desk").await;
        let booking = rebook::domain::ids::encode(app.count("SELECT min(id) FROM bookings"));
        desk.opens(&format!("/staff/bookings/{booking}")).await.expect(200).shows("Imported");
    });
}

#[test]
fn the_same_file_brings_nothing_twice() {
    on_both(async |app| {
        carry_out(app, Kind::Clients, CLIENTS, "").unwrap();
        carry_out(app, Kind::Visits, VISITS, "").unwrap();
        let before = app.rows();
        let (clients, visits) =
            (carry_out(app, Kind::Clients, CLIENTS, "").unwrap(), carry_out(app, Kind::Visits, VISITS, "").unwrap());
        assert_eq!((clients.known, visits.known), (2, 6));
        assert!(clients.is_nothing() && visits.is_nothing());
        assert_eq!(app.rows(), before);
        // One more row, and one that says something else now.
        let more = VISITS.replace("140.00", "150.00") + "16,2,2026-03-02 10:00,Cleaning,Ben Baker,completed,140,,\n";
        let ran = check(app, Kind::Visits, &more, "");
        assert_eq!((ran.counts.known, ran.counts.completed), (6, 1));
        assert!(ran.says(6).contains("something else now"), "{:?}", ran.told);
        // Without keys a row is known by what stands in it.
        let plain = "name,email,start,service,provider,amount\n\
            Cleo Dent,cleo@old.example,2025-03-03 11:00,Check-up,Ada Alvarez,95\n\
            Cleo Dent,cleo@old.example,2025-03-03 11:00,Check-up,Ada Alvarez,95\n";
        let first = carry_out(app, Kind::Visits, plain, "").unwrap();
        assert_eq!((first.clients, first.completed, first.doubled), (1, 1, 1));
        let second = carry_out(app, Kind::Visits, plain, "").unwrap();
        assert_eq!((second.known, second.doubled, second.completed), (2, 0, 0));
    });
}

#[test]
fn whoever_is_known_by_name_and_contact_is_not_made_again() {
    on_both(async |app| {
        app.database.run(&shop::client("ana@old.example", "ana", "cruz"));
        let counts = carry_out(app, Kind::Clients, CLIENTS, "").unwrap();
        assert_eq!((counts.clients, counts.recognised), (1, 1));
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE email = 'ana@old.example'"), 1);
        let filled =
            "SELECT count(*) FROM clients WHERE phone IS NOT NULL AND birth_date = '1980-02-03' AND source = 'Friends'";
        assert_eq!(app.count(filled), 1, "what was missing is filled in");
        // The same mailbox under another name is somebody else, and is noted.
        let other = "first_name,last_name,email\nEva,Cruz,ana@old.example\n";
        assert_eq!(carry_out(app, Kind::Clients, other, "").unwrap().clients, 1);
        assert_eq!(app.count("SELECT count(*) FROM possible_duplicates WHERE reason = 'same_email'"), 1);
        // What is booked in Rebook itself is not brought a second time.
        let line =
            "key,name,email,start,service,provider\n1,Ana Cruz,ana@old.example,2026-05-01 09:00,Check-up,Ada Alvarez\n";
        assert_eq!(carry_out(app, Kind::Visits, line, "").unwrap().completed, 1);
        let again = check(app, Kind::Visits, &line.replace("1,Ana", "2,Ana"), "");
        assert!(again.says(2).contains("in Rebook already"), "{:?}", again.told);
        assert_eq!(again.counts.doubled, 1);
    });
}

#[test]
fn nobody_is_told_of_what_was_imported() {
    on_both(async |app| {
        carry_out(app, Kind::Clients, CLIENTS, "").unwrap();
        // Yesterday: a thank-you, and that somebody was missed, would be due today.
        let lately = VISITS.to_owned()
            + "20,1,2026-05-31 10:00,Check-up,Ada Alvarez,completed,95,,2026-05-20\n\
               21,2,2026-05-31 11:00,Check-up,Ada Alvarez,no show,,,2026-05-20\n\
               22,2,2026-05-31 12:00,Check-up,Ada Alvarez,cancelled,,,2026-05-20\n";
        carry_out(app, Kind::Visits, &lately, "").unwrap();
        for _hour in 0..7 * 8 {
            app.tick().await;
            app.advance(TimeDelta::hours(3));
        }
        app.tick().await;
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE booking_id IS NOT NULL"), 0);
        assert_eq!(app.count("SELECT count(*) FROM messages WHERE client_id IS NOT NULL"), 0);
        assert!(app.mails_to("ana@old.example").await.is_empty());
    });
}

#[test]
fn every_row_that_makes_no_sense_is_refused_by_its_line() {
    on_both(async |app| {
        carry_out(app, Kind::Clients, CLIENTS, "").unwrap();
        let visits = "key,client_key,name,email,start,duration,service,provider,status,amount\n\
            1,1,,,2026-07-01 09:00,,Check-up,Ada Alvarez,,95.50\n\
            2,1,,,1979-01-01 09:00,,Check-up,Ada Alvarez,,95\n\
            3,1,,,2026-02-30,,Check-up,Ada Alvarez,,95\n\
            4,1,,,2026-03-01,,Nose job,Ada Alvarez,,95\n\
            5,1,,,2026-03-01,,Check-up,Nobody,,95\n\
            6,1,,,2026-03-01,,Check-up,Ada Alvarez,,much\n\
            7,1,,,2026-03-01,,Check-up,Ada Alvarez,,95 EUR\n\
            8,1,,,2026-03-01,,Check-up,Ada Alvarez,half,95\n\
            9,77,,,2026-03-01,,Check-up,Ada Alvarez,,95\n\
            10,,Dora Ito,,2026-03-01,,Check-up,Ada Alvarez,,95\n\
            11,,,dora@old.example,2026-03-01,,Check-up,Ada Alvarez,,95\n\
            12,,Dora Ito,not a mail,2026-03-01,,Check-up,Ada Alvarez,,95\n\
            13,1,,,1969-12-31,,Check-up,Ada Alvarez,,95\n\
            14,1,,,2026-03-01,soon,Check-up,Ada Alvarez,,95\n\
            15,1,,,2026-03-01,,Check-up,Ada Alvarez\n\
            1,1,,,2026-03-02,,Check-up,Ada Alvarez,,95\n\
            16,1,,,,,Check-up,Ada Alvarez,,95\n\
            17,1,,,2026-03-01 09:00,45 min,Check-up,Ada Alvarez,,95\n";
        let before = app.rows();
        let ran = check(app, Kind::Visits, visits, "");
        for (line, says) in [
            (2, "still to come"),
            (3, "before the client was born"),
            (4, "is no date"),
            (5, "no service of the clinic"),
            (6, "no provider of the clinic"),
            (7, "is no amount"),
            (8, "another currency"),
            (9, "statuses"),
            (10, "import the clients first"),
            (11, "may be anybody"),
            (12, "has no name"),
            (13, "not a mail address"),
            (14, "before 1970"),
            (15, "is no length"),
            (16, "8 fields"),
            (18, "says no day"),
        ] {
            assert!(ran.says(line).contains(says), "line {line}: {:?}", ran.says(line));
        }
        assert_eq!((ran.counts.refused, ran.counts.completed), (16, 2), "{:?}", ran.refused());
        assert!(ran.counts.unknown.contains_key(&("services", "Nose job".to_owned())));
        let real = carry_out(app, Kind::Visits, visits, "");
        assert!(matches!(real, Err(ImportTrouble::Rows(16))), "all or nothing");
        assert_eq!(app.rows(), before);
        let clients = "first_name,last_name,birth_date,standing\n,,,\nEva,,,\nEva,Sol,2030-01-01,\nEva,Sol,1600-01-01,\n\
            Eva,Sol,1990-01-01,asleep\nbuy at www.spam.example,Sol,,\n";
        let ran = check(app, Kind::Clients, clients, "");
        assert_eq!(ran.refused(), [3, 4, 5, 6, 7], "an empty row is none: {:?}", ran.told);
    });
}

#[test]
fn columns_that_cannot_be_understood_are_asked_for_and_not_guessed() {
    on_both(async |app| {
        let trouble = |kind, text: &str, map: &str| match try_check(app, kind, text, map) {
            Err(trouble) => trouble.to_string(),
            Ok(ran) => format!("taken: {:?}", ran.counts),
        };
        let rows = |dates: [&str; 3]| {
            let mut text = "name,email,start,service,provider,amount\n".to_owned();
            for (date, number) in dates.iter().zip(1..) {
                writeln!(text, "Ann Lee,ann@old.example,{date},Check-up,Ada Alvarez,\"{number},500\"").unwrap();
            }
            text
        };
        let mixed = trouble(Kind::Visits, &rows(["2025-03-05", "6.3.2025", "03/07/2025"]), "decimal = \".\"");
        assert!(mixed.contains("3 ways") && mixed.contains("on line 3") && mixed.contains("on line 4"), "{mixed}");
        let unclear = trouble(Kind::Visits, &rows(["03/05/2025", "03/06/2025", "03/07/2025"]), "decimal = \".\"");
        assert!(unclear.contains("Day or month first?"), "{unclear}");
        let amounts = trouble(Kind::Visits, &rows(["2025-03-05", "2025-03-06", "2025-03-07"]), "");
        assert!(amounts.contains("Thousands or cents?"), "{amounts}");
        let map = "date = \"month-day-year\"\ndecimal = \".\"";
        let ran = check(app, Kind::Visits, &rows(["03/05/2025", "03/06/2025", "03/07/2025"]), map);
        assert_eq!((ran.counts.completed, ran.counts.charged_minor), (3, 750_000));
        let nothing = trouble(Kind::Visits, "when,what\n2025-01-01,x\n", "");
        assert!(nothing.contains("[columns]") && nothing.contains("when, what"), "{nothing}");
        let wrong = trouble(Kind::Clients, "a,b\n1,2\n", "[columns]\nname = \"c\"");
        assert!(wrong.contains("no column \"c\""), "{wrong}");
        assert!(trouble(Kind::Clients, "", "").contains("empty"));
    });
}

#[test]
fn a_map_names_what_is_unknown_or_says_to_make_it() {
    on_both(async |app| {
        let text = "Datum;Patient;E-Mail;Leistung;Arzt;Betrag;Stand\n\
            05.03.2025 9:30;\"Lima, Eva\";eva@old.example;PZR;Dr. Alt;1.095,50 $;erschienen\n\
            05.09.2025 9:30;\"Lima, Eva\";eva@old.example;Bleaching;Ada Alvarez;95,00 $;nicht erschienen\n\
            06.09.2025 9:30;\"Lima, Eva\";eva@old.example;Bleaching;Ada Alvarez;95,00 $;offen\n";
        let map = "from = \"Praxis\"\nzone = \"Europe/Berlin\"\n[columns]\nstart = \"Datum\"\nname = \"Patient\"\n\
            email = \"E-Mail\"\nservice = \"Leistung\"\nprovider = \"Arzt\"\namount = \"Betrag\"\nstatus = \"Stand\"\n\
            [services]\nPZR = \"Cleaning\"\n\"*\" = \"create\"\n[providers]\n\"Dr. Alt\" = \"create\"\n[statuses]\noffen = \"skip\"\n";
        let counts = carry_out(app, Kind::Visits, text, map).unwrap();
        assert_eq!((counts.clients, counts.completed, counts.missed, counts.left_out), (1, 1, 1, 1));
        assert_eq!((counts.services, counts.providers, counts.charged_minor), (1, 1, 119_050));
        assert_eq!(app.count("SELECT count(*) FROM clients WHERE first_name = 'Eva' AND last_name = 'Lima'"), 1);
        assert_eq!(app.count("SELECT count(*) FROM appointments WHERE starts_at = '2025-03-05 08:30:00'"), 1);
        let archived = "SELECT count(*) FROM services WHERE name = 'Bleaching' AND archived_at IS NOT NULL";
        assert_eq!(app.count(archived), 1, "what only the past knows nobody books");
        assert_eq!(app.count("SELECT count(*) FROM providers WHERE name = 'Dr. Alt' AND archived_at IS NOT NULL"), 1);
    });
}

#[test]
fn files_of_other_programs_are_recognised() {
    on_both(async |app| {
        let booknetic = "ID,START DATE,Customer,Customer Email,Customer Phone Number,STAFF,SERVICE,PAYMENT,DURATION,CREATED AT\n\
            7,2025-02-03 10:00,Kim Park,kim@old.example,+1 213 555 0103,Ada Alvarez,Check-up,$95.00,30m,2025-01-20 12:00\n";
        assert_eq!(carry_out(app, Kind::Visits, booknetic, "").unwrap().completed, 1);
        let amelia = "Appointment ID;Customer Name;Customer Email;Customer Phone;Employee;Service;Location;Start Time;\
            End Time;Price;Payment Status;Note;Status\n\
            3;Kim Park;kim@old.example;+1 213 555 0103;Ben Baker;Cleaning;1 Main St;March 5, 2025 2:30 pm;\
            March 5, 2025 3:30 pm;$140.00;Paid;;Approved\n\
            4;Kim Park;kim@old.example;+1 213 555 0103;Ben Baker;Cleaning;1 Main St;April 5, 2025 2:30 pm;\
            April 5, 2025 3:30 pm;$140.00;Pending;;Pending\n\
            5;Kim Park;kim@old.example;+1 213 555 0103;Ben Baker;Cleaning;1 Main St;May 5, 2025 2:30 pm;\
            May 5, 2025 3:30 pm;$140.00;Pending;;No-show\n"
            .replace(";            ", ";");
        let counts = carry_out(app, Kind::Visits, &amelia, "").unwrap();
        assert_eq!((counts.completed, counts.left_out, counts.missed, counts.clients), (1, 1, 1, 0));
        let people = "id,first_name,last_name,email,mobile_number,phone_number,address,city,notes,timezone,language\n\
            21,Lou,Reed,lou@old.example,,+1 213 555 0104,,,,UTC,english\n";
        assert_eq!(carry_out(app, Kind::Clients, people, "").unwrap().clients, 1);
        let services = "id,create_datetime,name,duration,price,currency,description,location,attendants_number\n\
            5,2020-01-01,Whitening,60,250.00,$,,,1\n";
        assert_eq!(carry_out(app, Kind::Services, services, "").unwrap().services, 1);
        let visits = "id,book_datetime,start_datetime,end_datetime,notes,hash,is_unavailability,id_users_provider,\
            id_users_customer,id_services,status\n\
            9,2025-01-01 08:00:00,2025-01-08 09:00:00,2025-01-08 10:00:00,,x,0,2,21,5,Booked\n";
        let unknown = check(app, Kind::Visits, visits, "");
        assert!(unknown.says(2).contains("no provider"), "{:?}", unknown.told);
        let counts = carry_out(app, Kind::Visits, visits, "[providers]\n\"2\" = \"Ada Alvarez\"").unwrap();
        assert_eq!((counts.completed, counts.clients), (1, 0), "client and service are known by their numbers there");
    });
}

/// Runs the program; its exit code and what it printed. No code: it was killed.
fn program(database: &TestDatabase, arguments: &[&str], failpoint: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rebook"));
    command.arg("import").args(arguments).env("REBOOK_DATABASE__URL", &database.url).env("REBOOK_LOG__FILTER", "error");
    if !failpoint.is_empty() {
        command.env("REBOOK_FAILPOINT", failpoint);
    }
    let done = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    (done.status.code(), text)
}

#[test]
fn a_run_that_is_killed_leaves_nothing_and_can_be_repeated() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        database.run(&shop::statements());
        database.run(&shop::staff_statements());
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut text = "name,email,start,service,provider,amount\n".to_owned();
        for number in 0..2_500 {
            let day = chrono::NaiveDate::from_ymd_opt(2019, 1, 1).unwrap() + TimeDelta::days(number);
            writeln!(text, "Ann Lee,ann{}@old.example,{day} 09:00,Check-up,Ada Alvarez,95", number % 50).unwrap();
        }
        std::fs::write(file.path(), &text).unwrap();
        let path = file.path().to_str().unwrap();
        let count = |query: &str| crate::support::invariants::count(&mut database.connect(), query);
        let mut killed = 0;
        for nth in 1..10 {
            let (code, said) = program(&database, &["visits", path], &format!("write_before_commit:{nth}"));
            // Once it is written, what is killed later leaves it written.
            if 0 < count("SELECT count(*) FROM bookings") {
                break;
            }
            assert_eq!(code, None, "{said}");
            killed += 1;
            assert_eq!(count("SELECT count(*) FROM clients"), 0, "killed at write {nth}");
            assert_eq!(count("SELECT count(*) FROM import_keys"), 0);
        }
        assert!(0 < killed);
        assert_eq!(count("SELECT count(*) FROM bookings"), 2_500);
        let (code, said) = program(&database, &["visits", path], "");
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("were imported before"), "{said}");
        assert_eq!(count("SELECT count(*) FROM bookings"), 2_500);
        refuses_in_words(&database, path);
    }
}

/// The command line: exit 1 with every line that is refused, 2 for wrong use.
fn refuses_in_words(database: &TestDatabase, path: &str) {
    let text =
        std::fs::read_to_string(path).unwrap() + "Ann Lee,ann@old.example,2030-01-01 09:00,Check-up,Ada Alvarez,95\n";
    std::fs::write(path, text).unwrap();
    let (code, said) = program(database, &["visits", path, "--dry-run"], "");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("line 2502: refused") && said.contains("still to come"), "{said}");
    let (code, said) = program(database, &["visits", path], "");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nothing was written"), "{said}");
    assert_eq!(program(database, &["pets", path], "").0, Some(2));
    let (code, said) = program(database, &["visits", "/nowhere.csv"], "");
    assert!(code == Some(1) && said.contains("cannot be read"), "{said}");
    assert!(Path::new(path).exists());
}

#[test]
fn a_long_file_comes_in_at_once() {
    // More take minutes in a build for tests, and find nothing else.
    const VISITS: i64 = 20_000;
    const CLIENTS: i64 = 1_000;
    on_both(async |app| {
        let mut text = "key,name,email,start,service,provider,amount\n".to_owned();
        let first = chrono::NaiveDate::from_ymd_opt(2016, 1, 1).unwrap();
        for number in 0..VISITS {
            let (client, day) = (number % CLIENTS, first + TimeDelta::days(number / 30));
            writeln!(text, "{number},Client N{client},c{client}@old.example,{day} 09:00,Check-up,Ada Alvarez,95")
                .unwrap();
        }
        let counts = carry_out(app, Kind::Visits, &text, "").unwrap();
        assert_eq!((counts.completed, counts.clients), (20_000, 1_000));
        assert_eq!(app.count("SELECT count(*) FROM bookings"), VISITS);
        assert_eq!(app.count("SELECT count(DISTINCT reference) FROM bookings"), VISITS);
        assert_eq!(app.count("SELECT sum(amount_minor) FROM ledger_entries WHERE kind = 'charge'"), VISITS * 9_500);
    });
}

#[test]
fn figures_are_right_on_the_first_day() {
    on_both(async |app| {
        carry_out(app, Kind::Clients, CLIENTS, "").unwrap();
        carry_out(app, Kind::Visits, VISITS, "").unwrap();
        let today = app.now().date_naive();
        let differing = apart(|| {
            let clock = rebook::clock::Clock::Fixed(app.clock.clone());
            import::make_figures(&app.app.db, &clock, (app.now(), today), &ProgressBar::hidden()).unwrap();
            app.app.db.read_blocking(|conn| rebook::retention::check(conn, today)).unwrap()
        });
        assert!(differing.is_empty(), "{differing:?}");
        let ana = "SELECT count(*) FROM client_figures AS f JOIN clients AS c ON c.id = f.client_id
            WHERE c.first_name = 'Ana' AND f.recall_type_id = 0 AND f.visits = 2 AND f.first_day = '2025-01-10'
              AND f.last_day = '2025-07-14' AND f.revenue_minor = 17000";
        assert_eq!(app.count(ana), 1, "two visits of 95, and 20 given back");
        assert_eq!(app.count("SELECT count(*) FROM client_states"), 2);
        let owner = app.staff("owner").await;
        owner.opens("/owner/sources?period=own&from=2025-01-01&to=2026-05-31").await.expect(200).shows("Friends");
    });
}
