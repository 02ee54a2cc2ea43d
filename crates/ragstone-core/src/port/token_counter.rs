//! Counting the tokens of a text, as a model that reads it would.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::embedding::TokenCount;
use crate::error::Result;

/// Counts tokens exactly.
///
/// `ctx.tenant()` is not consulted. Nothing of a text is kept, logged or put into an error.
pub trait TokenCounter: Send + Sync + 'static {
    /// Counts the tokens of a text.
    ///
    /// - **Exactness.** The count is the one of the tokenizer that the counter is named after, never an estimate.
    /// - **Independence.** A text has the same count now and later, whatever else is counted.
    /// - **Growth.** What is counted grows with the text, but for the tokens at one boundary: for texts `a` and `b`,
    ///   the count of `ab` is at least the greater of both counts and at most their sum, each give or take the tokens
    ///   that meet where `a` ends, and those that a model puts around every text.
    /// - **Long input.** A text that is longer than the counter takes is `TooLarge`.
    /// - **Time.** A call whose deadline has passed may be `DeadlineExceeded`.
    ///
    /// Who packs texts into a budget needs growth only to look for a good place to end. That the budget holds follows
    /// from exactness alone, where what is returned is counted as a whole, and never as the sum of its parts.
    fn count(&self, ctx: &CallContext, text: &str) -> impl Future<Output = Result<TokenCount>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`TokenCounter`].
    pub trait DynTokenCounter for TokenCounter {
        async fn count<'a>(ctx: &'a CallContext, text: &'a str) -> TokenCount;
    }
}
