//! Dates of a column: how they are written is found out from all of them, and what stays ambiguous is refused.

use chrono::{Datelike, NaiveDate};

use super::{Sample, Trouble};

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 2026-03-05
    YearDash,
    /// 2026/03/05
    YearSlash,
    /// 2026.03.05
    YearDot,
    /// 20260305
    YearPlain,
    /// 05/03/2026
    EndSlash,
    /// 05-03-2026
    EndDash,
    /// 05.03.2026, which is always day, month, year
    EndDot,
}

impl Shape {
    const ALL: [Self; 7] =
        [Self::YearDash, Self::YearSlash, Self::YearDot, Self::YearPlain, Self::EndSlash, Self::EndDash, Self::EndDot];

    /// Whether the order of day and month is not said by the shape.
    const fn is_open(self) -> bool {
        matches!(self, Self::EndSlash | Self::EndDash)
    }
}

/// What stands in a field: the year, and two numbers whose order may not be known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// How it is written.
    pub shape: Shape,
    /// The year.
    pub year: u16,
    /// The number that is written first beside the year.
    pub first: u8,
    /// The number after it.
    pub second: u8,
}

/// Reads a field; a time of day behind the date is passed over.
pub fn read(field: &[u8]) -> Option<Written> {
    let date = match field.iter().position(|byte| matches!(byte, b'T' | b't' | b' ')) {
        Some(end) => field.get(..end)?,
        None => field,
    };
    let (lead, rest) = number(date)?;
    let Some((mark, rest)) = rest.split_first() else {
        return plain(date);
    };
    let (middle, rest) = number(rest)?;
    let (second_mark, rest) = rest.split_first()?;
    let (last, rest) = number(rest)?;
    if mark != second_mark || !rest.is_empty() {
        return None;
    }
    let small = |(value, digits): (u32, usize)| (digits <= 2).then(|| u8::try_from(value).ok()).flatten();
    let (shape, year, first, second) = if lead.1 == 4 {
        let shape = match mark {
            b'-' => Shape::YearDash,
            b'/' => Shape::YearSlash,
            b'.' => Shape::YearDot,
            _ => return None,
        };
        (shape, lead, middle, last)
    } else {
        let shape = match mark {
            b'-' => Shape::EndDash,
            b'/' => Shape::EndSlash,
            b'.' => Shape::EndDot,
            _ => return None,
        };
        (shape, last, lead, middle)
    };
    let year = if year.1 == 4 { u16::try_from(year.0).ok()? } else { return None };
    Some(Written { shape, year, first: small(first)?, second: small(second)? })
}

fn plain(digits: &[u8]) -> Option<Written> {
    let (value, count) = number(digits)?.0;
    if count != 8 {
        return None;
    }
    let year = u16::try_from(value / 10_000).ok()?;
    let (first, second) = (u8::try_from(value / 100 % 100).ok()?, u8::try_from(value % 100).ok()?);
    Some(Written { shape: Shape::YearPlain, year, first, second })
}

/// The digits at the beginning as a number, with how many they are, and what comes after.
fn number(bytes: &[u8]) -> Option<((u32, usize), &[u8])> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > 8 {
        return None;
    }
    let value = bytes.iter().take(digits).fold(0_u32, |value, byte| value * 10 + u32::from(byte - b'0'));
    Some(((value, digits), bytes.get(digits..)?))
}

/// What is known of the column so far.
#[derive(Debug, Default)]
pub struct Column {
    shapes: [Option<Sample>; 7],
    day_first: Option<Sample>,
    month_first: Option<Sample>,
    open: Option<Sample>,
}

/// In which order the two numbers beside the year stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Year, month, day; or month, day.
    MonthDay,
    /// Day, month.
    DayMonth,
}

impl Column {
    /// Learns from one field.
    pub fn learn(&mut self, written: &Written, line: u64, field: &[u8]) {
        for (shape, seen) in Shape::ALL.iter().zip(&mut self.shapes) {
            if *shape == written.shape && seen.is_none() {
                *seen = Some(Sample::new(line, field));
            }
        }
        if written.shape.is_open() {
            let seen = match (written.first > 12, written.second > 12) {
                (true, _) => &mut self.day_first,
                (_, true) => &mut self.month_first,
                _ => &mut self.open,
            };
            if seen.is_none() {
                *seen = Some(Sample::new(line, field));
            }
        }
    }

    /// The order that holds for the whole column.
    pub fn order(&self) -> Result<Order, Trouble> {
        let seen: Vec<Sample> = self.shapes.iter().flatten().cloned().collect();
        if seen.len() > 1 {
            return Err(Trouble::MixedDates(seen));
        }
        let shape = Shape::ALL.iter().zip(&self.shapes).find_map(|(shape, seen)| seen.as_ref().map(|_| *shape));
        match (shape, &self.day_first, &self.month_first, &self.open) {
            (_, Some(day), Some(month), _) => Err(Trouble::MixedDates(vec![day.clone(), month.clone()])),
            (_, Some(_), None, _) | (Some(Shape::EndDot), ..) => Ok(Order::DayMonth),
            (_, None, Some(_), _) => Ok(Order::MonthDay),
            (_, None, None, Some(open)) => Err(Trouble::AmbiguousDates(open.clone())),
            _ => Ok(Order::MonthDay),
        }
    }
}

/// The day, as a number of days since the beginning of our era; nothing for what is no date, or none of these centuries.
pub fn day(year: u16, first: u8, second: u8, order: Order) -> Option<i32> {
    let (month, day) = match order {
        Order::MonthDay => (first, second),
        Order::DayMonth => (second, first),
    };
    if !(1900..=2200).contains(&year) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
    Some(date.num_days_from_ce())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(fields: &[&str]) -> Result<Vec<NaiveDate>, Trouble> {
        let mut column = Column::default();
        let written: Vec<Written> = fields.iter().map(|field| read(field.as_bytes()).expect("a date")).collect();
        for (line, (field, written)) in (2..).zip(fields.iter().zip(&written)) {
            column.learn(written, line, field.as_bytes());
        }
        let order = column.order()?;
        let days = written.iter().map(|one| day(one.year, one.first, one.second, order).expect("a day"));
        Ok(days.map(|day| NaiveDate::from_num_days_from_ce_opt(day).expect("a day")).collect())
    }

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn the_column_says_what_one_field_cannot() {
        assert_eq!(
            column(&["2026-03-05T10:00:00Z", "2026-12-31 23:59"]),
            Ok(vec![date(2026, 3, 5), date(2026, 12, 31)])
        );
        assert_eq!(column(&["20260305"]), Ok(vec![date(2026, 3, 5)]));
        assert_eq!(column(&["05/03/2026", "13/03/2026"]), Ok(vec![date(2026, 3, 5), date(2026, 3, 13)]));
        assert_eq!(column(&["05/03/2026", "03/13/2026"]), Ok(vec![date(2026, 5, 3), date(2026, 3, 13)]));
        assert_eq!(column(&["5.3.2026"]), Ok(vec![date(2026, 3, 5)]));
        assert!(
            matches!(column(&["05/03/2026", "04/03/2026"]), Err(Trouble::AmbiguousDates(sample)) if sample.line == 2)
        );
        assert!(
            matches!(column(&["13/03/2026", "03/13/2026"]), Err(Trouble::MixedDates(samples)) if samples.len() == 2)
        );
        let three = column(&["2026-03-05", "05.03.2026", "03/25/2026"]);
        assert!(
            matches!(three, Err(Trouble::MixedDates(samples)) if samples.iter().map(|one| one.line).collect::<Vec<_>>() == [2, 4, 3])
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for field in
            ["", "soon", "2026-03", "03/05/26", "2026-03/05", "2026-03-05-07", "123456789", "1.2.3", "2026--05"]
        {
            assert_eq!(read(field.as_bytes()), None, "{field}");
        }
        assert_eq!(day(2026, 2, 30, Order::MonthDay), None);
        assert_eq!(day(1066, 2, 3, Order::MonthDay), None);
    }
}
