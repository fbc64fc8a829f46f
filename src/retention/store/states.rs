//! How clients stand, as it is kept.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::schema::{client_scores, client_states, clients};
use crate::db::{Conn, Fault, Tx, portable};

const ROWS_MAX: i64 = 1_000_000_000;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client_states, treat_none_as_null = true)]
pub struct StateRow {
    /// Who.
    pub client_id: i64,
    /// How.
    pub state: String,
    /// How when the month began.
    pub month_state: Option<String>,
    /// Since when.
    pub since: NaiveDate,
    /// What is expected of a year.
    pub value_minor: i64,
    /// What is lost of it.
    pub at_risk_minor: i64,
    /// The day on which the row was written like this.
    pub as_of: NaiveDate,
}

impl StateRow {
    /// Whether another row says the same, on whatever day.
    pub fn says_the_same(&self, other: &Self) -> bool {
        Self { as_of: other.as_of, ..self.clone() } == *other
    }
}

/// Takes away what was decided and expected of somebody who is only an alias now.
pub fn forget_alias(tx: &mut Tx<'_>, client: i64) -> Result<(), Fault> {
    diesel::delete(client_states::table.find(client)).execute(tx.conn)?;
    diesel::delete(client_scores::table.filter(client_scores::client_id.eq(client))).execute(tx.conn)?;
    Ok(())
}

/// Every row, by client.
pub fn states(conn: &mut Conn) -> Result<Vec<StateRow>, Fault> {
    let rows = client_states::table.order(client_states::client_id).limit(ROWS_MAX);
    Ok(rows.select(StateRow::as_select()).load(conn)?)
}

/// Writes rows in the place of those of the same clients. Who was merged meanwhile has none.
pub fn write(tx: &mut Tx<'_>, rows: &[StateRow], gone: &[i64]) -> Result<(), Fault> {
    let ids: Vec<i64> = rows.iter().map(|row| row.client_id).chain(gone.iter().copied()).collect();
    diesel::delete(client_states::table.filter(client_states::client_id.eq_any(ids.clone()))).execute(tx.conn)?;
    let aliases: Vec<i64> = clients::table
        .filter(clients::id.eq_any(ids))
        .filter(clients::merged_into_id.is_not_null())
        .order(clients::id)
        .limit(ROWS_MAX)
        .select(clients::id)
        .load(tx.conn)?;
    let rows: Vec<StateRow> = rows.iter().filter(|row| !aliases.contains(&row.client_id)).cloned().collect();
    let (conn, rows) = (&mut *tx.conn, &rows);
    portable::insert_all!(conn, client_states, rows);
    Ok(())
}
