//! What the mail says, as HTML and as text.

use askama::Template;

use crate::catalog::Catalog;
use crate::domain::language::Language;
use crate::domain::returning::{Figure, Measured, Report, Unit};
use crate::i18n::Texts;
use crate::messaging::RenderedMail;
use crate::retention::brought_back::BroughtBack;
use crate::retention::{paper, words};

/// The figures of the mail, in the order of the owner's questions.
const FIGURES: [Figure; 8] = [
    Figure::Retention,
    Figure::SecondVisit,
    Figure::Rebooked,
    Figure::Churn,
    Figure::AtRisk,
    Figure::NoShow,
    Figure::WorthSoFar,
    Figure::NewVisits,
];

/// A figure as the mail shows it.
struct Line {
    name: String,
    value: String,
    before: String,
    /// Percent of the bar that is filled; nothing where the value is no share.
    bar: Option<u8>,
}

/// A month of the bars.
struct Month {
    name: String,
    value: String,
    bar: u8,
}

#[derive(Template)]
#[template(path = "emails/digest.html")]
struct DigestMail<'a> {
    t: Texts,
    language: &'a str,
    direction: &'a str,
    subject: &'a str,
    clinic: &'a str,
    accent: &'a str,
    heading: &'a str,
    days: &'a str,
    lines: &'a [Line],
    moves: &'a [(String, String)],
    months: &'a [Month],
    mails: &'a str,
    link: &'a str,
}

/// The mail of the report's days.
pub(super) fn write(
    catalog: &Catalog,
    language: Language,
    report: &Report,
    brought: &BroughtBack,
    link: &str,
) -> RenderedMail {
    let t = Texts::new(language);
    let month = t.month(report.days.from);
    let clinic = catalog.clinic.name.as_str();
    let subject = t.with("owner-digest-subject", &[("clinic", &clinic), ("month", &month)]);
    let heading = t.with("owner-digest-heading", &[("month", &month)]);
    let lines: Vec<Line> = FIGURES.iter().filter_map(|figure| line(t, report, *figure)).collect();
    let months = months(t, report);
    let moves = moves(t, report);
    let mails = words::mails_sentence(t, &brought.all(), paper::currency_of(report));
    let days = words::days_text(t, report.days);
    let html = DigestMail {
        t,
        language: language.tag(),
        direction: language.direction().attribute(),
        subject: &subject,
        clinic,
        accent: accent(&catalog.clinic.accent_color),
        heading: &heading,
        days: &days,
        lines: &lines,
        moves: &moves,
        months: &months,
        mails: &mails,
        link,
    };
    let html = html.render().unwrap_or_default();
    let text = text(t, (&heading, &days), &lines, &moves, &months, &mails, link);
    RenderedMail { subject, text, html, invitation: None }
}

/// A colour as the clinic keeps it, or ours where that is none.
fn accent(kept: &str) -> &str {
    let is_colour =
        kept.len() == 7 && kept.starts_with('#') && kept.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
    if is_colour { kept } else { "#0f766e" }
}

fn line(t: Texts, report: &Report, figure: Figure) -> Option<Line> {
    let measured = report.figure(figure)?;
    let currency = paper::currency_of(report);
    let before = report.figure_before(figure).filter(|before| before.value().is_some());
    let before = before.map(|before| t.with("owner-before", &[("value", &words::value_text(t, before, currency))]));
    Some(Line {
        name: words::words(t, figure).name,
        value: words::value_text(t, measured, currency),
        before: before.unwrap_or_default(),
        bar: bar(measured),
    })
}

/// How much of a bar a share fills.
fn bar(measured: &Measured) -> Option<u8> {
    let share = measured.value().filter(|_| measured.figure.unit() == Unit::Share)?;
    Some(percent(share))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

fn months(t: Texts, report: &Report) -> Vec<Month> {
    let currency = paper::currency_of(report);
    let trend = report.trends.iter().find(|trend| trend.figure == Figure::Retention);
    let known = trend.into_iter().flat_map(|trend| &trend.months).filter_map(|(days, measured)| {
        let share = measured.value()?;
        Some(Month { name: t.month(days.from), value: words::value_text(t, measured, currency), bar: percent(share) })
    });
    known.collect()
}

fn moves(t: Texts, report: &Report) -> Vec<(String, String)> {
    let moves = report.moves;
    let line = |key: &str, count: i64| (t.text(key), words::number(t, count));
    vec![
        line("owner-moves-start", moves.start),
        line("owner-moves-new", moves.new),
        line("owner-moves-returned", moves.returned),
        line("owner-moves-lost", moves.lost),
        line("owner-moves-end", moves.end),
    ]
}

/// The same in words alone.
fn text(
    t: Texts,
    (heading, days): (&str, &str),
    lines: &[Line],
    moves: &[(String, String)],
    months: &[Month],
    mails: &str,
    link: &str,
) -> String {
    let mut text = format!("{heading}\n{days}\n\n");
    for line in lines {
        text.push_str(&format!("{}: {}", line.name, line.value));
        if !line.before.is_empty() {
            text.push_str(&format!(" ({})", line.before));
        }
        text.push('\n');
    }
    text.push_str(&format!("\n{}\n", t.text("owner-moves")));
    for (name, number) in moves {
        text.push_str(&format!("{name}: {number}\n"));
    }
    if !months.is_empty() {
        text.push_str(&format!("\n{}\n", t.text("owner-digest-months")));
        for month in months {
            text.push_str(&format!("{}: {}\n", month.name, month.value));
        }
    }
    text.push_str(&format!(
        "\n{}\n{mails}\n\n{}:\n{link}\n\n{}\n",
        t.text("owner-question-mails"),
        t.text("owner-digest-open"),
        t.text("owner-digest-why")
    ));
    text
}
