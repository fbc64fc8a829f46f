//! `rebook serve`

use std::net::TcpListener;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, Place};
use crate::app::App;
use crate::{schedule, server};

pub(super) fn serve(place: &Place) -> Result<(), Failure> {
    let app = place.open()?;
    let bind = app.settings.server.bind;
    let listener = TcpListener::bind(bind).map_err(|error| {
        Failure::new(format!("cannot listen on {bind}: {error}; set server.bind to a free address"))
    })?;
    tracing::info!(server.bind = %bind, "listening");
    run(app, listener)
}

/// Serves until told to stop, then lets the scheduler finish what it has begun.
pub(super) fn run(app: Arc<App>, listener: TcpListener) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async move {
        // Before anything else: whoever is told to stop while he starts still stops in good order.
        let told_to_stop = told_to_stop().map_err(Failure::from_error)?;
        let schedule = schedule::start(Arc::clone(&app)).await.map_err(Failure::from_error)?;
        let (mailer, live) = (app.mailer.clone(), app.live.clone());
        let server = server::start(app, listener).map_err(Failure::from_error)?;
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            told_to_stop.await;
            // Open calendars would keep their connections until the patience of the server ends.
            live.end();
            handle.stop(true).await;
        });
        let served = server.await;
        schedule.stop().await;
        mailer.hang_up().await;
        served.map_err(Failure::from_error)
    })
}

/// Comes back when SIGTERM or SIGINT comes; both are listened for from the moment of the call.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
