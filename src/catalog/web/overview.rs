//! The first page of the catalogue: what there is, and what is missing.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use super::{Answer, telling, today};
use crate::catalog::{self, Catalog, Gap};
use crate::i18n::Texts;
use crate::web::auth::Manager;
use crate::web::edge::AppData;
use crate::web::page::{self, Nav, Page};

/// A part of the catalogue.
struct PartCard {
    href: &'static str,
    icon: &'static str,
    title: String,
    count: String,
    about: String,
}

/// Something that keeps times from being offered, and where to put it right.
struct GapLine {
    text: String,
    href: String,
}

#[derive(Template)]
#[template(path = "catalog/overview.html")]
struct OverviewPage {
    page: Page,
    gaps: Vec<GapLine>,
    requests: Vec<GapLine>,
    cards: Vec<PartCard>,
}

/// The first page of the catalogue.
pub async fn overview_page(app: AppData, who: Manager, request: HttpRequest) -> Answer {
    let (t, catalog, today) = (who.t, &who.catalog, today(&app.0, &who.catalog));
    let read = app.0.db.read(move |conn| {
        let recalls = crate::recall::types(conn)?.len();
        Ok((catalog::closures_from(conn, today)?, catalog::requests_for_time_off(conn)?, recalls))
    });
    let (closures, asked, recalls) = read.await?;
    let request_line = |(provider, count): &(crate::domain::ids::ProviderId, i64)| {
        let name = catalog.provider(*provider)?.name.clone();
        Some(GapLine {
            text: t.with("team-off-waiting", &[("name", &name), ("count", count)]),
            href: format!("/staff/catalog/providers/{provider}/days"),
        })
    };
    let requests: Vec<GapLine> = asked.iter().filter_map(request_line).collect();
    let page = who.page(&request, Nav::Catalog, t.text("catalog-title"));
    let gaps = catalog::gaps(catalog, today).iter().map(|gap| gap_line(t, catalog, gap)).collect();
    let next_closure = closures.first().map(|closure| {
        let (name, day) = (closure.details.name.as_str(), t.date_medium(closure.details.first_day));
        t.with("catalog-card-closures-next", &[("name", &name), ("day", &day)])
    });
    let cards = cards(t, catalog, (closures.len(), recalls), next_closure);
    Ok(page::html(StatusCode::OK, &OverviewPage { page: telling(page, request.query_string()), gaps, requests, cards }))
}

fn cards(
    t: Texts,
    catalog: &Catalog,
    (closures, recalls): (usize, usize),
    next_closure: Option<String>,
) -> Vec<PartCard> {
    let online = catalog.services.iter().filter(|service| service.online).count();
    let names = |names: Vec<&str>| names.join(", ");
    vec![
        PartCard {
            href: "/staff/catalog/services",
            icon: "list",
            title: t.text("catalog-services"),
            count: t.with("catalog-count-services", &[("count", &catalog.services.len())]),
            about: t.with("catalog-card-services", &[("count", &online)]),
        },
        PartCard {
            href: "/staff/catalog/providers",
            icon: "people",
            title: t.text("catalog-providers"),
            count: t.with("catalog-count-providers", &[("count", &catalog.providers.len())]),
            about: t.text("catalog-card-providers"),
        },
        PartCard {
            href: "/staff/catalog/locations",
            icon: "pin",
            title: t.text("catalog-locations"),
            count: t.with(
                "catalog-count-places",
                &[("locations", &catalog.locations.len()), ("rooms", &catalog.rooms.len())],
            ),
            about: names(catalog.locations.iter().take(4).map(|location| location.name.as_str()).collect()),
        },
        PartCard {
            href: "/staff/catalog/closures",
            icon: "moon",
            title: t.text("catalog-closures"),
            count: t.with("catalog-count-closures", &[("count", &closures)]),
            about: next_closure.unwrap_or_else(|| t.text("catalog-card-closures")),
        },
        PartCard {
            href: "/staff/catalog/recalls",
            icon: "calendar",
            title: t.text("recall-types"),
            count: t.with("recall-types-count", &[("count", &recalls)]),
            about: t.text("recall-types-card"),
        },
        PartCard {
            href: "/staff/catalog/cancellation-reasons",
            icon: "close",
            title: t.text("cancelling-reasons"),
            count: t.with(
                "cancelling-reasons-count",
                &[("count", &catalog.cancellation_reasons.iter().filter(|reason| !reason.is_archived).count())],
            ),
            about: t.text("cancelling-reasons-card"),
        },
        PartCard {
            href: "/staff/catalog/clinic",
            icon: "info",
            title: t.text("catalog-clinic"),
            count: catalog.clinic.name.clone(),
            about: t.text("catalog-card-clinic"),
        },
    ]
}

fn gap_line(t: Texts, catalog: &Catalog, gap: &Gap) -> GapLine {
    let line = |text: String, href: String| GapLine { text, href };
    let service = |id| catalog.service(id).map(|service| service.name.clone()).unwrap_or_default();
    let provider = |id| catalog.provider(id).map(|provider| provider.name.clone()).unwrap_or_default();
    match gap {
        Gap::NoLocation => line(t.text("catalog-gap-no-location"), "/staff/catalog/locations/new".to_owned()),
        Gap::NoProvider => line(t.text("catalog-gap-no-provider"), "/staff/catalog/providers/new".to_owned()),
        Gap::NoService => line(t.text("catalog-gap-no-service"), "/staff/catalog/services/new".to_owned()),
        Gap::ServiceWithoutProvider(id) => line(
            t.with("catalog-gap-service-provider", &[("name", &service(*id))]),
            format!("/staff/catalog/services/{id}/terms"),
        ),
        Gap::ServiceWithoutRoom(id) => line(
            t.with("catalog-gap-service-room", &[("name", &service(*id))]),
            format!("/staff/catalog/services/{id}"),
        ),
        Gap::ProviderWithoutHours(id) => line(
            t.with("catalog-gap-provider-hours", &[("name", &provider(*id))]),
            format!("/staff/catalog/providers/{id}/hours"),
        ),
        Gap::ProviderWithoutServices(id) => line(
            t.with("catalog-gap-provider-services", &[("name", &provider(*id))]),
            format!("/staff/catalog/providers/{id}/terms"),
        ),
        Gap::LocationWithoutHours(id) => {
            let name = catalog.location(*id).map(|location| location.name.clone()).unwrap_or_default();
            line(t.with("catalog-gap-location-hours", &[("name", &name)]), "/staff/catalog/providers".to_owned())
        }
    }
}
