//! Forgetting a person: what goes, what stays and until when, and the name typed to be sure.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;

use super::Answer;
use super::client::address_of;
use crate::app::App;
use crate::clients::{self, ErasePreview, EraseRefused, Erasure, MONEY_KEPT_YEARS};
use crate::db::Bad;
use crate::domain::ids::ClientId;
use crate::domain::money::Money;
use crate::i18n::Texts;
use crate::web::auth::{Manager, see_other};
use crate::web::edge::AppData;
use crate::web::form::Form;
use crate::web::page::{self, Nav, Page};
use crate::web::problem::Problem;

#[derive(Template)]
#[template(path = "clients/erase.html")]
struct ErasePage {
    page: Page,
    form: Form,
    base: String,
    who: String,
    preview: ErasePreview,
    version: i64,
    money_until: String,
    years: i64,
    balance: String,
    owes: bool,
    is_ready: bool,
}

/// What erasing this client means.
pub async fn erase_page(app: AppData, manager: Manager, request: HttpRequest, id: Path<String>) -> Answer {
    let person = super::find(&app.0, &manager, &id).await?;
    show(&app.0, &manager, &request, person.view.id, (StatusCode::OK, Form::new())).await
}

async fn show(
    app: &Arc<App>,
    manager: &Manager,
    request: &HttpRequest,
    client: ClientId,
    (status, form): (StatusCode, Form),
) -> Answer {
    let (t, now) = (manager.t, app.clock.now());
    let found = app.db.read(move |conn| match clients::preview_erasure(conn, client, now) {
        Ok(preview) => Ok(Some(preview)),
        Err(Bad::Refused(_)) => Ok(None),
        Err(Bad::Fault(fault)) => Err(fault),
    });
    let preview = found.await?.ok_or(Problem::NotFound)?;
    let shown = ErasePage {
        page: manager.page(request, Nav::Clients, t.with("client-erase-title", &[("name", &preview.person.name())])),
        base: format!("/staff/clients/{client}"),
        who: preview.person.name(),
        version: preview.person.row_version,
        money_until: preview.money_until().map(|day| t.date_medium(day)).unwrap_or_default(),
        years: i64::from(MONEY_KEPT_YEARS),
        balance: t.money(Money::new(preview.balance_minor.saturating_abs(), manager.catalog.clinic.currency)),
        owes: preview.balance_minor > 0,
        is_ready: preview.ahead == 0 && !preview.has_offer,
        preview,
        form,
    };
    Ok(page::html(status, &shown))
}

/// Erases.
pub async fn erase(app: AppData, manager: Manager, request: HttpRequest, id: Path<String>, body: Bytes) -> Answer {
    let app = app.0;
    let mut form = manager.form(&app, &body)?;
    let client = super::find(&app, &manager, &id).await?.view.id;
    let seen = form.value("version").parse::<i64>().map_err(|_wrong| Problem::Nonsense)?;
    let erasure = Erasure {
        client: (client, seen),
        name: form.value("name").to_owned(),
        despite_balance: form.is("despite", "yes"),
    };
    let by = manager.user.id;
    match app.db.write(app.clock.now(), move |tx| clients::erase(tx, by, &erasure)).await {
        Ok(()) => Ok(see_other(&address_of(client, "erased"))),
        Err(Bad::Refused(EraseRefused::Unknown | EraseRefused::Erased)) => Err(Problem::NotFound),
        Err(Bad::Refused(why)) => {
            let (field, sentence) = refusal(manager.t, why);
            form.fail(field, sentence);
            show(&app, &manager, &request, client, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}

fn refusal(t: Texts, why: EraseRefused) -> (&'static str, String) {
    match why {
        EraseRefused::WrongName => ("name", t.text("client-erase-wrong-name")),
        EraseRefused::OpenBalance => ("despite", t.text("client-erase-open-balance")),
        EraseRefused::VisitAhead => ("name", t.text("client-erase-ahead")),
        EraseRefused::OfferOpen => ("name", t.text("client-erase-offer")),
        EraseRefused::Changed | EraseRefused::Unknown | EraseRefused::Erased => ("name", t.text("client-changed")),
    }
}
