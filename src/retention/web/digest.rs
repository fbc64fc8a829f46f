//! Whether one wants the monthly mail.

use actix_web::web::Bytes;

use super::Answer;
use crate::db::{Bad, Never};
use crate::digest;
use crate::web::auth::{Owner, see_other};
use crate::web::edge::AppData;

/// Wants it, or does not want it any more.
pub async fn choose_digest(app: AppData, owner: Owner, body: Bytes) -> Answer {
    let form = owner.form(&app.0, &body)?;
    let (user, wanted) = (owner.user.id, form.is("wanted", "yes"));
    let written = app.0.db.write::<_, Never, _>(app.0.clock.now(), move |tx| Ok(digest::want(tx, user, wanted)?));
    written.await.map_err(Bad::into_fault)?;
    Ok(see_other(if wanted { "/owner?done=digest-on" } else { "/owner?done=digest-off" }))
}
