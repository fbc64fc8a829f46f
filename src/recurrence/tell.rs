//! What is told about a series: one mail for all its dates, never one a date.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::store::{self, Series};
use crate::db::{Fault, Tx};
use crate::domain::ids::{ProviderId, SeriesId};
use crate::domain::messages::{MessageKind, Recipient, Subject};
use crate::messaging::{self, Notice};

/// News that have not left after so long are none any more.
const NEWS_DAYS: i64 = 30;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It was booked.
    Booked,
    /// Some of its dates are others now, or are gone.
    Changed,
    /// It took over from another series.
    Continued,
    /// Nothing of it is left.
    Cancelled,
    /// Dates that came within the horizon could not be booked.
    Gaps,
}

/// Tells the client, and the providers whose days it touches, of the series as it stands now; what has not left of
/// earlier news is taken back.
pub(super) fn tell(tx: &mut Tx<'_>, id: SeriesId, news: News, providers: &BTreeSet<ProviderId>) -> Result<(), Fault> {
    let Some(series) = store::series(tx.conn, id)? else {
        return Ok(());
    };
    let subject = Subject::Series(id);
    messaging::untell(tx, subject)?;
    let is_known = store::was_announced(tx.conn, id)?;
    let kind = match news {
        News::Booked => MessageKind::SeriesBooked,
        News::Changed if !is_known => MessageKind::SeriesBooked,
        News::Changed | News::Continued => MessageKind::SeriesChanged,
        News::Cancelled => MessageKind::SeriesCancelled,
        News::Gaps => MessageKind::SeriesGaps,
    };
    send(tx, &series, kind, Recipient::Client(series.client))?;
    if news == News::Gaps {
        return send(tx, &series, MessageKind::SeriesGapsDesk, Recipient::Clinic);
    }
    for provider in providers {
        send(tx, &series, MessageKind::ProviderSeries, Recipient::Provider(*provider))?;
    }
    Ok(())
}

fn send(tx: &mut Tx<'_>, series: &Series, kind: MessageKind, recipient: Recipient) -> Result<(), Fault> {
    let language = match recipient {
        Recipient::Client(_) => series.language.clone(),
        _ => String::new(),
    };
    let notice = Notice {
        subject: Subject::Series(series.id),
        kind,
        recipient,
        language,
        version: series.schedule_version,
        expires_at: tx.now + TimeDelta::days(NEWS_DAYS),
    };
    messaging::tell(tx, &notice)
}
