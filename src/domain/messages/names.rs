//! Names fit for a greeting, and texts fit for one line.

/// Names in greetings are cut to this many characters.
pub const NAME_CHARACTERS_MAX: usize = 60;

/// A name fit for a greeting, or nothing when it is none.
///
/// Anybody can type anything into the name field together with somebody else's address. So a name holds no line
/// breaks, no invisible direction marks, at most 60 characters, and nothing that a mail program turns into a link.
pub fn greeting_name(text: &str) -> Option<String> {
    let one_line = one_line(text);
    let cut: String = one_line.chars().take(NAME_CHARACTERS_MAX).collect();
    let name = cut.trim();
    if name.is_empty() || looks_like_link(name) {
        return None;
    }
    Some(name.to_owned())
}

/// The text on one line, without control characters and without marks that turn the reading direction around.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().filter_map(visible).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The character as it may stand in a line: line ends become spaces, the invisible goes.
fn visible(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some(' '),
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => None,
        other if other.is_control() => None,
        other => Some(other),
    }
}

/// Whether a mail program may turn part of it into a link: a scheme, an address, or a dot between two letters.
fn looks_like_link(name: &str) -> bool {
    let characters: Vec<char> = name.chars().collect();
    let dotted = characters.windows(3).any(|three| match three {
        [before, dot, after] => is_dot(*dot) && before.is_alphanumeric() && after.is_alphanumeric(),
        _ => false,
    });
    dotted || name.contains(['/', '\\', '@', ':', '<', '>'])
}

/// Dots, and what browsers read as one in a host name.
const fn is_dot(character: char) -> bool {
    matches!(character, '.' | '\u{3002}' | '\u{FF0E}' | '\u{FF61}' | '\u{2024}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_could_mislead_are_left_out() {
        assert_eq!(greeting_name("  Ana \t María "), Some("Ana María".to_owned()));
        assert_eq!(greeting_name("Ana\r\nBcc: x"), None);
        assert_eq!(greeting_name("Win at evil.example"), None);
        assert_eq!(greeting_name("https"), Some("https".to_owned()));
        for link in ["www.evil", "evil。example", "a@b", "http://x", "x/y", "1.2", "<b>"] {
            assert_eq!(greeting_name(link), None, "{link}");
        }
        assert_eq!(greeting_name("J. R. Smith Jr."), Some("J. R. Smith Jr.".to_owned()));
        assert_eq!(greeting_name("\u{202E}anA"), Some("anA".to_owned()));
        assert_eq!(greeting_name(&"a".repeat(500)).map(|name| name.len()), Some(60));
        assert_eq!(greeting_name(" \u{0} "), None);
    }

    proptest! {
        #[test]
        fn one_line_is_one_line(text in "\\PC*|[\\s\\p{Cc}a]{0,40}") {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
