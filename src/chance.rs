//! The only place that draws chance from the operating system: keys, tokens, and where identifiers begin.

use rand::TryRngCore;
use rand::rngs::OsRng;

/// Fills the bytes with chance fit for secrets.
///
/// Without the system's source there is nothing safe to go on with, so its failure ends the program.
#[expect(clippy::expect_used, reason = "a program that cannot draw secrets must not go on")]
pub fn fill(bytes: &mut [u8]) {
    OsRng.try_fill_bytes(bytes).expect("the operating system gives no random numbers");
}

/// A number of chance.
pub fn number() -> u64 {
    let mut bytes = [0_u8; 8];
    fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// A secret of 256 bits as 64 hexadecimal digits: for sessions and links that are used once.
pub fn token() -> String {
    let mut bytes = [0_u8; 32];
    fill(&mut bytes);
    data_encoding::HEXLOWER.encode(&bytes)
}
