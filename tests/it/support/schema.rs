//! The tables as the database itself tells them, and everything that stands in them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use rebook::db::Conn;

use super::databases::TestDatabase;

/// Table -> column -> (type in diesel's words, nullable).
pub type Schema = BTreeMap<String, BTreeMap<String, (String, bool)>>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

pub fn schema_in(database: &TestDatabase) -> Schema {
    let columns: Vec<Column> = match &mut database.connect() {
        Conn::Sqlite(conn) => diesel::sql_query(
            "SELECT m.name AS table_name, c.name AS column_name, c.type AS data_type, c.\"notnull\" = 0 AS nullable
             FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'",
        )
        .load(conn),
        Conn::Postgres(conn) => diesel::sql_query(
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' AS nullable
             FROM information_schema.columns WHERE table_schema = 'public'",
        )
        .load(conn),
    }
    .unwrap();
    let mut schema = Schema::new();
    for column in columns.into_iter().filter(|column| column.table_name != "__diesel_schema_migrations") {
        let kind = diesel_word(&column.data_type);
        schema.entry(column.table_name).or_default().insert(column.column_name, (kind, column.nullable));
    }
    schema
}

fn diesel_word(data_type: &str) -> String {
    let word = match data_type.to_ascii_lowercase().as_str() {
        "bigint" => "BigInt",
        "integer" => "Integer",
        "text" => "Text",
        "boolean" => "Bool",
        "date" => "Date",
        "timestamp" | "timestamp without time zone" => "Timestamp",
        "double" | "double precision" => "Double",
        other => panic!("a type that is not common to both engines: {other}"),
    };
    word.to_owned()
}

/// Every row of every table as text, so that two moments can be compared. Of sessions only that they are there.
pub fn everything(database: &TestDatabase) -> BTreeMap<String, Vec<String>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let mut conn = database.connect();
    let mut all = BTreeMap::new();
    for (table, columns) in schema_in(database) {
        let watched =
            columns.keys().filter(|column| (table.as_str(), column.as_str()) != ("staff_sessions", "last_seen_at"));
        let shown: Vec<String> =
            watched.map(|column| format!("'{column}=' || coalesce(CAST(\"{column}\" AS TEXT), 'NULL')")).collect();
        let query = format!("SELECT {} AS row FROM {table} ORDER BY 1", shown.join(" || ' ' || "));
        let rows: Vec<Row> = match &mut conn {
            Conn::Sqlite(conn) => diesel::sql_query(query).load(conn),
            Conn::Postgres(conn) => diesel::sql_query(query).load(conn),
        }
        .unwrap();
        all.insert(table, rows.into_iter().map(|row| row.row).collect());
    }
    all
}
