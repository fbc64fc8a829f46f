//! `rebook serve`

use std::net::TcpListener;
use std::sync::Arc;

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
        let schedule = schedule::start(Arc::clone(&app)).await.map_err(Failure::from_error)?;
        let served = server::start(app, listener).map_err(Failure::from_error)?.await;
        schedule.stop().await;
        served.map_err(Failure::from_error)
    })
}
