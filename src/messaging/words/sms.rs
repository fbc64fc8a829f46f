//! How many parts a text message travels in. Each part is paid for.

/// What a text message costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Characters as the phone network counts them.
    pub characters: usize,
    /// Parts it is cut into.
    pub parts: usize,
    /// Whether it holds a character that the small alphabet lacks, so that less fits into a part.
    pub is_wide: bool,
}

/// The small alphabet of phones (GSM 03.38), and what it writes as two.
const SMALL: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const TWO: &str = "^{}\\[~]|€\u{c}";

/// Counts a text message: 160 characters in one part or 153 in each of several; 70 and 67 in the wide alphabet.
pub fn size(text: &str) -> Size {
    let is_wide = text.chars().any(|character| !SMALL.contains(character) && !TWO.contains(character));
    let (characters, alone, each) = if is_wide {
        (text.encode_utf16().count(), 70, 67)
    } else {
        (text.chars().map(|character| if TWO.contains(character) { 2 } else { 1 }).sum(), 160, 153)
    };
    let parts = if characters <= alone { 1 } else { characters.div_ceil(each) };
    Size { characters, parts, is_wide }
}

/// The text without what costs the wide alphabet for nothing: typographic dashes, quotes and spaces.
pub(in crate::messaging) fn thrifty(text: &str) -> String {
    let plain = |character: char| match character {
        '\u{2010}'..='\u{2014}' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201C}'..='\u{201E}' => '"',
        '\u{a0}' | '\u{202F}' | '\u{2009}' => ' ',
        other => other,
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_the_network_does() {
        let of = |text: &str| {
            let size = size(text);
            (size.characters, size.parts, size.is_wide)
        };
        assert_eq!(of(&"a".repeat(160)), (160, 1, false));
        assert_eq!(of(&"a".repeat(161)), (161, 2, false));
        assert_eq!(of(&"a".repeat(307)), (307, 3, false));
        assert_eq!(of("Grüße €"), (8, 1, false));
        assert_eq!(of(&"я".repeat(70)), (70, 1, true));
        assert_eq!(of(&"я".repeat(71)), (71, 2, true));
        assert_eq!(of("🙂"), (2, 1, true));
        assert_eq!(of(&thrifty("9:00\u{202F}AM – “now”")), (15, 1, false));
    }
}
