//! What `rebook clv` prints: what the fit says, and a line for each client.

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::domain::lifetime::choose::{CLIENTS_MIN, Choice, GAPS_MIN, Reason};
use crate::domain::lifetime::fit::Convergence;
use crate::domain::lifetime::special::real;
use crate::domain::lifetime::spend::FittedSpend;
use crate::domain::transactions::{Customers, Log};

/// Days of a year, on average.
const YEAR_DAYS: f64 = 365.25;

/// Everything there is to say.
pub(super) struct Answer<'a> {
    pub choice: &'a Choice,
    pub spend: Option<&'a FittedSpend>,
    pub log: &'a Log,
    pub customers: &'a Customers,
    pub until: Option<NaiveDate>,
    pub unit: &'static str,
    pub unit_days: f64,
    pub horizon: f64,
    pub discount: f64,
    pub regularity: Option<f64>,
    /// To read and to fit.
    pub seconds: (f64, f64),
    pub lines: Vec<ClientLine<'a>>,
}

/// One client.
#[derive(Debug, Serialize)]
pub(super) struct ClientLine<'a> {
    pub client_id: Cow<'a, str>,
    pub frequency: u32,
    pub recency: f64,
    pub age: f64,
    pub alive: Option<f64>,
    pub returns: Option<f64>,
    pub expected_visits: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_so_far: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_value: Option<f64>,
}

/// What plain arithmetic says, whether or not a model fits.
#[derive(Debug, Serialize)]
struct Formula {
    visits_per_client_and_year: f64,
    mean_life_years: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_per_visit: Option<f64>,
    /// Amount of a visit, times visits a year, times years.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
}

impl Answer<'_> {
    fn visits(&self) -> u64 {
        let each = self.customers.customers.iter().map(|customer| u64::from(customer.row.repeats) + 1);
        each.sum()
    }

    fn formula(&self) -> Formula {
        let customers = &self.customers.customers;
        let clients = real(customers.len().max(1));
        let year = YEAR_DAYS / self.unit_days;
        let life: f64 = customers.iter().map(|customer| customer.row.recency).sum::<f64>() / year / clients;
        let repeats: f64 = customers.iter().map(|customer| f64::from(customer.row.repeats)).sum();
        let seen: f64 = customers.iter().map(|customer| customer.row.recency).sum::<f64>() / year;
        let often = if seen > 0.0 { repeats / seen } else { 0.0 };
        let total: f64 = customers.iter().map(|customer| customer.total).sum();
        let amount = self.log.has_amounts().then(|| total / (repeats + clients));
        Formula {
            visits_per_client_and_year: often,
            mean_life_years: life,
            amount_per_visit: amount,
            value: amount.map(|amount| amount * often * life),
        }
    }

    fn why(&self) -> String {
        let fit = self.choice.fit.as_ref();
        let rhythm = fit.map_or(1, |fit| fit.model.k());
        let mut words = match self.choice.reason {
            Reason::Asked => "it was asked for".to_owned(),
            Reason::Rhythm => format!("clients come in a rhythm: gaps made of {rhythm} waits fit best"),
            Reason::NoRhythm => "no rhythm fits better than none".to_owned(),
            Reason::TooFewClients => {
                format!("fewer than {CLIENTS_MIN} clients say nothing about the next; see the formula figures")
            }
            Reason::TooFewGaps => {
                format!("fewer than {GAPS_MIN} returns say nothing about the next; see the formula figures")
            }
            Reason::NotConverged => "no model found its best parameters; see the formula figures".to_owned(),
        };
        match fit.map(|fit| fit.convergence) {
            Some(Convergence::AtTheEdge) => {
                words.push_str("; a parameter ran to its limit, so the parameters mean little");
            }
            Some(Convergence::NotConverged) => words.push_str("; the fit did not converge, do not rely on it"),
            Some(Convergence::Converged) | None => {}
        }
        words
    }

    fn model(&self) -> &'static str {
        self.choice.fit.as_ref().map_or("none", |fit| fit.model.family().as_str())
    }

    fn notes(&self) -> Vec<(&'static str, u64)> {
        let customers = self.customers;
        let all = [
            ("lines after the day, left out", customers.later_lines),
            ("refunds", customers.refunds),
            ("clients with nothing but refunds, left out", customers.without_visit),
            ("lines of a client on a day he had one already, one visit together", customers.same_day_lines),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// What the fit says as lines that begin with #, then a table.
    pub(super) fn write_csv(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "# model: {}, because {}", self.model(), self.why())?;
        if let Some(fit) = &self.choice.fit {
            writeln!(out, "# k: {}", fit.model.k())?;
            let parameters = fit.model.parameters().map(|(name, value)| format!("{name} {value:.6}"));
            writeln!(out, "# parameters: {} (times in {}s)", parameters.join(", "), self.unit)?;
            writeln!(out, "# log-likelihood: {:.6} ({})", fit.log_likelihood, fit.convergence.as_str())?;
        }
        if let Some(regularity) = self.regularity {
            writeln!(out, "# regularity (Wheat-Morrison): {regularity:.3}; 1 is no rhythm")?;
        }
        let until = self.until.map(|day| day.to_string()).unwrap_or_default();
        writeln!(out, "# clients: {}, visits: {}, until: {until}", self.customers.customers.len(), self.visits())?;
        if let Some(spend) = self.spend {
            match &spend.model {
                Some(model) => {
                    writeln!(out, "# amounts (Gamma-Gamma): p {:.6}, q {:.6}, v {:.6}", model.p, model.q, model.v)?;
                }
                None => writeln!(out, "# amounts: the mean, {:.2}; there is too little for a model", spend.mean)?,
            }
            if let Some(correlation) = spend.correlation {
                writeln!(out, "# correlation of frequency and amount: {correlation:.3}")?;
            }
        }
        let formula = self.formula();
        let (often, life) = (formula.visits_per_client_and_year, formula.mean_life_years);
        write!(out, "# by formula: {often:.2} visits a client and year, {life:.2} years")?;
        match formula.amount_per_visit.zip(formula.value) {
            Some((amount, value)) => writeln!(out, ", {amount:.2} a visit, value {value:.2}")?,
            None => writeln!(out)?,
        }
        for (what, count) in self.notes() {
            writeln!(out, "# {what}: {count}")?;
        }
        self.write_table(out)
    }

    fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let mut table = csv::Writer::from_writer(out);
        let mut header = vec!["client_id", "frequency", "recency", "age", "alive", "returns", "expected_visits"];
        if self.log.has_amounts() {
            header.extend(["amount_so_far", "expected_amount", "expected_value"]);
        }
        table.write_record(&header)?;
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.6}"));
        let money = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.2}"));
        for line in &self.lines {
            table.write_field(line.client_id.as_bytes())?;
            table.write_field(line.frequency.to_string())?;
            table.write_field(line.recency.to_string())?;
            table.write_field(line.age.to_string())?;
            for value in [line.alive, line.returns, line.expected_visits] {
                table.write_field(number(value))?;
            }
            if self.log.has_amounts() {
                for value in [line.amount_so_far, line.expected_amount, line.expected_value] {
                    table.write_field(money(value))?;
                }
            }
            table.write_record(None::<&[u8]>)?;
        }
        table.flush()
    }

    /// One document.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        let fit = self.choice.fit.as_ref();
        let parameters: Option<Map<String, Value>> = fit.map(|fit| {
            fit.model.parameters().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
        });
        let compared: Vec<Value> =
            self.choice.compared.iter().map(|(k, value)| json!({"k": k, "log_likelihood": value})).collect();
        let spend = self.spend.map(|spend| {
            json!({
                "model": spend.model.map(|model| json!({"p": model.p, "q": model.q, "v": model.v})),
                "log_likelihood": spend.model.map(|_| spend.log_likelihood),
                "convergence": spend.convergence.map(Convergence::as_str),
                "clients": spend.clients,
                "mean": spend.mean,
                "correlation": spend.correlation,
            })
        });
        let notes: Map<String, Value> =
            self.notes().into_iter().map(|(what, count)| (what.to_owned(), json!(count))).collect();
        let document = json!({
            "model": self.model(),
            "reason": self.choice.reason.as_str(),
            "why": self.why(),
            "k": fit.map(|fit| fit.model.k()),
            "parameters": parameters,
            "log_likelihood": fit.map(|fit| fit.log_likelihood),
            "convergence": fit.map(|fit| fit.convergence.as_str()),
            "compared": compared,
            "regularity": self.regularity,
            "lines": self.log.lines(),
            "clients": self.customers.customers.len(),
            "visits": self.visits(),
            "until": self.until,
            "unit": self.unit,
            "horizon": self.horizon,
            "discount": self.discount,
            "amounts": spend,
            "formula": self.formula(),
            "notes": notes,
            "seconds": {"read": self.seconds.0, "fit": self.seconds.1},
        });
        // A million clients are written one by one, not made into a tree first.
        let head = document.to_string();
        write!(out, "{},\"per_client\":", head.strip_suffix('}').unwrap_or(&head))?;
        serde_json::to_writer(&mut *out, &self.lines)?;
        writeln!(out, "}}")
    }
}
