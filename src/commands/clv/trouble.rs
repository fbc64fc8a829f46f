//! Why a log cannot be used, in sentences that say what to do.

use super::Failure;
use crate::domain::transactions::{LineTrouble, Sample, Trouble};

/// The sentence.
pub(super) fn failure(file: &str, trouble: &Trouble) -> Failure {
    let shown = |sample: &Sample| format!("line {}: \"{}\"", sample.line, sample.text);
    let all = |samples: &[Sample]| samples.iter().map(shown).collect::<Vec<_>>().join(", ");
    Failure::new(match trouble {
        Trouble::Unreadable(error) => format!("{file} cannot be read: {error}"),
        Trouble::NoTable(words) => format!("{file} is no table: {words}"),
        Trouble::NoColumn(column, names) => format!(
            "{file} has no column \"{column}\": the first line must name client_id, date and, if there are any, amount; it says \"{}\"",
            names.join(", ")
        ),
        Trouble::MixedDates(samples) => format!(
            "dates in {file} are written in {} ways: {}; write them in one, best as YYYY-MM-DD",
            samples.len(),
            all(samples)
        ),
        Trouble::AmbiguousDates(sample) => format!(
            "nobody can tell day from month in {file}: {} and no other date says it; write dates as YYYY-MM-DD",
            shown(sample)
        ),
        Trouble::MixedAmounts(comma, dot) => {
            format!("comma and dot both mark decimals in {file}: {}, {}; use one of them", shown(comma), shown(dot))
        }
        Trouble::AmbiguousAmounts(sample) => format!(
            "nobody can tell thousands from decimals in {file}: {} and no other amount says it; write amounts with a dot and without marks of thousands",
            shown(sample)
        ),
        Trouble::Lines(named, count) => {
            let lines: Vec<String> = named.iter().map(|(sample, trouble)| line(sample, *trouble)).collect();
            let more = usize::try_from(*count).unwrap_or(usize::MAX).saturating_sub(lines.len());
            let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
            format!("{count} lines of {file} cannot be used; mend or remove them:\n  {}{rest}", lines.join("\n  "))
        }
        Trouble::TooManyClients => format!("{file} has more than four thousand million clients"),
    })
}

fn line(sample: &Sample, trouble: LineTrouble) -> String {
    let line = sample.line;
    match trouble {
        LineTrouble::NoClient => format!("line {line}: the client is missing"),
        LineTrouble::NoDate => format!("line {line}: \"{}\" is no date", sample.text),
        LineTrouble::NoAmount => format!("line {line}: \"{}\" is no amount", sample.text),
        LineTrouble::TooShort => format!("line {line}: fields are missing"),
    }
}
