//! What every date of a rule would be, before anything is booked: one row a date, with the times that could stand in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};

use crate::booking::offer::{self, OfferRefused, Question, Shop};
use crate::booking::place::{self, Wanted};
use crate::catalog::{Catalog, Location, Service};
use crate::db::{Bad, Conn, Fault};
use crate::domain::booking::Actor;
use crate::domain::ids::{HoldId, LocationId, ProviderId, ServiceId};
use crate::domain::recurrence::{self, DATES_MAX, End, Rule, RuleRefused, Zoned};
use crate::domain::slots::{self, TooSoonOrFar, WrongParty};
use crate::domain::time;

/// Times offered in place of one date.
const ALTERNATIVES_MAX: usize = 6;
/// Of these, so many on one neighbouring day.
const ALTERNATIVES_A_NEIGHBOUR: usize = 2;
/// Days looked at before and after a date that is not free.
const NEIGHBOURS: [i64; 6] = [1, -1, 2, -2, 3, -3];
/// Days asked for at once.
const DAYS_AT_ONCE: i64 = 60;
/// After so many dates behind the last one, no more are tried to make up for those that are not free.
const APPENDED_TRIES_MAX: usize = 60;

/// A series that is wished for.
#[derive(Debug, Clone)]
pub struct SeriesWish {
    /// Which service.
    pub service: ServiceId,
    /// Where.
    pub location: LocationId,
    /// With whom; none is anyone, and each date may be somebody else's.
    pub provider: Option<ProviderId>,
    /// For how many people.
    pub party: u16,
    /// The first date, on the clocks of the place.
    pub start: NaiveDateTime,
    /// The rule.
    pub rule: Rule,
    /// Who asks: lead time, horizon and "clients may repeat it" bind clients, not staff.
    pub actor: Actor,
    /// A hold of whoever asks, which does not stand in the way and ends when the series starts.
    pub hold: Option<HoldId>,
}

/// What becomes of dates that are not free, unless somebody decides otherwise for one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conflict {
    /// Nothing is booked until each is decided.
    #[default]
    Refuse,
    /// They are left out.
    Skip,
    /// The nearest free time stands in: of the same day first, then of the days around.
    NearestFree,
    /// They are left out, and as many dates are added behind the last one.
    AppendAtEnd,
}

impl Conflict {
    /// Every way there is.
    pub const ALL: [Self; 4] = [Self::Refuse, Self::Skip, Self::NearestFree, Self::AppendAtEnd];

    /// The word in forms and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Skip => "skip",
            Self::NearestFree => "nearest_free",
            Self::AppendAtEnd => "append_at_end",
        }
    }

    /// Reads the word of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|conflict| conflict.as_str() == text)
    }
}

/// Why a date cannot be booked as the rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Somebody has it.
    Taken,
    /// Nobody works then, whoever else is booked.
    Closed,
    /// The clocks jump over it.
    DoesNotExist,
    /// It is over, or inside the lead time.
    TooSoon,
}

impl Trouble {
    /// Every trouble there is.
    pub const ALL: [Self; 4] = [Self::Taken, Self::Closed, Self::DoesNotExist, Self::TooSoon];

    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Closed => "closed",
            Self::DoesNotExist => "does_not_exist",
            Self::TooSoon => "too_soon",
        }
    }

    /// Reads the word of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.as_str() == text)
    }
}

/// What a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It can be booked.
    Free,
    /// It cannot.
    Trouble(Trouble),
    /// Beyond the horizon: booked by itself when it comes within.
    TooFar,
}

impl State {
    /// The word in forms and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Trouble(trouble) => trouble.as_str(),
            Self::TooFar => "too_far",
        }
    }
}

/// What somebody decided for one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It is left out.
    LeaveOut,
    /// This time stands in.
    MoveTo(DateTime<Utc>),
}

/// What would become of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Booked at this time.
    Book(DateTime<Utc>),
    /// Left out.
    LeaveOut,
    /// Booked later, when it comes within the horizon.
    Later,
    /// Nobody has decided yet.
    Open,
}

/// One date.
#[derive(Debug, Clone)]
pub struct Row {
    /// The wall time the rule gave.
    pub slot: NaiveDateTime,
    /// What it is.
    pub state: State,
    /// Times that could stand in, the nearest first.
    pub alternatives: Vec<DateTime<Utc>>,
    /// What would become of it.
    pub decision: Decision,
    /// Whether it was added to make up for another.
    pub is_added: bool,
}

/// Every date of a series with what would become of it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The rule, with the added dates.
    pub rule: Rule,
    /// The dates in order.
    pub rows: Vec<Row>,
}

impl Plan {
    /// Whether it can be booked: nothing is undecided, and something is left.
    pub fn is_settled(&self) -> bool {
        let open = self.rows.iter().any(|row| row.decision == Decision::Open);
        !open && self.rows.iter().any(|row| matches!(row.decision, Decision::Book(_)))
    }

    /// How many dates would be booked now.
    pub fn booked(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.decision, Decision::Book(_))).count()
    }

    /// How many dates nobody has decided on.
    pub fn open(&self) -> usize {
        self.rows.iter().filter(|row| row.decision == Decision::Open).count()
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanRefused {
    /// No such service, or clients cannot book it.
    UnknownService,
    /// No such location, or the service is not to be had there.
    UnknownLocation,
    /// No such provider, or not for this service, or not there.
    UnknownProvider,
    /// The party does not fit the service.
    WrongParty(WrongParty),
    /// Clients do not repeat this service themselves.
    NotOffered,
    /// The rule is not to be had.
    Rule(RuleRefused),
    /// The first date is over.
    Past,
}

/// A wish that was looked at: what it is about.
pub(super) struct Checked<'a> {
    pub catalog: &'a Catalog,
    pub service: &'a Service,
    pub location: &'a Location,
    /// The last local day inside the horizon.
    pub horizon: NaiveDate,
}

impl Checked<'_> {
    /// The last day up to which dates are booked at once: what has an end is booked whole by staff.
    pub fn last_day(&self, wish: &SeriesWish) -> NaiveDate {
        let is_client = matches!(wish.actor, Actor::Client);
        if is_client || wish.rule.end == End::Never { self.horizon } else { NaiveDate::MAX }
    }
}

/// Checks a wish against everything but what is taken.
pub(super) fn check<'a>(
    catalog: &'a Catalog,
    now: DateTime<Utc>,
    wish: &SeriesWish,
) -> Result<Checked<'a>, PlanRefused> {
    let is_client = matches!(wish.actor, Actor::Client);
    let visible = |service: &&Service| service.online || !is_client;
    let service = catalog.service(wish.service).filter(visible).ok_or(PlanRefused::UnknownService)?;
    if is_client && (!service.client_series || service.needs_approval) {
        return Err(PlanRefused::NotOffered);
    }
    slots::check_party(&service.rules, wish.party).map_err(PlanRefused::WrongParty)?;
    let location = catalog.locations_for(service.id).into_iter().find(|place| place.id == wish.location);
    let location = location.ok_or(PlanRefused::UnknownLocation)?;
    if let Some(provider) = wish.provider {
        let offered = catalog.providers_for(service.id, location.id);
        if !offered.iter().any(|known| known.id == provider) {
            return Err(PlanRefused::UnknownProvider);
        }
    }
    wish.rule.check(wish.start).map_err(PlanRefused::Rule)?;
    if time::instant(wish.start, location.zone) < now {
        return Err(PlanRefused::Past);
    }
    let horizon = slots::latest_day(&service.rules, now, location.zone);
    Ok(Checked { catalog, service, location, horizon })
}

/// Says of every date what it is and what would become of it.
pub fn plan(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    wish: &SeriesWish,
    conflict: Conflict,
    choices: &BTreeMap<NaiveDateTime, Choice>,
) -> Result<Plan, Bad<PlanRefused>> {
    let catalog = shop.catalogs.current(conn)?;
    let checked = check(&catalog, now, wish).map_err(Bad::Refused)?;
    let dates = match wish.rule.end {
        End::Never => wish.rule.dates_until(wish.start, checked.horizon),
        End::After(_) | End::Until(_) => wish.rule.dates(wish.start).take(DATES_MAX).collect(),
    };
    let mut diary = Diary { shop, now, wish, checked: &checked, days: HashMap::new() };
    let mut rows = diary.rows(conn, &dates)?;
    let undecided = decide(&mut rows, &diary, conflict, choices);
    let mut rule = wish.rule.clone();
    if conflict == Conflict::AppendAtEnd && rule.end != End::Never && undecided > 0 {
        let added = diary.added(conn, &rows, undecided)?;
        rows.extend(added);
        rule = rule.ending(match rule.end {
            End::After(_) => End::After(u16::try_from(rows.len()).unwrap_or(u16::MAX)),
            End::Until(until) => End::Until(rows.last().map_or(until, |row| row.slot.max(until))),
            End::Never => End::Never,
        });
    }
    Ok(Plan { rule, rows })
}

/// What these dates are and what would become of them, for a wish that was checked otherwise.
pub(super) fn rows(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    wish: &SeriesWish,
    checked: &Checked<'_>,
    slots: &[NaiveDateTime],
    (conflict, choices): (Conflict, &BTreeMap<NaiveDateTime, Choice>),
) -> Result<Vec<Row>, Fault> {
    let mut diary = Diary { shop, now, wish, checked, days: HashMap::new() };
    let mut rows = diary.rows(conn, slots)?;
    let _left_out = decide(&mut rows, &diary, conflict, choices);
    Ok(rows)
}

/// Looks at one date of a series that stands, whatever its rule says: what it is, and what could stand in for it.
pub(super) fn look_at(
    conn: &mut Conn,
    shop: &Shop,
    now: DateTime<Utc>,
    wish: &SeriesWish,
    slot: NaiveDateTime,
) -> Result<Option<Row>, Fault> {
    let catalog = shop.catalogs.current(conn)?;
    let (Some(service), Some(location)) = (catalog.service(wish.service), catalog.location(wish.location)) else {
        return Ok(None);
    };
    let checked = Checked { catalog: &catalog, service, location, horizon: NaiveDate::MAX };
    let mut diary = Diary { shop, now, wish, checked: &checked, days: HashMap::new() };
    Ok(diary.rows(conn, &[slot])?.pop())
}

/// Decides what each date becomes; answers how many dates want another one at the end.
fn decide(rows: &mut [Row], diary: &Diary<'_>, conflict: Conflict, choices: &BTreeMap<NaiveDateTime, Choice>) -> usize {
    // Nobody is at two places at once: what one date takes, no other is offered.
    let mut own: BTreeSet<DateTime<Utc>> = BTreeSet::new();
    for row in rows.iter_mut() {
        row.decision = match (choices.get(&row.slot), row.state) {
            (_, State::TooFar) => Decision::Later,
            (Some(Choice::LeaveOut), _) => Decision::LeaveOut,
            (Some(Choice::MoveTo(to)), _) if diary.is_free(*to) => Decision::Book(*to),
            (None, State::Free) => Decision::Book(time::instant(row.slot, diary.checked.location.zone)),
            (Some(Choice::MoveTo(_)) | None, _) => Decision::Open,
        };
        if let Decision::Book(at) = row.decision {
            own.insert(at);
        }
    }
    let mut undecided = 0;
    for row in rows.iter_mut() {
        let kept = match row.decision {
            Decision::Book(at) => Some(at),
            _ => None,
        };
        row.alternatives.retain(|at| Some(*at) == kept || !diary.overlaps(&own, *at, kept));
        if row.decision != Decision::Open || choices.contains_key(&row.slot) {
            continue;
        }
        row.decision = match conflict {
            Conflict::Refuse => Decision::Open,
            Conflict::Skip => Decision::LeaveOut,
            Conflict::AppendAtEnd => {
                undecided += 1;
                Decision::LeaveOut
            }
            Conflict::NearestFree => row.alternatives.first().map_or(Decision::Open, |at| Decision::Book(*at)),
        };
        if let Decision::Book(at) = row.decision {
            own.insert(at);
        }
    }
    undecided
}

/// What is free on the days that were looked at.
struct Diary<'a> {
    shop: &'a Shop,
    now: DateTime<Utc>,
    wish: &'a SeriesWish,
    checked: &'a Checked<'a>,
    days: HashMap<NaiveDate, Vec<DateTime<Utc>>>,
}

impl Diary<'_> {
    fn rows(&mut self, conn: &mut Conn, dates: &[NaiveDateTime]) -> Result<Vec<Row>, Fault> {
        self.look(conn, dates.iter().map(NaiveDateTime::date).collect())?;
        let mut rows = Vec::with_capacity(dates.len());
        for slot in dates {
            rows.push(Row {
                slot: *slot,
                state: self.state(conn, *slot)?,
                alternatives: Vec::new(),
                decision: Decision::Open,
                is_added: false,
            });
        }
        let around = rows.iter().filter(|row| matches!(row.state, State::Trouble(_)));
        let around: BTreeSet<NaiveDate> = around.flat_map(|row| neighbours(row.slot.date())).collect();
        self.look(conn, around)?;
        for row in &mut rows {
            row.alternatives = self.alternatives(row.slot, row.state);
        }
        Ok(rows)
    }

    /// Dates behind the last one that make up for `wanted` dates, those that are not free among them left out.
    fn added(&mut self, conn: &mut Conn, rows: &[Row], wanted: usize) -> Result<Vec<Row>, Fault> {
        let endless = self.wish.rule.ending(End::Never);
        let room = DATES_MAX.saturating_sub(rows.len());
        let tries = endless.dates(self.wish.start).skip(rows.len()).take(room.min(APPENDED_TRIES_MAX.max(wanted)));
        let tries: Vec<NaiveDateTime> = tries.collect();
        let (mut added, mut found) = (Vec::new(), 0);
        for slot in tries {
            if wanted <= found {
                break;
            }
            let mut row = self.rows(conn, &[slot])?.pop().ok_or_else(|| Fault::other("a date was not looked at"))?;
            row.is_added = true;
            row.decision = match row.state {
                State::Free => Decision::Book(time::instant(slot, self.checked.location.zone)),
                State::TooFar => Decision::Later,
                State::Trouble(_) => Decision::LeaveOut,
            };
            found += usize::from(row.decision != Decision::LeaveOut);
            added.push(row);
        }
        while added.last().is_some_and(|row| row.decision == Decision::LeaveOut) {
            added.pop();
        }
        Ok(added)
    }

    /// Reads what is free on these days, neighbours together.
    fn look(&mut self, conn: &mut Conn, days: BTreeSet<NaiveDate>) -> Result<(), Fault> {
        let missing: Vec<NaiveDate> = days.into_iter().filter(|day| !self.days.contains_key(day)).collect();
        let mut from = 0;
        while let Some(first) = missing.get(from).copied() {
            let mut last = first;
            from += 1;
            while let Some(next) = missing.get(from).copied() {
                if (next - last).num_days() != 1 || DAYS_AT_ONCE <= (next - first).num_days() {
                    break;
                }
                last = next;
                from += 1;
            }
            self.ask(conn, first, last)?;
        }
        Ok(())
    }

    fn ask(&mut self, conn: &mut Conn, from: NaiveDate, to: NaiveDate) -> Result<(), Fault> {
        for day in from.iter_days().take_while(|day| *day <= to) {
            self.days.insert(day, Vec::new());
        }
        let question = Question {
            service: self.wish.service,
            location: Some(self.wish.location),
            provider: self.wish.provider,
            party: self.wish.party,
            from,
            to,
            own_hold: self.wish.hold,
            as_staff: !matches!(self.wish.actor, Actor::Client),
        };
        let offered = offer::free_days_of(conn, self.shop, self.checked.catalog, self.now, &question);
        let offered = match offered {
            Ok(offered) => offered,
            // The wish was checked, so nothing is refused; and if it were, nothing would be free.
            Err(Bad::Refused(
                OfferRefused::UnknownService
                | OfferRefused::UnknownLocation
                | OfferRefused::UnknownProvider
                | OfferRefused::WrongParty(_)
                | OfferRefused::WrongDays,
            )) => Vec::new(),
            Err(Bad::Fault(fault)) => return Err(fault),
        };
        for day in offered {
            let starts = day.slots().map(|(slot, _)| slot.starts_at).filter(|start| self.now <= *start).collect();
            self.days.insert(day.day, starts);
        }
        Ok(())
    }

    fn state(&self, conn: &mut Conn, slot: NaiveDateTime) -> Result<State, Fault> {
        let checked = self.checked;
        let Zoned::At(at) = recurrence::zoned(slot, checked.location.zone) else {
            return Ok(State::Trouble(Trouble::DoesNotExist));
        };
        if checked.last_day(self.wish) < slot.date() {
            return Ok(State::TooFar);
        }
        if self.is_free(at) {
            return Ok(State::Free);
        }
        let rules = checked.catalog.rules_at(checked.service, checked.location);
        match slots::within_rules(&rules, self.now, checked.location.zone, at) {
            Err(TooSoonOrFar::Past) => return Ok(State::Trouble(Trouble::TooSoon)),
            Err(TooSoonOrFar::TooSoon { .. }) if matches!(self.wish.actor, Actor::Client) => {
                return Ok(State::Trouble(Trouble::TooSoon));
            }
            Err(TooSoonOrFar::TooSoon { .. } | TooSoonOrFar::TooFar { .. }) | Ok(()) => {}
        }
        let wanted = Wanted {
            catalog: checked.catalog,
            service: checked.service,
            location: checked.location,
            provider: self.wish.provider,
            party: self.wish.party,
            starts_at: at,
            exactly: place::Exactly::default(),
        };
        let works = place::would_work(conn, self.now, &wanted)?;
        Ok(State::Trouble(if works { Trouble::Taken } else { Trouble::Closed }))
    }

    fn is_free(&self, at: DateTime<Utc>) -> bool {
        let day = time::local_day(at, self.checked.location.zone);
        self.days.get(&day).is_some_and(|starts| starts.binary_search(&at).is_ok())
    }

    /// Other times of the day by nearness; for a date in trouble those of the days around as well.
    fn alternatives(&self, slot: NaiveDateTime, state: State) -> Vec<DateTime<Utc>> {
        let zone = self.checked.location.zone;
        let near = |day: NaiveDate, limit: usize| {
            let wanted = time::instant(day.and_time(slot.time()), zone);
            let mut starts: Vec<DateTime<Utc>> = self.days.get(&day).cloned().unwrap_or_default();
            starts.retain(|start| day != slot.date() || *start != wanted || state != State::Free);
            starts.sort_by_key(|start| ((*start - wanted).abs(), *start));
            starts.truncate(limit);
            starts
        };
        let mut found = near(slot.date(), ALTERNATIVES_MAX);
        if let State::Trouble(_) = state {
            for day in neighbours(slot.date()) {
                found.extend(near(day, ALTERNATIVES_A_NEIGHBOUR));
            }
            found.truncate(ALTERNATIVES_MAX);
        }
        found
    }

    /// Whether a time would overlap one that another date of this series takes.
    fn overlaps(&self, own: &BTreeSet<DateTime<Utc>>, at: DateTime<Utc>, kept: Option<DateTime<Utc>>) -> bool {
        let length = chrono::TimeDelta::minutes(i64::from(self.checked.service.rules.duration_minutes.max(1)));
        own.range(at - length..at + length).any(|other| Some(*other) != kept && (*other - at).abs() < length)
    }
}

fn neighbours(day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let step = move |days: i64| {
        let distance = Days::new(days.unsigned_abs());
        if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) }
    };
    NEIGHBOURS.into_iter().filter_map(step)
}
