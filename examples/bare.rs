//! The bare limit that `bin/bench` measures against: one row read from SQLite by key, one durable insert, nothing else.
//!
//! `bare FILE PORT` makes FILE, fills it and serves `GET /row/{id}` and `POST /row` with the same settings of SQLite that
//! Rebook writes with.
#![expect(missing_docs, reason = "diesel's macro writes items that nobody can document")]

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{App, HttpResponse, HttpServer, error, web};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};

diesel::table! {
    rows (id) {
        id -> BigInt,
        text -> Text,
    }
}

const ROWS: i64 = 20_000;
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; \
     PRAGMA mmap_size = 268435456;";

#[derive(Clone)]
struct Bare {
    readers: Pool<ConnectionManager<SqliteConnection>>,
    writer: Arc<Mutex<SqliteConnection>>,
}

type Failed = Box<dyn Error + Send + Sync>;

async fn read(bare: web::Data<Bare>, id: web::Path<i64>) -> actix_web::Result<String> {
    let found = web::block(move || -> Result<String, Failed> {
        let mut conn = bare.readers.get()?;
        Ok(rows::table.find(*id).select(rows::text).first(&mut conn)?)
    });
    found.await?.map_err(error::ErrorInternalServerError)
}

async fn write(bare: web::Data<Bare>, text: String) -> actix_web::Result<HttpResponse> {
    let written = web::block(move || -> Result<(), Failed> {
        let mut conn = bare.writer.lock().unwrap_or_else(PoisonError::into_inner);
        conn.batch_execute("BEGIN IMMEDIATE")?;
        diesel::insert_into(rows::table).values(rows::text.eq(text)).execute(&mut *conn)?;
        conn.batch_execute("COMMIT")?;
        Ok(())
    });
    written.await?.map_err(error::ErrorInternalServerError)?;
    Ok(HttpResponse::Created().finish())
}

fn prepare(file: &str) -> Result<SqliteConnection, Failed> {
    let mut conn = SqliteConnection::establish(file)?;
    conn.batch_execute(WRITER)?;
    conn.batch_execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL); BEGIN")?;
    for id in 1..=ROWS {
        let text = format!("row {id}, about as long as a short answer would be");
        diesel::insert_into(rows::table).values((rows::id.eq(id), rows::text.eq(text))).execute(&mut conn)?;
    }
    conn.batch_execute("COMMIT")?;
    Ok(conn)
}

fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: bare FILE PORT")?;
    let port: u16 = arguments.next().ok_or("usage: bare FILE PORT")?.parse()?;
    let writer = Arc::new(Mutex::new(prepare(&file)?));
    let readers = Pool::builder().max_size(5).build(ConnectionManager::new(file))?;
    let bare = Bare { readers, writer };
    actix_web::rt::System::new().block_on(async move {
        let app = move || {
            App::new()
                .app_data(web::Data::new(bare.clone()))
                .route("/row/{id}", web::get().to(read))
                .route("/row", web::post().to(write))
        };
        HttpServer::new(app).bind(("127.0.0.1", port))?.run().await
    })?;
    Ok(())
}
