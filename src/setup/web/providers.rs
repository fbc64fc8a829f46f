//! The fourth step: who performs the services.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Answer, Frame, StepLink, frame, place, text};
use crate::app::App;
use crate::catalog::{Label, Line, SetupStep};
use crate::db::Bad;
use crate::domain::ids::ServiceId;
use crate::setup::{self, NewProvider, ProviderStepRefused};
use crate::web::auth::{Manager, see_other};
use crate::web::form::Form;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "setup/providers.html")]
struct ProvidersPage {
    page: Page,
    steps: Vec<StepLink>,
    progress: String,
    base: String,
    form: Form,
    there: Vec<(String, String)>,
    services: Vec<(String, String, bool)>,
}

/// Everybody performs everything, unless somebody says otherwise.
pub(super) fn first(who: &Manager) -> Form {
    let all: Vec<String> = who.catalog.services.iter().map(|service| format!("service={}", service.id)).collect();
    Form::parse(&all.join("&"))
}

pub(super) fn show(who: &Manager, request: &HttpRequest, status: StatusCode, form: Form) -> HttpResponse {
    let Frame { page, steps, progress, base } = frame(who, request, SetupStep::Providers);
    let shown = ProvidersPage {
        page,
        steps,
        progress,
        base,
        there: who.catalog.providers.iter().map(|known| (known.id.to_string(), known.name.clone())).collect(),
        services: who
            .catalog
            .services
            .iter()
            .map(|service| {
                let id = service.id.to_string();
                let is_chosen = form.is("service", &id);
                (id, service.name.clone(), is_chosen)
            })
            .collect(),
        form,
    };
    page::html(status, &shown)
}

pub(super) async fn save(app: &Arc<App>, who: &Manager, request: &HttpRequest, mut form: Form) -> Answer {
    let t = who.t;
    let name = text(&mut form, "name", t, Label::parse);
    let title = text(&mut form, "title", t, Line::parse);
    let known = |id: &ServiceId| who.catalog.service(*id).is_some();
    let services: Vec<ServiceId> =
        form.values("service").iter().filter_map(|id| id.parse().ok()).filter(known).collect();
    let (Some(name), Some(title)) = (name, title) else {
        return Ok(show(who, request, StatusCode::UNPROCESSABLE_ENTITY, form));
    };
    let (by, new) = (who.user.id, NewProvider { name, title, services });
    match app.db.write(app.clock.now(), move |tx| setup::add_provider(tx, by, &new)).await {
        Ok(_) => Ok(see_other(&format!("{}?done=added", place(SetupStep::Providers)))),
        Err(Bad::Refused(refused)) => {
            let sentence = match refused {
                ProviderStepRefused::NoLocation => t.text("setup-clinic-first"),
                ProviderStepRefused::Changed => t.text("setup-changed"),
            };
            form.fail("name", sentence);
            Ok(show(who, request, StatusCode::UNPROCESSABLE_ENTITY, form))
        }
        Err(Bad::Fault(fault)) => Err(fault.into()),
    }
}
