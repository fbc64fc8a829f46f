//! Answers requests: the table of routes behind the edge, on as many threads as the settings say.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};
use tracing_actix_web::TracingLogger;

use crate::app::App;
use crate::routes;
use crate::web::api::{cors, document};
use crate::web::trace::RequestSpan;
use crate::web::{edge, metrics, page};

/// Requests under way when the end is announced may take so long.
const SHUTDOWN_SECONDS: u64 = 8;
/// A connection that sends nothing is closed after this.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The OpenAPI document, as `rebook openapi` prints it.
pub fn api_document() -> String {
    document::pretty()
}

/// A server on `listener`, ready to be awaited. Its handle stops it, after what is under way; signals are the command's business.
pub fn start(app: Arc<App>, listener: TcpListener) -> std::io::Result<Server> {
    let workers = app.settings.server.workers;
    let body_limit = app.settings.server.body_limit_kib.saturating_mul(1024);
    let mut server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(web::ThinData(Arc::clone(&app)))
            .app_data(web::PayloadConfig::new(body_limit))
            .wrap(from_fn(edge::guard))
            .wrap(page::security_headers())
            .wrap(page::transport_security(app.settings.server.public_url.is_https()))
            .wrap(Condition::new(!app.settings.server.cors_sites.is_empty(), cors::cors(&app.settings)))
            .wrap(Compress::default())
            .wrap(from_fn(metrics::count))
            .wrap(TracingLogger::<RequestSpan>::new())
            .configure(routes::configure)
    })
    .disable_signals()
    .client_request_timeout(HEADER_TIMEOUT)
    .shutdown_timeout(SHUTDOWN_SECONDS);
    if 0 < workers {
        server = server.workers(workers);
    }
    Ok(server.listen(listener)?.run())
}
