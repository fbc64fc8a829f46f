//! The clinic's colour, made readable: whatever accent a clinic picks, text on it and in it keeps the contrast that
//! WCAG 2.2 AA asks for, in light and in dark.

use std::fmt;

/// A clinic's accent colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    red: u8,
    green: u8,
    blue: u8,
}

/// The colour of a clinic that has chosen none.
pub const DEFAULT_ACCENT: Accent = Accent { red: 0x0f, green: 0x76, blue: 0x6e };

const WHITE: Accent = Accent { red: 255, green: 255, blue: 255 };
/// How far the colour stands out from white, with some room to what is asked for.
const LIGHT_RATIO: f64 = 5.0;
const BLACK: Accent = Accent { red: 0, green: 0, blue: 0 };
/// The dark theme's page and card, as in `static/css/parts/base.css`.
const NIGHT: Accent = Accent { red: 0x12, green: 0x16, blue: 0x1a };
const NIGHT_CARD: Accent = Accent { red: 0x1f, green: 0x25, blue: 0x2b };

impl Accent {
    /// Reads `#0f766e` or `0f766e`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('#');
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self { red, green, blue })
    }

    /// The address of the stylesheet that sets this colour; it holds nothing but the colour, so it never changes.
    pub fn url(self) -> String {
        format!("/assets/theme-{:02x}{:02x}{:02x}.css", self.red, self.green, self.blue)
    }

    /// Whether it can be used on white as it is; otherwise a stronger shade of it is.
    pub fn is_readable(self) -> bool {
        self.contrast(WHITE) >= LIGHT_RATIO
    }

    /// The variables of the light and the dark theme.
    pub fn stylesheet(self) -> String {
        let light = self.against(WHITE, BLACK, LIGHT_RATIO);
        let dark = self.against(NIGHT_CARD, WHITE, 6.5);
        format!(
            ":root{{--accent:{light};--accent-strong:{};--accent-soft:{};--accent-line:{};--on-accent:#fff}}\
             @media screen and (prefers-color-scheme:dark){{:root{{--accent:{dark};--accent-strong:{};--accent-soft:{};--accent-line:{};--on-accent:{NIGHT}}}}}",
            light.mixed(BLACK, 18),
            light.mixed(WHITE, 91),
            light.mixed(WHITE, 65),
            dark.mixed(WHITE, 22),
            dark.mixed(NIGHT, 84),
            dark.mixed(NIGHT, 55),
        )
    }

    /// This colour, moved towards `towards` until it stands out from `ground` by `ratio`.
    fn against(self, ground: Self, towards: Self, ratio: f64) -> Self {
        (0..=100)
            .step_by(2)
            .map(|percent| self.mixed(towards, percent))
            .find(|color| color.contrast(ground) >= ratio)
            .unwrap_or(towards)
    }

    /// `percent` of the way to `other`.
    fn mixed(self, other: Self, percent: u16) -> Self {
        let mix = |own: u8, other: u8| {
            let sum = u16::from(own) * (100 - percent) + u16::from(other) * percent;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    /// The contrast ratio of WCAG 2.2.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_colours() {
        assert_eq!(Accent::parse("#0F766E"), Some(DEFAULT_ACCENT));
        for wrong in ["", "#fff", "red", "#0f766eff", "0f766é", "+f766e"] {
            assert_eq!(Accent::parse(wrong), None, "{wrong}");
        }
        assert_eq!(DEFAULT_ACCENT.url(), "/assets/theme-0f766e.css");
    }

    proptest! {
        #[test]
        fn every_colour_becomes_readable(red: u8, green: u8, blue: u8) {
            let accent = Accent { red, green, blue };
            let light = accent.against(WHITE, BLACK, 5.0);
            prop_assert!(light.contrast(WHITE) >= 5.0);
            prop_assert!(light.contrast(light.mixed(WHITE, 91)) >= 4.0);
            let dark = accent.against(NIGHT_CARD, WHITE, 6.5);
            prop_assert!(dark.contrast(NIGHT_CARD) >= 6.5 && dark.contrast(NIGHT) >= 6.5);
        }
    }
}
