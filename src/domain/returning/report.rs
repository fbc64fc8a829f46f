//! The report: every figure, the states, and the movements, from one pass over everybody.

use chrono::NaiveDate;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::story::Story;
use super::tally::{Moved, Tally, has_visit_on, median, moved, tally};
use super::{Figure, GROUP_MIN, RETURN_DAYS, Unit};
use crate::domain::client_state::ClientState;
use crate::domain::insight::Insight;
use crate::domain::population::Outcome;
use crate::domain::reporting::Days;

/// People of one piece of work, summed in a fixed order.
const CHUNK: usize = 4_096;

/// A figure as it was counted over its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Which.
    pub figure: Figure,
    /// The days it looked at.
    pub window: Days,
    /// What counts; the middle of the gaps where it is the median of days.
    pub part: i64,
    /// Out of what.
    pub of: i64,
    /// People of whom anything was counted.
    pub people: u64,
    /// People of whom anything counts.
    pub people_in_part: u64,
}

impl Measured {
    /// Its value: a share of one, days, or money in minor units. Nothing while it is not known.
    pub fn value(&self) -> Option<f64> {
        if self.of <= 0 {
            return None;
        }
        let (part, of) = (float(self.part), float(self.of));
        Some(match (self.figure, self.figure.unit()) {
            (Figure::Churn, _) => part / (of / float(self.window.count().max(1))),
            (_, Unit::Share | Unit::Mean) => part / of,
            (_, Unit::DayCount | Unit::Sum) => part,
        })
    }

    /// People behind it: behind a sum those who add to it, else everybody of whom anything was counted.
    pub const fn people_behind(&self) -> u64 {
        match self.figure.unit() {
            Unit::Sum => self.people_in_part,
            Unit::Share | Unit::DayCount | Unit::Mean => self.people,
        }
    }

    /// What stands above the line.
    pub fn numerator(&self) -> f64 {
        float(self.part)
    }

    /// What stands below the line, in the unit of the figure: of [`Figure::Churn`] the average number of clients.
    pub fn denominator(&self) -> f64 {
        match self.figure {
            Figure::Churn => float(self.of) / float(self.window.count().max(1)),
            _ => float(self.of),
        }
    }
}

/// Counts and minor units stay far below 2^53, where every whole number has a float of its own.
#[expect(clippy::cast_precision_loss, reason = "counts and minor units stay below 2^53")]
pub(super) fn float(number: i64) -> f64 {
    number as f64
}

/// How many clients there were, and how that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moves {
    /// CS: when the period began.
    pub start: i64,
    /// CN: first-ever visits.
    pub new: i64,
    /// CR: lost ones who came again.
    pub returned: i64,
    /// Who passed the limit.
    pub lost: i64,
    /// CE: when it ended.
    pub end: i64,
}

/// How many stand so, and how that moved since the month began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateLine {
    /// Which.
    pub state: ClientState,
    /// Now.
    pub now: u64,
    /// When the month began.
    pub at_month_start: u64,
    /// Who came into it since.
    pub came: u64,
    /// Who left it since.
    pub went: u64,
    /// What is lost of the next year if they stay away, in minor units.
    pub at_risk_minor: i64,
}

/// Returns after visits to one provider, or to anyone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// Place in [`crate::domain::population::Population::providers`]; nothing for everybody.
    pub provider: Option<u32>,
    /// The provider's name.
    pub name: String,
    /// One for each of [`RETURN_DAYS`] after first visits, then after later ones; nothing where the group is too small.
    pub returns: Vec<Option<Measured>>,
    /// Visits at whose end the next was booked.
    pub rebooked: Option<Measured>,
}

/// A leading figure at the end of each of the last twelve months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendLine {
    /// Which.
    pub figure: Figure,
    /// The months, oldest first.
    pub months: Vec<(Days, Measured)>,
}

/// Visits and money of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcomes {
    /// Completed visits.
    pub visits: i64,
    /// First ones among them.
    pub first_visits: i64,
    /// What came in, in minor units without tax.
    pub revenue_minor: i64,
    /// Of it with first visits.
    pub first_revenue_minor: i64,
    /// Days that were missed.
    pub missed: i64,
    /// Days called off too late.
    pub late: i64,
    /// Days called off in time, by whomever.
    pub in_time: i64,
    /// Clients who came.
    pub clients: i64,
}

/// Everything an owner reads first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The day that was today.
    pub today: NaiveDate,
    /// The period.
    pub days: Days,
    /// What it is compared with.
    pub compared: Option<Days>,
    /// The code of the currency of all amounts.
    pub currency: String,
    /// When somebody counts as lost.
    pub lost_after_months: u32,
    /// The first visit of all.
    pub history_from: Option<NaiveDate>,
    /// Everybody who ever came.
    pub people: u64,
    /// Every figure, in the order of [`Figure::ALL`].
    pub figures: Vec<Measured>,
    /// The same in the days of the comparison; empty where there are none.
    pub before: Vec<Measured>,
    /// The states.
    pub states: Vec<StateLine>,
    /// The movements of the period.
    pub moves: Moves,
    /// The last twelve months of the leading figures.
    pub trends: Vec<TrendLine>,
    /// Visits and money of the period.
    pub outcomes: Outcomes,
    /// The same in the days of the comparison.
    pub outcomes_before: Option<Outcomes>,
}

impl Report {
    /// A figure of it.
    pub fn figure(&self, figure: Figure) -> Option<&Measured> {
        self.figures.iter().find(|measured| measured.figure == figure)
    }

    /// The figure in the days of the comparison; nothing for what is of today alone.
    pub fn figure_before(&self, figure: Figure) -> Option<&Measured> {
        self.before.iter().find(|measured| measured.figure == figure && !figure.is_of_today())
    }
}

/// One question that is asked of everybody: a figure over a window.
#[derive(Clone, Copy)]
struct Question {
    figure: Figure,
    window: Days,
}

/// What came of a question.
#[derive(Clone, Default)]
struct Sum {
    tally: Tally,
    people: u64,
    people_in_part: u64,
    /// Each person's own, where the middle is asked for and not the sum.
    each: Vec<i64>,
}

/// What came of everything that is asked.
struct Sums {
    answers: Vec<Sum>,
    moves: Moves,
    outcomes: Outcomes,
    before: Outcomes,
    history_from: Option<NaiveDate>,
    people: u64,
}

/// Makes the report for `days`, beside `compared`.
pub fn report(insight: &Insight, days: Days, compared: Option<Days>) -> Report {
    let population = &insight.population;
    let questions = questions(days, compared);
    let sums = ask(insight, &questions, days, compared);
    let mut answered = questions.iter().zip(&sums.answers).map(|(question, sum)| measured(*question, sum));
    let figures: Vec<Measured> = answered.by_ref().take(Figure::ALL.len()).collect();
    let before = answered.by_ref().take(if compared.is_some() { Figure::ALL.len() } else { 0 }).collect();
    let trend = |figure: Figure, answered: &mut dyn Iterator<Item = Measured>| TrendLine {
        figure,
        months: days.months_to_end().into_iter().zip(answered.take(12)).collect(),
    };
    let trends = Figure::LEADING.into_iter().map(|figure| trend(figure, &mut answered)).collect();
    Report {
        today: population.today,
        days,
        compared,
        currency: population.currency.code().to_owned(),
        lost_after_months: population.lost_after_months,
        history_from: sums.history_from,
        people: sums.people,
        figures,
        before,
        states: states(insight),
        moves: sums.moves,
        trends,
        outcomes: sums.outcomes,
        outcomes_before: compared.map(|_| sums.before),
    }
}

/// Everything that is asked, in the order in which [`report`] reads the answers.
fn questions(days: Days, compared: Option<Days>) -> Vec<Question> {
    let of = |figure: Figure, days: Days| Question { figure, window: figure.window(days) };
    let mut all: Vec<Question> = Figure::ALL.into_iter().map(|figure| of(figure, days)).collect();
    all.extend(compared.into_iter().flat_map(|before| Figure::ALL.into_iter().map(move |figure| of(figure, before))));
    for figure in Figure::LEADING {
        all.extend(days.months_to_end().into_iter().map(|month| of(figure, month)));
    }
    all
}

/// What is asked of each provider.
fn return_figures() -> Vec<Figure> {
    let after = |which| RETURN_DAYS.into_iter().map(move |wait| Figure::Return(which, wait));
    after(super::After::First).chain(after(super::After::Later)).chain([Figure::Rebooked]).collect()
}

/// Returns and the next visits booked, provider by provider; groups that are too small are left out.
pub fn returns_by_provider(insight: &Insight, days: Days) -> Vec<ReturnLine> {
    let figures: Vec<(Figure, Days)> =
        return_figures().into_iter().map(|figure| (figure, figure.window(days))).collect();
    let empty = || vec![vec![Sum::default(); figures.len()]; insight.population.providers.len()];
    let places: Vec<usize> = (0..insight.population.people.len()).collect();
    let chunk = |places: &[usize]| {
        let mut sums = empty();
        for story in places.iter().filter_map(|place| Story::at(insight, *place)) {
            ask_of_providers(&story, &figures, &mut sums);
        }
        sums
    };
    let join = |mut mine: Vec<Vec<Sum>>, theirs: Vec<Vec<Sum>>| {
        let pairs = mine.iter_mut().flatten().zip(theirs.into_iter().flatten());
        pairs.for_each(|(mine, theirs)| mine.join(theirs));
        mine
    };
    let sums = places.par_chunks(CHUNK).map(chunk).reduce(empty, join);
    let mut lines = Vec::new();
    for ((place, provider), sums) in insight.population.providers.iter().enumerate().zip(&sums) {
        let figures = return_figures().into_iter().zip(sums);
        let mut returns: Vec<Option<Measured>> = figures
            .map(|(figure, sum)| measured(Question { figure, window: figure.window(days) }, sum))
            .map(|measured| Some(measured).filter(|measured| GROUP_MIN <= measured.people))
            .collect();
        let rebooked = returns.pop().flatten();
        if returns.iter().any(Option::is_some) || rebooked.is_some() {
            lines.push(ReturnLine {
                provider: u32::try_from(place).ok(),
                name: provider.name.clone(),
                returns,
                rebooked,
            });
        }
    }
    lines
}

/// Asks of the providers somebody was with; of all others he says nothing.
fn ask_of_providers(story: &Story<'_>, figures: &[(Figure, Days)], sums: &mut [Vec<Sum>]) {
    let mut providers: Vec<u32> = story.visits.iter().map(|visit| visit.provider).collect();
    providers.sort_unstable();
    providers.dedup();
    for provider in providers {
        let Some(sums) = usize::try_from(provider).ok().and_then(|place| sums.get_mut(place)) else { continue };
        for ((figure, window), sum) in figures.iter().zip(sums) {
            sum.add(*figure, tally(*figure, story, *window, Some(provider)));
        }
    }
}

fn measured(question: Question, sum: &Sum) -> Measured {
    let mut each = sum.each.clone();
    each.sort_unstable();
    let part = if question.figure == Figure::OwnGap { median(&each).unwrap_or(0) } else { sum.tally.part };
    Measured {
        figure: question.figure,
        window: question.window,
        part,
        of: sum.tally.of,
        people: sum.people,
        people_in_part: sum.people_in_part,
    }
}

/// Asks everybody everything. Sums of whole numbers do not depend on their order, so neither on the number of threads.
fn ask(insight: &Insight, questions: &[Question], days: Days, compared: Option<Days>) -> Sums {
    let places: Vec<usize> = (0..insight.population.people.len()).collect();
    let empty = || Sums {
        answers: vec![Sum::default(); questions.len()],
        moves: Moves::default(),
        outcomes: Outcomes::default(),
        before: Outcomes::default(),
        history_from: None,
        people: 0,
    };
    let chunk = |places: &[usize]| {
        let mut sums = empty();
        for story in places.iter().filter_map(|place| Story::at(insight, *place)) {
            for (question, sum) in questions.iter().zip(&mut sums.answers) {
                sum.add(question.figure, tally(question.figure, &story, question.window, None));
            }
            sums.moves.add(moved(&story, days));
            sums.outcomes.add(&story, days);
            if let Some(compared) = compared {
                sums.before.add(&story, compared);
            }
            let first = story.first_day();
            sums.people += u64::from(first.is_some());
            sums.history_from = [sums.history_from, first].into_iter().flatten().min();
        }
        sums
    };
    places.par_chunks(CHUNK).map(chunk).reduce(empty, Sums::and)
}

impl Sum {
    fn join(&mut self, other: Self) {
        self.tally = self.tally.and(other.tally);
        self.people += other.people;
        self.people_in_part += other.people_in_part;
        self.each.extend(other.each);
    }

    fn add(&mut self, figure: Figure, tally: Tally) {
        if tally.of == 0 && tally.part == 0 {
            return;
        }
        self.tally = self.tally.and(tally);
        self.people += 1;
        self.people_in_part += u64::from(tally.part > 0);
        if figure == Figure::OwnGap {
            self.each.push(tally.part);
        }
    }
}

impl Sums {
    fn and(mut self, other: Self) -> Self {
        for (mine, theirs) in self.answers.iter_mut().zip(other.answers) {
            mine.join(theirs);
        }
        self.moves.join(other.moves);
        self.outcomes.join(other.outcomes);
        self.before.join(other.before);
        self.people += other.people;
        self.history_from = [self.history_from, other.history_from].into_iter().flatten().min();
        self
    }
}

impl Moves {
    const fn add(&mut self, moved: Moved) {
        self.start += moved.start;
        self.new += moved.new;
        self.returned += moved.returned;
        self.lost += moved.lost;
        self.end += moved.end;
    }

    const fn join(&mut self, other: Self) {
        self.start += other.start;
        self.new += other.new;
        self.returned += other.returned;
        self.lost += other.lost;
        self.end += other.end;
    }
}

impl Outcomes {
    fn add(&mut self, story: &Story<'_>, days: Days) {
        let of = |figure: Figure| tally(figure, story, days, None);
        let (visits, revenue) = (of(Figure::NewVisits), of(Figure::NewRevenue));
        self.visits += visits.of;
        self.first_visits += visits.part;
        self.revenue_minor += revenue.of;
        self.first_revenue_minor += revenue.part;
        self.missed += of(Figure::NoShow).part;
        self.late += of(Figure::LateCancellation).part;
        self.clients += i64::from(0 < visits.of);
        let mut last = None;
        for booking in story.bookings.iter().filter(|booking| days.contains(booking.day)) {
            let is_in_time = matches!(booking.outcome, Outcome::CancelledInTime | Outcome::CancelledByClinic);
            if is_in_time && last != Some(booking.day) && !has_visit_on(story, booking.day) {
                last = Some(booking.day);
                self.in_time += 1;
            }
        }
    }

    const fn join(&mut self, other: Self) {
        self.visits += other.visits;
        self.first_visits += other.first_visits;
        self.revenue_minor += other.revenue_minor;
        self.first_revenue_minor += other.first_revenue_minor;
        self.missed += other.missed;
        self.late += other.late;
        self.in_time += other.in_time;
        self.clients += other.clients;
    }
}

fn states(insight: &Insight) -> Vec<StateLine> {
    let line = |state: ClientState| {
        let mut line = StateLine { state, now: 0, at_month_start: 0, came: 0, went: 0, at_risk_minor: 0 };
        for standing in insight.standings.iter().flatten() {
            let (is_now, was) = (standing.state == state, standing.month_state == Some(state));
            line.now += u64::from(is_now);
            line.at_month_start += u64::from(was);
            line.came += u64::from(is_now && !was);
            line.went += u64::from(was && !is_now);
            line.at_risk_minor += if is_now { standing.at_risk_minor } else { 0 };
        }
        line
    };
    ClientState::ALL.into_iter().map(line).collect()
}
