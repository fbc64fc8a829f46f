//! Reads a picture that somebody uploaded, within limits, and writes it anew: whatever else was in the file stays out.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

/// The largest file that is looked at.
pub const FILE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Longer sides are not unpacked: a small file can hold a huge picture.
pub const SIDE_PIXELS_MAX: u32 = 4_000;
/// What unpacking may take.
const UNPACKED_BYTES_MAX: u64 = 96 * 1024 * 1024;
/// The longest side of what is kept.
const KEPT_PIXELS_MAX: u32 = 512;
/// Digits of the hash in the name.
const NAME_DIGITS: usize = 32;

/// A picture as it is kept: a PNG of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Made of what is in it, so that a picture under a name never changes.
    pub name: String,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
    /// The file.
    pub png: Vec<u8>,
}

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPicture {
    /// Not a PNG, JPEG or WebP that can be read.
    #[error("not a picture")]
    Unreadable,
    /// Too many pixels.
    #[error("too many pixels")]
    TooManyPixels,
    /// The file is too large.
    #[error("the file is too large")]
    TooLarge,
}

/// Reads and writes anew. Takes time: call it where blocking is allowed.
pub fn read_picture(file: &[u8]) -> Result<Picture, NotAPicture> {
    if FILE_BYTES_MAX < file.len() {
        return Err(NotAPicture::TooLarge);
    }
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_io| NotAPicture::Unreadable)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) {
        return Err(NotAPicture::Unreadable);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PIXELS_MAX);
    limits.max_image_height = Some(SIDE_PIXELS_MAX);
    limits.max_alloc = Some(UNPACKED_BYTES_MAX);
    reader.limits(limits);
    let read = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => NotAPicture::TooManyPixels,
        _ => NotAPicture::Unreadable,
    })?;
    let is_large = KEPT_PIXELS_MAX < read.width().max(read.height());
    let small = if is_large { read.thumbnail(KEPT_PIXELS_MAX, KEPT_PIXELS_MAX) } else { read };
    // Eight bits a channel: what a browser shows.
    let plain = image::DynamicImage::ImageRgba8(small.into_rgba8());
    let mut png = Cursor::new(Vec::new());
    plain.write_to(&mut png, ImageFormat::Png).map_err(|_error| NotAPicture::Unreadable)?;
    let png = png.into_inner();
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&png));
    let name = format!("{}.png", digest.get(..NAME_DIGITS).unwrap_or_default());
    Ok(Picture { name, width: plain.width(), height: plain.height(), png })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(width, height).write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    #[test]
    fn large_pictures_become_small_and_keep_their_shape() {
        let kept = read_picture(&png(2_000, 1_000)).unwrap();
        assert_eq!((kept.width, kept.height), (512, 256));
        let again = read_picture(&png(2_000, 1_000)).unwrap();
        assert_eq!(again.name, kept.name);
        assert_eq!(read_picture(&png(40, 20)).map(|it| (it.width, it.height)), Ok((40, 20)));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for file in [
            &b""[..],
            b"just text",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"GIF89a\x01\x00\x01\x00",
            b"\x89PNG\r\n\x1a\nand then nothing",
        ] {
            assert_eq!(read_picture(file), Err(NotAPicture::Unreadable));
        }
        assert_eq!(read_picture(&png(7_000, 10)), Err(NotAPicture::TooManyPixels));
        assert_eq!(read_picture(&vec![0; FILE_BYTES_MAX + 1]), Err(NotAPicture::TooLarge));
    }

    #[test]
    fn a_head_that_lies_about_its_size_is_refused_before_unpacking() {
        let mut bomb = png(10, 10);
        // Width and height stand after signature, length and name of the first part; its checksum covers them.
        for (place, byte) in
            [(16, 0x00), (17, 0x01), (18, 0x86), (19, 0xA0), (20, 0x00), (21, 0x01), (22, 0x86), (23, 0xA0)]
        {
            if let Some(there) = bomb.get_mut(place) {
                *there = byte;
            }
        }
        assert!(read_picture(&bomb).is_err());
    }
}
