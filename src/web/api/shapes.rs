//! Shapes that more than one slice answers with.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::money;

/// An amount of money.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Money {
    /// Whole minor units: cents, pence, or whole yen.
    #[schema(examples(9500))]
    pub amount: i64,
    /// ISO 4217.
    #[schema(examples("USD"))]
    pub currency: &'static str,
}

impl From<money::Money> for Money {
    fn from(money: money::Money) -> Self {
        Self { amount: money.minor, currency: money.currency.code() }
    }
}
