//! Who performs what, on which terms.

use diesel::prelude::*;

use super::{ROWS_MAX, number};
use crate::catalog::OwnTerms;
use crate::catalog::edit_terms::{Term, TermsOf};
use crate::db::schema::{providers, service_providers, services};
use crate::db::{Conn, Fault, Tx};
use crate::domain::ids::{ProviderId, ServiceId};

type TermRow = (i64, i64, Option<i64>, Option<i32>);

fn term((service, provider, price_minor, duration): TermRow) -> Result<Term, Fault> {
    let duration = duration.map(u32::try_from).transpose();
    let duration_minutes =
        duration.map_err(|error| Fault::corrupt("service_providers", "duration_minutes", service, error))?;
    Ok(Term {
        service: ServiceId::new(service),
        provider: ProviderId::new(provider),
        own: OwnTerms { price_minor, duration_minutes },
    })
}

pub fn load(conn: &mut Conn, of: TermsOf) -> Result<Vec<Term>, Fault> {
    let rows: Vec<TermRow> = match of {
        TermsOf::Service(id) => service_providers::table
            .inner_join(providers::table)
            .filter(service_providers::service_id.eq(id.get()))
            .filter(providers::archived_at.is_null())
            .order(service_providers::provider_id)
            .limit(ROWS_MAX)
            .select(service_providers::all_columns)
            .load(conn)?,
        TermsOf::Provider(id) => service_providers::table
            .inner_join(services::table)
            .filter(service_providers::provider_id.eq(id.get()))
            .filter(services::archived_at.is_null())
            .order(service_providers::service_id)
            .limit(ROWS_MAX)
            .select(service_providers::all_columns)
            .load(conn)?,
    };
    rows.into_iter().map(term).collect()
}

pub fn insert(tx: &mut Tx<'_>, service: ServiceId, provider: ProviderId, own: OwnTerms) -> Result<(), Fault> {
    diesel::insert_into(service_providers::table)
        .values((
            service_providers::service_id.eq(service.get()),
            service_providers::provider_id.eq(provider.get()),
            service_providers::price_minor.eq(own.price_minor),
            service_providers::duration_minutes.eq(own.duration_minutes.map(number).transpose()?),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, service: ServiceId, provider: ProviderId) -> Result<(), Fault> {
    diesel::delete(service_providers::table.find((service.get(), provider.get()))).execute(tx.conn)?;
    Ok(())
}
