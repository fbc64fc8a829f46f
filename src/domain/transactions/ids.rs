//! Names of clients as numbers: each name is kept once, one behind the other.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Mixes eight bytes at a time. Whoever gives us the log runs the program himself, so nobody aims at it.
#[derive(Debug, Default, Clone, Copy)]
pub struct Mixing {
    state: u64,
}

impl Hasher for Mixing {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let word = part.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
            self.state = (self.state.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn finish(&self) -> u64 {
        self.state ^ (self.state >> 29)
    }
}

/// The names of clients.
#[derive(Debug, Default)]
pub struct Ids {
    numbers: HashMap<Box<[u8]>, u32, BuildHasherDefault<Mixing>>,
    /// The names in the order of their numbers, one behind the other.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Ids {
    /// The number of a name, a new one for a new name; nothing when there are too many.
    pub fn number(&mut self, name: &[u8]) -> Option<u32> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        let number = u32::try_from(self.ends.len()).ok()?;
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
        self.numbers.insert(name.into(), number);
        Some(number)
    }

    /// The name of a number.
    pub fn name(&self, number: u32) -> &[u8] {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(place).and_then(|end| self.bytes.get(start..*end)).unwrap_or(&[])
    }
}
