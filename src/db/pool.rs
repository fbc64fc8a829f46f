//! The pool of connections, with an overload answer instead of a pile-up.

use std::time::Duration;

use diesel::r2d2::{self, ManageConnection, PooledConnection, R2D2Connection};

use super::engine::{Engine, EngineError};
use super::{Conn, DbOptions, Fault};

/// Longer than this nobody waits for a connection; the answer is then 503.
const WAIT_MAX: Duration = Duration::from_secs(5);

pub(super) struct Manager {
    engine: Engine,
    options: DbOptions,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = EngineError;

    fn connect(&self) -> Result<Conn, EngineError> {
        self.engine.connect_pooled(&self.options)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), EngineError> {
        conn.ping().map_err(EngineError::Setting)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

pub(super) struct Pool {
    inner: r2d2::Pool<Manager>,
}

impl Pool {
    pub(super) fn new(engine: Engine, options: DbOptions) -> Self {
        let remote = matches!(engine, Engine::Postgres { .. });
        let size = options.connections.max(1);
        let inner = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(WAIT_MAX)
            // A file cannot go away behind our back; a server can.
            .test_on_check_out(remote)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(Manager { engine, options });
        Self { inner }
    }

    pub(super) fn get(&self) -> Result<PooledConnection<Manager>, Fault> {
        self.inner.get().map_err(Fault::unavailable)
    }
}
