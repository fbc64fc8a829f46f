//! Models of a clinic: fitted, kept, not fitted twice, forgotten.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rebook::db::Db;
use rebook::domain::ids::{ClientId, LocationId, ProviderId, RecallTypeId, ServiceId};
use rebook::domain::lifetime::choose::Reason;
use rebook::domain::lifetime::model::Family;
use rebook::domain::money::Currency;
use rebook::domain::population::{Amount, Offered, Person, Population, Visit};
use rebook::retention::fit::{fit_blocking, models_in_use};

use crate::support::databases::{TestDatabase, kinds};
use crate::support::invariants::count;
use crate::support::shop;

fn now() -> DateTime<Utc> {
    "2026-06-01T03:00:00Z".parse().unwrap()
}

fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap()
}

fn offered<I>(id: I) -> Vec<Offered<I>> {
    vec![Offered { id, name: "one".to_owned(), usual_gap_days: None }]
}

/// People who come every half year or so until they stop, with 90.00 a visit.
fn clinic(clients: u32, today: NaiveDate) -> Population {
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    let (mut people, mut visits, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..clients {
        let (first_visit, first_amount) = (length(&visits), length(&amounts));
        let mut day = today - TimeDelta::days(rng.random_range(30..1500));
        while day <= today {
            visits.push(Visit {
                day,
                booked_on: day,
                service: 0,
                provider: 0,
                location: 0,
                minutes: 30,
                by_client: true,
                kinds: 0,
            });
            let margin_minor = rng.random_range(6_000..12_000);
            amounts.push(Amount { day, minor: 2 * margin_minor, margin_minor, service: Some(0) });
            if rng.random_range(0.0..1.0) < 0.12 {
                break;
            }
            day += TimeDelta::days(182 + rng.random_range(-40..=60));
        }
        people.push(Person {
            client: ClientId::new(i64::from(number) + 1),
            source: None,
            may_be_asked: true,
            visits: first_visit..length(&visits),
            amounts: first_amount..length(&amounts),
            bookings: 0..0,
            dues: 0..0,
        });
    }
    Population {
        today,
        currency: Currency::Eur,
        lost_after_months: 18,
        people,
        visits,
        amounts,
        bookings: Vec::new(),
        dues: Vec::new(),
        kinds: Vec::new(),
        services: offered(ServiceId::new(1)),
        providers: offered(ProviderId::new(1)),
        locations: offered(LocationId::new(1)),
        sources: Vec::new(),
    }
}

fn on_both(clients: u32, test: impl Fn(&TestDatabase, &Db)) {
    for kind in kinds() {
        let database = TestDatabase::migrated(kind);
        let rows: Vec<String> = (1..=clients)
            .map(|id| format!("({id}, 'Ada', 'Nr {id}', 'ada nr {id}', 'en', '2020-01-01 00:00:00')"))
            .collect();
        if !rows.is_empty() {
            let insert = "INSERT INTO clients (id, first_name, last_name, name_key, language, created_at) VALUES";
            database.run(&format!("{insert} {}", rows.join(", ")));
        }
        let db = database.open();
        test(&database, &db);
    }
}

#[test]
fn a_clinic_is_fitted_once_and_kept() {
    on_both(300, |database, db| {
        let today = now().date_naive();
        let population = Arc::new(clinic(300, today));
        assert!(fit_blocking(db, &population, now()).unwrap());
        let models = db.read_blocking(models_in_use).unwrap();
        let [model] = models.as_slice() else { panic!("one model: {models:?}") };
        assert_eq!((model.family, model.reason, model.recall_type), (Some(Family::MbgCnbd), Reason::Rhythm, None));
        assert!(model.k > 2 && model.clients == 300 && model.parameters.len() == 4, "{model:?}");
        let backtest = model.backtest.as_ref().expect("a year to look back on");
        let quarters: f64 = backtest.quarters.iter().map(|quarter| quarter.expected).sum();
        assert!((quarters - backtest.expected).abs() < 1e-6 && backtest.quarters.len() == 4);
        assert!(
            (backtest.expected / f64::from(u32::try_from(backtest.came).unwrap()) - 1.0).abs() < 0.2,
            "{backtest:?}"
        );
        let mut conn = database.connect();
        assert_eq!(count(&mut conn, "SELECT COUNT(*) FROM client_scores WHERE scope = 0"), 300);
        let odd = "SELECT COUNT(*) FROM client_scores WHERE value_12_low_minor > value_12_minor
            OR value_12_minor > value_12_high_minor OR visits_12 > visits_36 OR next_early > next_late OR visits_12 > 6";
        assert_eq!(count(&mut conn, odd), 0);
        let likely = "SELECT COUNT(*) FROM client_scores WHERE alive > 0.5 AND value_12_minor > 5000";
        assert!(count(&mut conn, likely) > 50);

        assert!(!fit_blocking(db, &population, now()).unwrap(), "the same data are not fitted twice");
        let mut later = clinic(300, today);
        later.today = today + TimeDelta::days(1);
        later.people.pop();
        assert!(fit_blocking(db, &Arc::new(later), now() + TimeDelta::days(1)).unwrap());
        assert_eq!(count(&mut conn, "SELECT COUNT(*) FROM fitted_models"), 1, "older ones are forgotten");
        assert_eq!(count(&mut conn, "SELECT COUNT(*) FROM client_scores"), 299, "who is gone is forgotten");
    });
}

#[test]
fn a_clinic_with_three_clients_or_none_has_no_model_and_says_why() {
    on_both(3, |database, db| {
        for clients in [0, 3] {
            let population = Arc::new(clinic(clients, now().date_naive()));
            assert!(fit_blocking(db, &population, now()).unwrap());
            let models = db.read_blocking(models_in_use).unwrap();
            assert_eq!(
                models.iter().map(|model| (model.family, model.reason)).collect::<Vec<_>>(),
                [(None, Reason::TooFewClients)]
            );
            assert_eq!(count(&mut database.connect(), "SELECT COUNT(*) FROM client_scores"), 0);
        }
    });
}

#[test]
fn kinds_of_recalls_have_models_of_their_own() {
    on_both(120, |database, db| {
        database.run(&shop::statements());
        database.run(
            "INSERT INTO recall_types (id, code, name, every, book_service_id, required, position)
               VALUES (71, 'models-check', 'Check', '6m', 4001, true, 1), (72, 'models-none', 'None', '6m', 4001, true, 2)",
        );
        let rows: Vec<String> = (1..=120_i32)
            .map(|id| {
                let (visits, days) = (1 + id % 5, 182 * i64::from(id % 5));
                let last = now().date_naive() - TimeDelta::days(i64::from(id % 200));
                let (first, log_gaps) = (last - TimeDelta::days(days), f64::from(visits - 1) * 182.0_f64.ln());
                format!(
                    "({id}, 71, {visits}, '{first}', '{last}', {log_gaps}, {}, 4001, 3001, 4001, 3001, 1001)",
                    9_000 * visits
                )
            })
            .collect();
        database.run(&format!(
            "INSERT INTO client_figures (client_id, recall_type_id, visits, first_day, last_day, log_gap_sum, revenue_minor,
               first_service_id, first_provider_id, last_service_id, last_provider_id, last_location_id) VALUES {}",
            rows.join(", ")
        ));
        assert!(fit_blocking(db, &Arc::new(clinic(0, now().date_naive())), now()).unwrap());
        let models = db.read_blocking(models_in_use).unwrap();
        let kinds: Vec<_> =
            models.iter().map(|model| (model.recall_type.map(RecallTypeId::get), model.clients)).collect();
        assert!(
            kinds.contains(&(None, 0)) && kinds.contains(&(Some(71), 120)) && kinds.contains(&(Some(72), 0)),
            "{kinds:?}"
        );
        let mut conn = database.connect();
        assert_eq!(count(&mut conn, "SELECT COUNT(*) FROM client_scores WHERE scope = 71"), 120);
        database.run("UPDATE recall_types SET archived_at = '2026-06-01 00:00:00' WHERE id = 71");
        fit_blocking(db, &Arc::new(clinic(0, now().date_naive())), now()).unwrap();
        assert_eq!(count(&mut conn, "SELECT COUNT(*) FROM client_scores WHERE scope = 71"), 0);
    });
}
