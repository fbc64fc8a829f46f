//! What must hold in the database whatever happened: after every race, every crash, every test.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rebook::db::Conn;

/// A sentence and the query that counts what breaks it. Both engines understand every query.
const INVARIANTS: &[(&str, &str)] = &[
    (
        "nobody is in two places: no two occupations of one resource and lane overlap",
        "SELECT count(*) FROM occupations AS a JOIN occupations AS b
           ON a.resource_id = b.resource_id AND a.lane = b.lane AND a.id < b.id
         WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
    ),
    (
        "a living booking has a seat for everybody in its party",
        "SELECT count(*) FROM bookings AS b
         WHERE b.status IN ('requested', 'booked', 'arrived', 'in_progress')
           AND (SELECT count(*) FROM seats AS s WHERE s.booking_id = b.id) <> b.party",
    ),
    (
        "a booking that ended has no seat",
        "SELECT count(*) FROM seats AS s JOIN bookings AS b ON s.booking_id = b.id
         WHERE b.status IN ('cancelled', 'declined', 'expired')",
    ),
    (
        "a hold that ended has no seat",
        "SELECT count(*) FROM seats AS s JOIN holds AS h ON s.hold_id = h.id WHERE h.ended_at IS NOT NULL",
    ),
    (
        "no appointment has more seats than its capacity",
        "SELECT count(*) FROM appointments AS a
         WHERE (SELECT count(*) FROM seats AS s WHERE s.appointment_id = a.id) > a.capacity",
    ),
    (
        "an appointment with a seat occupies its provider",
        "SELECT count(*) FROM seats AS s WHERE NOT EXISTS (SELECT 1 FROM appointments AS a
           JOIN occupations AS o ON o.appointment_id = a.id AND o.resource_id = a.provider_id WHERE a.id = s.appointment_id)",
    ),
    (
        "an appointment with a seat occupies its room, if it has one",
        "SELECT count(*) FROM seats AS s JOIN appointments AS a ON a.id = s.appointment_id
         WHERE a.room_id IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM occupations AS o WHERE o.appointment_id = a.id AND o.resource_id = a.room_id)",
    ),
    (
        "an appointment that occupies something has a seat taken",
        "SELECT count(*) FROM occupations AS o WHERE o.block_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM seats AS s WHERE s.appointment_id = o.appointment_id)",
    ),
    (
        "a block that stands takes its provider and its room, one that was removed takes nothing",
        "SELECT count(*) FROM blocks AS k
         WHERE (SELECT count(*) FROM occupations AS o WHERE o.block_id = k.id) <> CASE WHEN k.removed_at IS NOT NULL THEN 0
           ELSE (CASE WHEN k.provider_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN k.room_id IS NULL THEN 0 ELSE 1 END) END",
    ),
    (
        "a released appointment occupies nothing",
        "SELECT count(*) FROM occupations AS o JOIN appointments AS a ON a.id = o.appointment_id
         WHERE a.released_at IS NOT NULL",
    ),
    (
        "the parts of a visit follow one another on one day of one place",
        "SELECT count(*) FROM bookings AS b JOIN appointments AS a ON a.id = b.appointment_id
           JOIN bookings AS n ON n.visit_group_id = b.visit_group_id AND n.client_id = b.client_id
             AND n.visit_position = b.visit_position + 1
           JOIN appointments AS c ON c.id = n.appointment_id
         WHERE a.ends_at <> c.starts_at OR a.location_id <> c.location_id",
    ),
    (
        "a visit stands or ends as one",
        "SELECT count(*) FROM bookings AS b JOIN bookings AS n
           ON n.visit_group_id = b.visit_group_id AND n.client_id = b.client_id AND n.visit_position > b.visit_position
         WHERE (b.status IN ('cancelled', 'declined', 'expired')) <> (n.status IN ('cancelled', 'declined', 'expired'))
            OR (b.status = 'requested') <> (n.status = 'requested')",
    ),
    (
        "every booking has its history",
        "SELECT count(*) FROM bookings AS b WHERE NOT EXISTS (SELECT 1 FROM booking_events AS e WHERE e.booking_id = b.id)",
    ),
    (
        "every booking and its appointment speak of the same money as the clinic",
        "SELECT count(*) FROM bookings AS b WHERE b.currency <> (SELECT currency FROM clinic)",
    ),
];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The number a query counts.
pub fn count(conn: &mut Conn, query: &str) -> i64 {
    let query = diesel::sql_query(format!("SELECT CAST(({query}) AS BIGINT) AS number"));
    let found: Count = match conn {
        Conn::Sqlite(conn) => query.get_result(conn),
        Conn::Postgres(conn) => query.get_result(conn),
    }
    .unwrap();
    found.number
}

/// Who was told by hand before Rebook came (imports, the demo's history) has no message; everybody else has one, of
/// a visit for its first part.
const UNTOLD: &str = "SELECT count(*) FROM bookings AS b JOIN clients AS c ON c.id = b.client_id
     WHERE b.status IN ('requested', 'booked') AND c.email IS NOT NULL AND b.visit_position = 0
       AND NOT EXISTS (SELECT 1 FROM messages AS m
         WHERE (m.booking_id = b.id OR m.series_id = b.series_id) AND m.client_id IS NOT NULL)";

/// [`check`], and that every living booking of a client with an address has a message that tells him.
#[track_caller]
pub fn check_with_messages(conn: &mut Conn) {
    check(conn);
    assert_eq!(count(conn, UNTOLD), 0, "broken: a living booking of a client with an address has a message");
}

/// Fails with the sentence that does not hold.
#[track_caller]
pub fn check(conn: &mut Conn) {
    for (sentence, query) in INVARIANTS {
        assert_eq!(count(conn, query), 0, "broken: {sentence}");
    }
}
