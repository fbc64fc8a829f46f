//! The thin binary: commands and their arguments.
fn main() {}
