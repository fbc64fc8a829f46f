//! Several services in one visit on the page of times: what is in it, and what else can be added.

use super::visit::{Also, Picked, Visit};
use crate::booking::visits::{self, WantedPart};
use crate::domain::visits::PARTS_MAX;

/// A service of the visit, with what can be done about it.
pub(super) struct VisitPart {
    pub name: String,
    pub duration: String,
    /// Puts it before its predecessor; empty for the first.
    pub earlier: String,
    /// Takes it out.
    pub without: String,
}

/// A service that can be added.
pub(super) struct Addable {
    pub name: String,
    pub duration: String,
    pub href: String,
}

/// The services of the visit; none while there is only one.
pub(super) fn parts(visit: &Visit, picked: &Picked<'_>, more: &[(&str, &str)]) -> Vec<VisitPart> {
    let parts = picked.parts();
    if parts.len() < 2 {
        return Vec::new();
    }
    let part = |(index, part): (usize, &Also<'_>)| {
        let mut earlier = parts.clone();
        if let Some(before) = index.checked_sub(1) {
            earlier.swap(before, index);
        }
        let without: Vec<Also<'_>> =
            parts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, part)| *part).collect();
        VisitPart {
            name: part.service.name.clone(),
            duration: visit.t.duration(i64::from(part.service.rules.duration_minutes)),
            earlier: if index == 0 { String::new() } else { picked.with_parts(&earlier).href("", more) },
            without: picked.with_parts(&without).href("", more),
        }
    };
    parts.iter().enumerate().map(part).collect()
}

/// What can be had right after, at the chosen place.
pub(super) fn addable(visit: &Visit, picked: &Picked<'_>, more: &[(&str, &str)]) -> Vec<Addable> {
    let parts = picked.parts();
    let is_class = 1 < picked.service.rules.capacity;
    if PARTS_MAX <= parts.len() || is_class {
        return Vec::new();
    }
    let wanted = picked.wanted_parts();
    let others = visit.catalog.services.iter().filter(|service| service.online);
    let fits = others.filter(|service| {
        let part = WantedPart { service: service.id, provider: None };
        let both: Vec<WantedPart> = wanted.iter().copied().chain(std::iter::once(part)).collect();
        let places = visits::check(&visit.catalog, &both, false).map(|(_, places)| places);
        places.is_ok_and(|places| picked.location.is_none_or(|here| places.iter().any(|place| place.id == here.id)))
    });
    let link = |service| {
        let mut with: Vec<Also<'_>> = parts.clone();
        with.push(Also { service, provider: None });
        Addable {
            name: service.name.clone(),
            duration: visit.t.duration(i64::from(service.rules.duration_minutes)),
            href: picked.with_parts(&with).href("", more),
        }
    };
    fits.map(link).collect()
}
