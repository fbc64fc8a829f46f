//! The schema goes up, down and up again on both engines, and `src/db/schema.rs` tells the truth about it.

use diesel::prelude::*;
use diesel::sql_types::Text;
use rebook::db::{Conn, migrations};
use regex::Regex;

use crate::support::databases::{Kind, TestDatabase, kinds};
use crate::support::schema::{Schema, schema_in};

fn schema_in_code() -> Schema {
    let text = include_str!("../../src/db/schema.rs");
    let table = Regex::new(r"(?s)diesel::table! \{\s*(\w+) \([^)]*\) \{(.*?)\n    \}").unwrap();
    let column = Regex::new(r"(\w+) -> (?:(Nullable)<)?(\w+)>?,").unwrap();
    let mut schema = Schema::new();
    for table in table.captures_iter(text) {
        let columns = schema.entry(table[1].to_owned()).or_default();
        for column in column.captures_iter(&table[2]) {
            columns.insert(column[1].to_owned(), (column[3].to_owned(), column.get(2).is_some()));
        }
    }
    schema
}

/// Everything that has a name: tables, indexes, triggers, functions, constraints.
fn named_things(database: &TestDatabase) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Thing {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let things: Vec<Thing> = match &mut database.connect() {
        Conn::Sqlite(conn) => diesel::sql_query(
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS name FROM sqlite_schema
             WHERE name NOT LIKE '%diesel_schema_migrations%' ORDER BY 1",
        )
        .load(conn),
        Conn::Postgres(conn) => diesel::sql_query(
            "SELECT 'relation ' || relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relname NOT LIKE '%diesel_schema_migrations%' AND relname NOT LIKE '%gist%'
             UNION ALL SELECT 'trigger ' || tgname::text FROM pg_trigger WHERE NOT tgisinternal
             UNION ALL SELECT 'constraint ' || conname::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
               WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE '%diesel_schema_migrations%'
             UNION ALL SELECT 'function ' || proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
               AND proname LIKE '%guard%' ORDER BY 1",
        )
        .load(conn),
    }
    .unwrap();
    things.into_iter().map(|thing| thing.name).collect()
}

#[test]
fn up_down_and_up_again() {
    for kind in kinds() {
        let database = TestDatabase::empty(kind);
        let options = database.options();
        let ran = migrations::up(&options).unwrap();
        assert!(!ran.is_empty(), "{kind:?}");
        let first = named_things(&database);
        assert!(migrations::up(&options).unwrap().is_empty(), "a second run finds nothing to do on {kind:?}");
        assert_eq!(migrations::down(&options).unwrap().len(), ran.len(), "{kind:?}");
        assert_eq!(named_things(&database), Vec::<String>::new(), "down leaves nothing on {kind:?}");
        assert_eq!(migrations::up(&options).unwrap(), ran, "{kind:?}");
        assert_eq!(named_things(&database), first, "the second time is the first time on {kind:?}");
    }
}

#[test]
fn the_code_knows_every_column() {
    let code = schema_in_code();
    assert!(code.len() > 20 && code.values().all(|columns| !columns.is_empty()));
    for kind in kinds() {
        let found = schema_in(&TestDatabase::migrated(kind));
        for (table, columns) in &found {
            assert_eq!(code.get(table), Some(columns), "table {table} on {kind:?}");
        }
        assert_eq!(found.len(), code.len(), "tables on {kind:?}");
    }
}

#[test]
fn a_program_knows_whether_the_schema_is_its_own() {
    for kind in [Kind::Sqlite].into_iter().chain(kinds()) {
        let database = TestDatabase::empty(kind);
        assert!(!migrations::is_current(&database.open()), "{kind:?}");
        migrations::up(&database.options()).unwrap();
        assert!(migrations::is_current(&database.open()), "{kind:?}");
    }
}
