//! Decides who performs what, on which terms: seen from a service, or from a provider.

use std::collections::BTreeMap;

use super::change::{Done, EditRefused, Object, Thing, claim, note};
use super::{OwnTerms, store};
use crate::db::{Bad, Conn, Fault, Tx};
use crate::domain::ids::{ProviderId, ServiceId, StaffUserId};

/// From which side the terms are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsOf {
    /// Everybody who performs one service.
    Service(ServiceId),
    /// Everything one provider performs.
    Provider(ProviderId),
}

impl TermsOf {
    const fn thing(self) -> Thing {
        match self {
            Self::Service(id) => Thing::Service(id),
            Self::Provider(id) => Thing::Provider(id),
        }
    }
}

/// One pair of service and provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// What.
    pub service: ServiceId,
    /// Who.
    pub provider: ProviderId,
    /// On which terms.
    pub own: OwnTerms,
}

/// The terms of one side; pairs whose other side is archived are left out.
pub fn terms_of(conn: &mut Conn, of: TermsOf) -> Result<Vec<Term>, Fault> {
    store::terms::load(conn, of)
}

/// Makes the pairs of one side these. Pairs whose other side is archived stay as they are; whoever else has one of
/// the touched rows open is told that it changed.
pub fn edit_terms(
    tx: &mut Tx<'_>,
    by: StaffUserId,
    of: TermsOf,
    seen: i64,
    wanted: &[Term],
) -> Result<(), Bad<EditRefused>> {
    claim(tx, of.thing(), seen)?;
    let present = by_pair(&store::terms::load(tx.conn, of)?);
    let wanted = by_pair(wanted);

    let removed: Vec<Pair> = present.keys().filter(|pair| !wanted.contains_key(pair)).copied().collect();
    let written: Vec<Pair> =
        wanted.iter().filter(|(pair, own)| present.get(pair) != Some(own)).map(|(pair, _)| *pair).collect();

    for pair in removed.iter().chain(&written) {
        store::terms::delete(tx, pair.0, pair.1)?;
    }
    for (service, provider) in &written {
        if let Some(own) = wanted.get(&(*service, *provider)) {
            store::terms::insert(tx, *service, *provider, *own)?;
        }
    }
    for (service, provider) in removed.iter().chain(&written) {
        let other_side = match of {
            TermsOf::Service(_) => Thing::Provider(*provider),
            TermsOf::Provider(_) => Thing::Service(*service),
        };
        store::things::raise_version(tx, other_side)?;
    }
    Ok(note(tx, by, Done::Changed, Object::Terms, of.thing().number())?)
}

type Pair = (ServiceId, ProviderId);

fn by_pair(terms: &[Term]) -> BTreeMap<Pair, OwnTerms> {
    terms.iter().map(|term| ((term.service, term.provider), term.own)).collect()
}
