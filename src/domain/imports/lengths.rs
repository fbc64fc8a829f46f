//! How long something took: `45`, `45 min`, `1h 30m`, `1:30`, `01:30:00`.

/// The minutes, from one to a day.
pub fn minutes_of(text: &str) -> Option<u32> {
    let lower = text.trim().to_lowercase();
    let minutes = if lower.contains(':') { by_clock(&lower)? } else { by_units(&lower)? };
    (1..=1_440).contains(&minutes).then_some(minutes)
}

fn by_clock(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(str::trim);
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let seconds: u32 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    let fits = hours <= 24 && minutes < 60 && seconds < 60 && parts.next().is_none();
    fits.then_some(hours * 60 + minutes)
}

fn by_units(text: &str) -> Option<u32> {
    let (mut sum, mut number, mut unit) = (0_u32, String::new(), String::new());
    let mut numbers = 0;
    let add = |number: &str, unit: &str| -> Option<u32> {
        let value: u32 = if number.len() <= 4 { number.parse().ok()? } else { return None };
        match unit {
            "" | "m" | "min" | "mins" | "minute" | "minutes" | "minuten" => Some(value),
            "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" => Some(value * 60),
            _ => None,
        }
    };
    for character in text.chars() {
        if character.is_ascii_digit() {
            if !unit.is_empty() {
                sum = sum.saturating_add(add(&number, &unit)?);
                numbers += 1;
                number.clear();
                unit.clear();
            }
            number.push(character);
        } else if character.is_alphabetic() {
            unit.push(character);
        } else if !(character.is_whitespace() || matches!(character, '.' | ',')) {
            return None;
        }
    }
    if number.is_empty() || (numbers == 0 && number.contains(char::is_whitespace)) {
        return None;
    }
    Some(sum.saturating_add(add(&number, &unit)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::minutes_of;

    #[test]
    fn lengths_are_read_as_programs_write_them() {
        for (text, wanted) in [
            ("45", 45),
            ("45 min", 45),
            ("1h", 60),
            ("1h 30m", 90),
            ("1:30", 90),
            ("01:30:00", 90),
            ("2 Std. 5 Min.", 125),
        ] {
            assert_eq!(minutes_of(text), Some(wanted), "{text}");
        }
        for text in ["", "0", "soon", "1d", "-5", "1:70", "99999", "25:00", "h"] {
            assert_eq!(minutes_of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fall(text in ".{0,30}") {
            let _minutes = minutes_of(&text);
        }
    }
}
