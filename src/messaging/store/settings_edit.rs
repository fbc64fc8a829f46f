//! What holds for all messages, as its page reads and writes it.

use diesel::prelude::*;

use crate::db::schema::message_settings;
use crate::db::{Conn, Fault, Tx};
use crate::messaging::edit_settings::{KeptSettings, SettingsDetails};

type Row = (i32, i32, bool, i32, i32, i32, i32, i64);

pub(in crate::messaging) fn load(conn: &mut Conn) -> Result<KeptSettings, Fault> {
    let row: Row = message_settings::table
        .find(1)
        .select((
            message_settings::quiet_from_minute,
            message_settings::quiet_until_minute,
            message_settings::quiet_sundays,
            message_settings::marketing_per_week,
            message_settings::transactional_per_week,
            message_settings::late_grace_minutes,
            message_settings::mass_per_day,
            message_settings::row_version,
        ))
        .first(conn)?;
    let (quiet_from_minute, quiet_until_minute, quiet_sundays, marketing, transactional, grace, mass, version) = row;
    let details = SettingsDetails {
        quiet_from_minute,
        quiet_until_minute,
        quiet_sundays,
        marketing_per_week: marketing,
        transactional_per_week: transactional,
        late_grace_minutes: grace,
        mass_per_day: mass,
    };
    Ok(KeptSettings { details, version })
}

pub(in crate::messaging) fn update(tx: &mut Tx<'_>, seen: i64, wanted: &SettingsDetails) -> Result<bool, Fault> {
    let done = diesel::update(message_settings::table.find(1))
        .filter(message_settings::row_version.eq(seen))
        .set((
            message_settings::quiet_from_minute.eq(wanted.quiet_from_minute),
            message_settings::quiet_until_minute.eq(wanted.quiet_until_minute),
            message_settings::quiet_sundays.eq(wanted.quiet_sundays),
            message_settings::marketing_per_week.eq(wanted.marketing_per_week),
            message_settings::transactional_per_week.eq(wanted.transactional_per_week),
            message_settings::late_grace_minutes.eq(wanted.late_grace_minutes),
            message_settings::mass_per_day.eq(wanted.mass_per_day),
            message_settings::row_version.eq(message_settings::row_version + 1),
        ))
        .execute(tx.conn)?;
    Ok(done > 0)
}
