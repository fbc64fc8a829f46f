//! What was sent, as it may be kept: addresses that open something for whoever has them lose their token.

/// Pages that open for whoever holds the rest of their address.
const CAPABILITIES: [&str; 10] =
    ["/m/", "/s/", "/w/", "/u/", "/c/", "/f/", "/r/", "/portal/link/", "/calendar/", "/unsubscribe/"];
/// Shorter words open nothing.
const TOKEN_MIN: usize = 12;
const MASK: &str = "****";

/// The text with every live token replaced by four stars.
pub(super) fn masked(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, page)) = next_page(rest) {
        let token_at = at + page.len();
        let token = rest.get(token_at..).map_or(0, token_length);
        // A short word may stand inside the path of a longer one: only the slash is behind us then.
        let (keep, skip) = if token < TOKEN_MIN { (at + 1, at + 1) } else { (token_at, token_at + token) };
        kept.push_str(rest.get(..keep).unwrap_or_default());
        if keep < skip {
            kept.push_str(MASK);
        }
        rest = rest.get(skip..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

/// Where the next page stands, and which.
fn next_page(text: &str) -> Option<(usize, &'static str)> {
    let found = CAPABILITIES.iter().filter_map(|page| Some((text.find(page)?, *page)));
    found.min_by_key(|(at, _)| *at)
}

fn token_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn live_links_lose_their_token_and_nothing_else_changes() {
        let table = [
            ("See https://c.example/m/0abc0abc0abc0defgh23.", "See https://c.example/m/****."),
            (
                "<a href=\"https://c.example/portal/link/0abc0abc0abc0\">",
                "<a href=\"https://c.example/portal/link/****\">",
            ),
            (
                "https://c.example/w/0abc0abc0abc0?lang=de and /u/0abc0abc0abc0",
                "https://c.example/w/****?lang=de and /u/****",
            ),
            ("https://c.example/calendar/0abc0abc0abc0.ics", "https://c.example/calendar/****.ics"),
            ("he/s/she, 1/m/2, /book and /portal", "he/s/she, 1/m/2, /book and /portal"),
            ("", ""),
        ];
        for (sent, kept) in table {
            assert_eq!(masked(sent), kept);
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_masked(text in "\\PC{0,200}") {
            let once = masked(&text);
            prop_assert_eq!(masked(&once), once);
        }

        #[test]
        fn no_token_survives(
            before in "[a-z /]{0,20}", page in 0_usize..CAPABILITIES.len(), token in "[a-z0-9]{39}", after in "[ \"?.]{0,3}",
        ) {
            let kept = masked(&format!("{before}{}{token}{after}", CAPABILITIES[page]));
            prop_assert!(!kept.contains(&token), "{}", kept);
        }
    }
}
