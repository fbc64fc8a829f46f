//! `rebook clv` as people run it: a file in, an answer out.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn clv(log: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rebook"))
        .args(["clv", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever is called wrongly ends before he has read anything.
    let _closed = child.stdin.take().unwrap().write_all(log.as_bytes());
    child.wait_with_output().unwrap()
}

fn refused(log: &str) -> String {
    let done = clv(log, &[]);
    assert_eq!(done.status.code(), Some(1), "{}", String::from_utf8_lossy(&done.stdout));
    assert!(done.stdout.is_empty());
    String::from_utf8(done.stderr).unwrap()
}

fn answered(log: &str, arguments: &[&str]) -> serde_json::Value {
    let done = clv(log, &[arguments, &["--json"]].concat());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

/// People who come every half year or so, some of whom stop.
fn half_yearly(clients: u32) -> String {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let start = chrono::NaiveDate::from_ymd_opt(2022, 1, 3).unwrap();
    let mut log = String::from("client_id,date,amount\n");
    for client in 0..clients {
        let mut day = rng.random_range(0..700);
        let mut stays = rng.random_range(0.0..1.0) < 0.85;
        loop {
            let date = start + chrono::TimeDelta::days(day);
            log.push_str(&format!("c{client},{date},{}.50\n", rng.random_range(60..140)));
            day += 182 + rng.random_range(-35..=60);
            if !stays || day > 1400 {
                break;
            }
            stays = rng.random_range(0.0..1.0) < 0.85;
        }
    }
    log
}

#[test]
fn a_rhythm_is_found_and_everybody_gets_a_line() {
    let log = half_yearly(400);
    let answer = answered(&log, &["--until", "2025-11-03", "--horizon", "365"]);
    assert_eq!((answer["model"].as_str(), answer["reason"].as_str()), (Some("mbg-cnbd"), Some("rhythm")));
    assert!(answer["k"].as_u64() > Some(3), "{}", answer["k"]);
    assert_eq!(answer["per_client"].as_array().unwrap().len(), 400);
    assert!(answer["log_likelihood"].as_f64().unwrap() < 0.0);
    assert!(answer["regularity"].as_f64().unwrap() > 3.0);
    for client in answer["per_client"].as_array().unwrap() {
        assert!((0.0..=1.0).contains(&client["alive"].as_f64().unwrap()), "{client}");
        assert!(client["expected_visits"].as_f64().unwrap() < 4.0, "{client}");
        assert!(client["expected_value"].as_f64().unwrap() >= 0.0, "{client}");
    }
    let table = clv(&log, &["--until", "2025-11-03"]);
    let text = String::from_utf8(table.stdout).unwrap();
    let (said, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    assert!(said[0].starts_with("# model: mbg-cnbd, because clients come in a rhythm"), "{said:?}");
    assert_eq!(lines.len(), 401);
    assert!(lines[0].starts_with("client_id,frequency,recency,age,alive,returns,expected_visits,amount_so_far"));
    assert!(lines[1].starts_with("c0,"), "in the order of the log");
}

#[test]
fn every_model_can_be_asked_for() {
    let log = half_yearly(120);
    for model in ["bg-nbd", "mbg-nbd", "pareto-nbd", "mbg-cnbd", "bg-cnbd"] {
        let answer = answered(&log, &["--model", model, "--unit", "week", "--k", "2", "--summary"]);
        assert_eq!((answer["model"].as_str(), answer["reason"].as_str()), (Some(model), Some("asked")));
        assert!(answer["parameters"]["r"].as_f64().unwrap() > 0.0);
        assert_eq!(answer["horizon"].as_f64(), Some(52.0));
    }
    let wrong = clv(&log, &["--model", "oracle"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn without_amounts_there_is_no_value() {
    let log: String = half_yearly(80).lines().map(|line| format!("{}\n", line.rsplit_once(',').unwrap().0)).collect();
    let answer = answered(&log, &[]);
    assert!(answer["amounts"].is_null());
    assert!(answer["per_client"][0].get("expected_value").is_none());
    let text = String::from_utf8(clv(&log, &[]).stdout).unwrap();
    assert!(text.lines().any(|line| line == "client_id,frequency,recency,age,alive,returns,expected_visits"));
}

#[test]
fn three_clients_get_formulas_and_a_reason() {
    let log = "\u{feff}Datum;Betrag;Kunde\n05.01.2026;50,00;a\n05.07.2026;60,00;a\n20.07.2026;-10,00;a\n06.03.2026;40,00;b\n07.03.2026;1.200,50;c\n";
    let answer = answered(log, &["--until", "2026-07-31"]);
    assert_eq!((answer["model"].as_str(), answer["reason"].as_str()), (Some("none"), Some("too_few_clients")));
    assert_eq!((answer["clients"].as_u64(), answer["visits"].as_u64()), (Some(3), Some(4)));
    assert_eq!(answer["notes"]["refunds"].as_u64(), Some(1));
    assert!(answer["per_client"][0]["alive"].is_null());
    assert_eq!(answer["per_client"][0]["amount_so_far"].as_f64(), Some(100.0));
    assert!((answer["formula"]["amount_per_visit"].as_f64().unwrap() - 1340.5 / 4.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_used_is_refused_in_words() {
    let mixed = refused("client_id,date\n1,2026-01-01\n1,01/15/2026\n2,13.01.2026\n");
    assert!(
        mixed.contains("3 ways")
            && mixed.contains("line 2: \"2026-01-01\"")
            && mixed.contains("line 4: \"13.01.2026\""),
        "{mixed}"
    );
    assert!(refused("client_id,date\n1,01/02/2026\n").contains("nobody can tell day from month"));
    assert!(refused("client_id,date,amount\n1,2026-01-01,\"1,234\"\n").contains("thousands from decimals"));
    assert!(refused("client_id,date,amount\n1,2026-02-30,5\n").contains("line 2: \"2026-02-30\" is no date"));
    assert!(refused("who,when\n1,2\n").contains("no column \"date\""));
    assert!(refused("client_id,date\n").contains("no transactions"));
    assert!(refused("").contains("no column"));
    let away = Command::new(env!("CARGO_BIN_EXE_rebook")).args(["clv", "not-there.csv"]).output().unwrap();
    assert_eq!(away.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&away.stderr).contains("not-there.csv cannot be read"));
}

#[test]
fn visits_to_come_are_left_out() {
    let log = "client_id,date\n1,2026-01-01\n1,2026-03-01\n2,2199-01-01\n";
    let answer = answered(log, &["--until", "2026-02-01"]);
    assert_eq!((answer["clients"].as_u64(), answer["visits"].as_u64()), (Some(1), Some(1)));
    assert_eq!(answer["notes"]["lines after the day, left out"].as_u64(), Some(2));
}
