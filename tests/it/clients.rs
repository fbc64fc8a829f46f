//! Who is this client: recognised, made, found.

use rebook::clients::{self, ClientDetails};
use rebook::db::{Bad, Db, Never};
use rebook::domain::ids::{ClientId, Id};
use rebook::domain::language::Language;
use rebook::domain::recognise::{DuplicateReason, EmailAddress, PersonName, PhoneNumber};

use crate::support::databases::{TestDatabase, kinds};
use crate::support::shop;

fn details(first: &str, last: &str, email: &str, phone: &str) -> ClientDetails {
    ClientDetails {
        first_name: PersonName::parse(first).unwrap(),
        last_name: PersonName::parse(last).unwrap(),
        email: (!email.is_empty()).then(|| EmailAddress::parse(email).unwrap()),
        phone: (!phone.is_empty()).then(|| PhoneNumber::parse(phone).unwrap()),
        language: Language::En,
        zone: None,
        source: None,
    }
}

fn comes(db: &Db, who: &ClientDetails) -> ClientId {
    let who = who.clone();
    let found = db.write_blocking::<_, Never, _>(shop::start(), move |tx| Ok(clients::find_or_make(tx, &who)?));
    found.map_err(Bad::into_fault).unwrap()
}

fn found(db: &Db, text: &str) -> Vec<ClientId> {
    let hits = db.read_blocking(|conn| clients::search(conn, text, 50)).unwrap();
    hits.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn somebody_is_known_only_by_name_and_contact() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let ana = comes(&db, &details("Ana", "Müller", "ana@home.example", "+1 415 555 0101"));
        assert_eq!(comes(&db, &details("ana", "MUELLER", "Ana@Home.example", "")), ana, "the mail agrees");
        assert_eq!(
            comes(&db, &details("Ana", "Muller", "other@home.example", "415-555-0101")),
            ana,
            "the phone agrees"
        );

        let ben = comes(&db, &details("Ben", "Müller", "ana@home.example", ""));
        assert_ne!(ben, ana, "a household shares its mailbox");
        let namesake = comes(&db, &details("Ana", "Müller", "third@home.example", ""));
        assert!(namesake != ana && namesake != ben, "a name alone proves nothing");

        let like_ana = db.read_blocking(|conn| clients::possible_duplicates(conn, ana)).unwrap();
        let mut reasons: Vec<_> = like_ana.into_iter().map(|pair| (pair.other.id, pair.reason)).collect();
        reasons.sort_by_key(|(id, _)| *id);
        assert_eq!(reasons, [(ben, DuplicateReason::SameEmail), (namesake, DuplicateReason::SameName)]);
    }
}

#[test]
fn what_a_stranger_types_never_replaces_known_contact() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let ana = comes(&db, &details("Ana", "Lima", "ana@home.example", "+1 415 555 0101"));
        comes(&db, &details("Ana", "Lima", "thief@evil.example", "+1 415 555 0101"));
        let view = db.read_blocking(|conn| clients::view(conn, ana)).unwrap().unwrap();
        assert_eq!(view.email.as_deref(), Some("ana@home.example"));

        let eva = comes(&db, &details("Eva", "Berg", "", "+1 415 555 0102"));
        assert_eq!(found(&db, "eva@berg"), []);
        assert_eq!(comes(&db, &details("Eva", "Berg", "eva@berg.example", "+1 415 555 0102")), eva);
        assert_eq!(found(&db, "eva@berg"), [eva], "what was missing is filled in, and found");
    }
}

#[test]
fn a_merged_client_leads_to_the_survivor() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let old = comes(&db, &details("Ana", "Lima", "ana@old.example", ""));
        let survivor = comes(&db, &details("Anna", "Lima", "ana@new.example", ""));
        database.run(&format!("UPDATE clients SET merged_into_id = {} WHERE id = {}", survivor.number(), old.number()));
        assert_eq!(comes(&db, &details("Ana", "Lima", "ana@old.example", "")), survivor);
        assert_eq!(found(&db, "lima"), [survivor], "the alias is not offered");
    }
}

#[test]
fn people_are_found_by_the_beginnings_of_words() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let jose = comes(&db, &details("José-María", "Núñez", "jm.nunez@mail.example", "+1 415 555 0123"));
        let anna = comes(&db, &details("Anna", "Nunn", "anna_nunn@mail.example", "+1 415 555 0199"));
        for (text, expected) in [
            ("nun", vec![jose, anna]),
            ("jose nun", vec![jose]),
            ("NÚÑEZ maria", vec![jose]),
            ("nuñez anna", vec![]),
            ("(415) 555", vec![jose, anna]),
            ("0199", vec![anna]),
            ("anna_nunn@mail.ex", vec![anna]),
            ("annaxnunn@", vec![]),
            ("%", vec![]),
            ("_", vec![]),
            ("", vec![]),
            ("'; DROP TABLE clients; --", vec![]),
        ] {
            let mut hits = found(&db, text);
            hits.sort();
            assert_eq!(hits, expected, "{text:?} on {kind:?}");
        }
    }
}

#[test]
fn many_bookings_of_one_new_person_make_one_client() {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let db = database.open();
        let who = details("Ana", "Lima", "ana@home.example", "+1 415 555 0101");
        let ids = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..12).map(|_| scope.spawn(|| comes(&db, &who))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<std::collections::BTreeSet<_>>()
        });
        assert_eq!(ids.len(), 1, "on {kind:?}");
    }
}
