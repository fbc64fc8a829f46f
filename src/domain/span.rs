//! Spans of instants, half-open: a span owns its start and not its end, so neighbours touch without overlapping.
//!
//! [`SpanSet`] is what availability computes with: sorted, merged, and every operation walks both sets once.

use chrono::{DateTime, TimeDelta, Utc};

/// The end does not come after the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a span ends after it starts")]
pub struct EmptySpan;

/// From one instant until just before another; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl Span {
    /// `[starts_at, ends_at)`, refused when nothing lies in it.
    pub fn new(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Result<Self, EmptySpan> {
        if starts_at < ends_at { Ok(Self { starts_at, ends_at }) } else { Err(EmptySpan) }
    }

    /// So many minutes from `starts_at`, refused for zero.
    pub fn lasting(starts_at: DateTime<Utc>, minutes: u32) -> Result<Self, EmptySpan> {
        Self::new(starts_at, later(starts_at, minutes))
    }

    /// Twenty-four hours from `starts_at`; the last ones there are when the calendar ends before.
    pub fn day_from(starts_at: DateTime<Utc>) -> Self {
        let day = TimeDelta::days(1);
        let starts_at = starts_at.min(DateTime::<Utc>::MAX_UTC - day);
        Self { starts_at, ends_at: starts_at + day }
    }

    /// The first instant of the span.
    pub const fn starts_at(self) -> DateTime<Utc> {
        self.starts_at
    }

    /// The first instant after the span.
    pub const fn ends_at(self) -> DateTime<Utc> {
        self.ends_at
    }

    /// Whole minutes in the span.
    pub fn minutes(self) -> i64 {
        (self.ends_at - self.starts_at).num_minutes()
    }

    /// Whether some instant lies in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// Whether the instant lies in the span.
    pub fn contains(self, instant: DateTime<Utc>) -> bool {
        self.starts_at <= instant && instant < self.ends_at
    }

    /// Whether all of `other` lies in the span.
    pub fn covers(self, other: Self) -> bool {
        self.starts_at <= other.starts_at && other.ends_at <= self.ends_at
    }

    /// What lies in both.
    pub fn common(self, other: Self) -> Option<Self> {
        Self::new(self.starts_at.max(other.starts_at), self.ends_at.min(other.ends_at)).ok()
    }

    /// The span made longer on both sides.
    pub fn buffered(self, before_minutes: u32, after_minutes: u32) -> Self {
        Self { starts_at: earlier(self.starts_at, before_minutes), ends_at: later(self.ends_at, after_minutes) }
    }
}

/// So many minutes after the instant; stays at the end of the calendar rather than overflow.
pub fn later(instant: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
    instant.checked_add_signed(TimeDelta::minutes(i64::from(minutes))).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// So many minutes before the instant; stays at the start of the calendar rather than overflow.
pub fn earlier(instant: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
    instant.checked_sub_signed(TimeDelta::minutes(i64::from(minutes))).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// Instants as sorted spans that neither overlap nor touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpanSet {
    spans: Vec<Span>,
}

impl SpanSet {
    /// No instant at all.
    pub const fn new() -> Self {
        Self { spans: Vec::new() }
    }

    /// Every instant of the calendar but its last nanosecond.
    pub fn always() -> Self {
        Span::new(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC).map_or(Self::new(), Self::from)
    }

    /// Whether no instant is in the set.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The spans, earliest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Span> + ExactSizeIterator + '_ {
        self.spans.iter().copied()
    }

    /// Every instant that is in one of the two.
    pub fn union(&self, other: &Self) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        self.iter().chain(other.iter()).collect()
    }

    /// Every instant of this set that is not in the other.
    pub fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::with_capacity(self.spans.len() + other.spans.len());
        let mut taken = other.spans.iter().copied().peekable();
        for span in self.iter() {
            let mut starts_at = span.starts_at;
            while taken.next_if(|cut| cut.ends_at <= starts_at).is_some() {}
            while let Some(cut) = taken.peek().copied().filter(|cut| cut.starts_at < span.ends_at) {
                left.extend(Span::new(starts_at, cut.starts_at));
                starts_at = starts_at.max(cut.ends_at);
                if span.ends_at < cut.ends_at {
                    break;
                }
                taken.next();
            }
            left.extend(Span::new(starts_at, span.ends_at));
        }
        Self { spans: left }
    }

    /// Every instant that is in both.
    pub fn intersect(&self, other: &Self) -> Self {
        let mut both = Vec::with_capacity(self.spans.len().min(other.spans.len()));
        let (mut mine, mut theirs) = (self.spans.iter().peekable(), other.spans.iter().peekable());
        while let (Some(one), Some(two)) = (mine.peek(), theirs.peek()) {
            both.extend(one.common(**two));
            if one.ends_at < two.ends_at {
                mine.next();
            } else {
                theirs.next();
            }
        }
        Self { spans: both }
    }

    /// Whether all of the span is in the set.
    pub fn covers(&self, span: Span) -> bool {
        self.at(span.starts_at).is_some_and(|one| one.covers(span))
    }

    /// Whether the instant is in the set.
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.at(instant).is_some()
    }

    /// The span of the set in which the instant lies.
    pub fn at(&self, instant: DateTime<Utc>) -> Option<Span> {
        self.first_ending_after(instant).filter(|one| one.starts_at <= instant)
    }

    /// Whether some instant of the span is in the set.
    pub fn overlaps(&self, span: Span) -> bool {
        self.first_overlap(span).is_some()
    }

    /// The earliest span of the set that overlaps this one.
    pub fn first_overlap(&self, span: Span) -> Option<Span> {
        self.first_ending_after(span.starts_at).filter(|one| one.starts_at < span.ends_at)
    }

    fn first_ending_after(&self, instant: DateTime<Utc>) -> Option<Span> {
        let skipped = self.spans.partition_point(|one| one.ends_at <= instant);
        self.spans.get(skipped).copied()
    }

    /// Starts from which so many minutes fit into one span of the set.
    ///
    /// The last such start belongs to the result, so its spans end one nanosecond after it.
    pub fn starts_that_fit(&self, minutes: u32) -> Self {
        let fitting = |one: Span| Span::new(one.starts_at, just_after(earlier(one.ends_at, minutes))).ok();
        self.iter().filter_map(fitting).collect()
    }

    /// Starts at which something taking so much before and after its start would overlap the set.
    ///
    /// A start that only touches is not among them, so its spans begin one nanosecond after the touching start.
    pub fn starts_that_clash(&self, before_minutes: u32, after_minutes: u32) -> Self {
        let clashing = |one: Span| {
            let first = just_after(earlier(one.starts_at, after_minutes));
            Span::new(first, later(one.ends_at, before_minutes)).ok()
        };
        self.iter().filter_map(clashing).collect()
    }
}

/// Nothing chrono can write lies between an instant and this one.
fn just_after(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.checked_add_signed(TimeDelta::nanoseconds(1)).unwrap_or(instant)
}

impl FromIterator<Span> for SpanSet {
    /// Sorts and merges; spans that touch become one.
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut sorted: Vec<Span> = spans.into_iter().collect();
        if !sorted.is_sorted() {
            sorted.sort_unstable();
        }
        sorted.dedup_by(|next, kept| {
            let joins = next.starts_at <= kept.ends_at;
            if joins {
                kept.ends_at = kept.ends_at.max(next.ends_at);
            }
            joins
        });
        Self { spans: sorted }
    }
}

impl From<Span> for SpanSet {
    fn from(span: Span) -> Self {
        Self { spans: vec![span] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + minute * 60, 0).expect("in range")
    }

    fn span(first: i64, last: i64) -> Span {
        Span::new(at(first), at(last)).expect("not empty")
    }

    fn sets() -> impl Strategy<Value = SpanSet> {
        let span = (0_i64..120, 1_i64..30).prop_map(|(first, length)| span(first, first + length));
        proptest::collection::vec(span, 0..8).prop_map(|spans| spans.into_iter().collect())
    }

    fn minutes(set: &SpanSet) -> Vec<bool> {
        (-40..200).map(|minute| set.contains(at(minute))).collect()
    }

    fn assert_tidy(set: &SpanSet) {
        let spans: Vec<Span> = set.iter().collect();
        assert!(spans.windows(2).all(|pair| pair[0].ends_at < pair[1].starts_at), "{spans:?}");
    }

    #[test]
    fn neighbours_touch_without_overlapping() {
        let (morning, noon) = (span(0, 60), span(60, 90));
        assert!(!morning.overlaps(noon) && !noon.overlaps(morning));
        assert!(morning.contains(at(0)) && !morning.contains(at(60)));
        assert!(morning.buffered(0, 1).overlaps(noon) && noon.buffered(1, 0).overlaps(morning));
        assert_eq!(Span::new(at(1), at(1)), Err(EmptySpan));
        assert_eq!(Span::new(at(2), at(1)), Err(EmptySpan));
        assert_eq!(Span::lasting(at(1), 0), Err(EmptySpan));
    }

    #[test]
    fn the_calendar_has_ends_but_no_panics() {
        let end = DateTime::<Utc>::MAX_UTC;
        assert_eq!(later(end, u32::MAX), end);
        assert_eq!(earlier(DateTime::<Utc>::MIN_UTC, 1), DateTime::<Utc>::MIN_UTC);
        assert_eq!(Span::day_from(end).minutes(), 24 * 60);
        assert!(SpanSet::always().contains(at(0)));
        let all = SpanSet::always();
        assert_eq!(all.minus(&all), SpanSet::new());
        assert!(!all.starts_that_clash(u32::MAX, u32::MAX).is_empty());
    }

    #[test]
    fn the_last_start_that_fits_and_the_first_that_does_not_clash() {
        let open = SpanSet::from(span(0, 60));
        let starts = open.starts_that_fit(30);
        assert!(starts.contains(at(0)) && starts.contains(at(30)) && !starts.contains(at(31)));
        assert!(open.starts_that_fit(60).contains(at(0)));
        assert!(open.starts_that_fit(61).is_empty());
        let clashes = SpanSet::from(span(100, 120)).starts_that_clash(5, 30);
        let expected = [(70, false), (71, true), (100, true), (124, true), (125, false)];
        for (minute, clash) in expected {
            assert_eq!(clashes.contains(at(minute)), clash, "{minute}");
        }
    }

    proptest! {
        #[test]
        fn sets_do_what_their_instants_do(one in sets(), two in sets()) {
            let (a, b) = (minutes(&one), minutes(&two));
            let expected = |both: fn(bool, bool) -> bool| -> Vec<bool> {
                a.iter().zip(&b).map(|(a, b)| both(*a, *b)).collect()
            };
            for (set, expected) in [
                (one.union(&two), expected(|a, b| a || b)),
                (one.minus(&two), expected(|a, b| a && !b)),
                (one.intersect(&two), expected(|a, b| a && b)),
            ] {
                assert_tidy(&set);
                prop_assert_eq!(minutes(&set), expected);
            }
        }

        #[test]
        fn asking_about_a_span_is_asking_about_its_minutes(set in sets(), first in -20_i64..160, length in 1_i64..40) {
            let asked = span(first, first + length);
            let mut inside = (first..first + length).map(|minute| set.contains(at(minute)));
            prop_assert_eq!(set.overlaps(asked), inside.clone().any(|known| known));
            prop_assert_eq!(set.covers(asked), inside.all(|known| known));
        }

        #[test]
        fn starts_agree_with_trying(set in sets(), start in -80_i64..200, before in 0_u32..20, length in 1_u32..40) {
            let service = Span::lasting(at(start), length).expect("not empty");
            prop_assert_eq!(set.starts_that_fit(length).contains(at(start)), set.covers(service));
            let occupied = service.buffered(before, 0);
            prop_assert_eq!(set.starts_that_clash(before, length).contains(at(start)), set.overlaps(occupied));
        }
    }
}
