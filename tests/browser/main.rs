//! What people do with the demo clinic, in a real browser.

#[cfg(test)]
mod phone;
