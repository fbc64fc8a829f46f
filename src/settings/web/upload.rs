//! Reads a form with a file, piece by piece, and stops when it is too much.

use actix_multipart::Multipart;
use actix_web::HttpRequest;
use actix_web::http::header;
use futures_util::StreamExt;

use crate::web::form::Form;

/// What all other fields together may take.
const FIELDS_BYTES_MAX: usize = 64 * 1024;
/// More parts than any form of ours has.
const PARTS_MAX: usize = 50;

/// What is wrong with what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It says itself that it is too large; nothing was read.
    TooLargeAtOnce,
    /// The file went on and on; the rest was not read.
    TooLarge,
    /// Not a form with a file, or broken off.
    Broken,
}

/// What was read.
pub(crate) struct Upload {
    /// The fields before the file, and after it when the file was read to its end.
    pub(crate) form: Form,
    /// The file, unless none was chosen.
    pub(crate) file: Option<Vec<u8>>,
    /// What is wrong.
    pub(crate) wrong: Option<Wrong>,
}

/// Reads the fields and one file of at most `file_bytes_max`.
pub(crate) async fn read(request: &HttpRequest, mut body: Multipart, file_bytes_max: usize) -> Upload {
    let mut upload = Upload { form: Form::new(), file: None, wrong: None };
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let announced: Option<usize> = announced.and_then(|length| length.parse().ok());
    if announced.is_some_and(|length| file_bytes_max.saturating_add(FIELDS_BYTES_MAX) < length) {
        upload.wrong = Some(Wrong::TooLargeAtOnce);
        return upload;
    }
    let mut fields_left = FIELDS_BYTES_MAX;
    for _part in 0..PARTS_MAX {
        let mut part = match body.next().await {
            None => return upload,
            Some(Ok(part)) => part,
            Some(Err(_)) => {
                upload.wrong = Some(Wrong::Broken);
                return upload;
            }
        };
        let disposition = part.content_disposition();
        let name = disposition.and_then(|it| it.get_name()).unwrap_or_default().to_owned();
        let is_file = disposition.is_some_and(|it| it.get_filename().is_some());
        let limit = if is_file { file_bytes_max } else { fields_left };
        let mut read: Vec<u8> = Vec::new();
        while let Some(piece) = part.next().await {
            let Ok(piece) = piece else {
                upload.wrong = Some(Wrong::Broken);
                return upload;
            };
            if limit < read.len().saturating_add(piece.len()) {
                upload.wrong = Some(Wrong::TooLarge);
                return upload;
            }
            read.extend_from_slice(&piece);
        }
        if is_file {
            upload.file = Some(read).filter(|file| !file.is_empty());
        } else {
            fields_left = fields_left.saturating_sub(read.len());
            upload.form = upload.form.filled(&name, String::from_utf8_lossy(&read).into_owned());
        }
    }
    upload.wrong = Some(Wrong::Broken);
    upload
}
