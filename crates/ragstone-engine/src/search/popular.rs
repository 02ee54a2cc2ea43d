//! Which queries come often, and asking them again when the index has changed.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use ragstone_core::{CallContext, Digest, SearchQuery};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::answers::normal;
use crate::engine::{Engine, Shared};
use crate::panics::caught;

/// Queries that are counted for each one that is asked again.
const COUNTED: usize = 16;
/// After so many searches all counts are halved, so that what was popular once makes room.
const HALVE_EVERY: u64 = 10_000;
/// Pause before asking, so that a run of writes causes one round.
const PAUSE: Duration = Duration::from_millis(200);
/// Most time for one query.
const MOST_TIME: Duration = Duration::from_secs(10);

/// Counts queries in bounded memory: what is counted least makes room for what is new, which inherits its count
/// (Metwally, Agrawal and El Abbadi, *Efficient Computation of Frequent and Top-k Elements in Data Streams*, 2005).
pub(crate) struct Popular {
    /// How many queries are asked again; none when off.
    most: usize,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    queries: HashMap<Digest, Counted>,
    searches: u64,
}

struct Counted {
    count: u64,
    ctx: CallContext,
    query: SearchQuery,
}

impl Popular {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, books: Mutex::default() }
    }

    /// Whether anything is counted.
    pub(crate) const fn is_on(&self) -> bool {
        self.most > 0
    }

    /// Counts a search of a caller.
    pub(super) fn count(&self, ctx: &CallContext, query: &SearchQuery) {
        if !self.is_on() || query.is_explained() {
            return;
        }
        let key = key(ctx, query);
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.age();
        if let Some(counted) = books.queries.get_mut(&key) {
            counted.count += 1;
            return;
        }
        let inherited = books.make_room(self.most * COUNTED);
        // Neither the caller's deadline nor the trace of the one call.
        let ctx = CallContext::new(ctx.principal().clone());
        let query = query.clone().at_least(None);
        books.queries.insert(key, Counted { count: inherited + 1, ctx, query });
    }

    /// The most popular queries, most popular first.
    fn top(&self) -> Vec<(CallContext, SearchQuery)> {
        let books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counted: Vec<&Counted> = books.queries.values().collect();
        counted.sort_unstable_by_key(|counted| std::cmp::Reverse(counted.count));
        counted.iter().take(self.most).map(|counted| (counted.ctx.clone(), counted.query.clone())).collect()
    }
}

impl Books {
    fn age(&mut self) {
        self.searches += 1;
        if self.searches.is_multiple_of(HALVE_EVERY) {
            self.queries.retain(|_, counted| {
                counted.count /= 2;
                counted.count > 0
            });
        }
    }

    /// Takes the least popular query out of a full book and answers with its count.
    fn make_room(&mut self, most: usize) -> u64 {
        if self.queries.len() < most {
            return 0;
        }
        let least = self.queries.iter().min_by_key(|(_, counted)| counted.count).map(|(key, _)| *key);
        least.and_then(|key| self.queries.remove(&key)).map_or(0, |counted| counted.count)
    }
}

fn key(ctx: &CallContext, query: &SearchQuery) -> Digest {
    let print = ctx.principal().read_fingerprint();
    let text = normal(query.text());
    let (limit, mode) = (query.limit(), query.mode().as_str());
    let (collections, filter, options) = (query.collections(), query.filter(), query.options());
    let rest = format!("{print}\n{limit} {mode}\n{collections:?}\n{filter:?}\n{options:?}\n{text}");
    Digest::of(rest.as_bytes())
}

impl fmt::Debug for Popular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Popular").field("most", &self.most).finish_non_exhaustive()
    }
}

/// Asks the popular queries again whenever the index has moved; ends when dropped.
pub(crate) struct Warmer(JoinHandle<()>);

impl Warmer {
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub(crate) fn start(shared: &Arc<Shared>) -> Self {
        let reached = shared.projector.follow();
        Self(tokio::spawn(warm(Arc::downgrade(shared), reached)))
    }

    pub(crate) fn stop(&self) {
        self.0.abort();
    }
}

impl Drop for Warmer {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn warm(shared: Weak<Shared>, mut reached: crate::projection::Following) {
    while reached.moved().await {
        sleep(PAUSE).await;
        let Some(top) = shared.upgrade().map(|shared| shared.popular.top()) else { return };
        for (ctx, query) in top {
            let Some(shared) = shared.upgrade() else { return };
            let engine = Engine { shared };
            match timeout(MOST_TIME, caught(engine.search_again(&ctx, query))).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "a popular query failed"),
                Err(_) => tracing::debug!("a popular query took too long"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::{Principal, Scope, TenantId};

    use super::*;

    fn caller(tenant: &str) -> CallContext {
        CallContext::new(Principal::new("a", TenantId::try_new(tenant).expect("valid"), Scope::Read))
    }

    fn query(text: &str) -> SearchQuery {
        SearchQuery::try_new(text, 10).expect("valid")
    }

    fn texts(popular: &Popular) -> Vec<String> {
        popular.top().into_iter().map(|(_, query)| query.text().to_owned()).collect()
    }

    #[test]
    fn most_popular_come_first_and_others_not_at_all() {
        let popular = Popular::new(2);
        for (text, times) in [("rare", 1), ("often", 9), ("sometimes", 5)] {
            for _ in 0..times {
                popular.count(&caller("a"), &query(text));
            }
        }
        assert_eq!(texts(&popular), ["often", "sometimes"]);
    }

    #[test]
    fn memory_is_bounded_and_the_popular_stay() {
        let popular = Popular::new(1);
        for number in 0..10_000 {
            popular.count(&caller("a"), &query("often"));
            popular.count(&caller("a"), &query(&format!("once {number}")));
        }
        assert_eq!(texts(&popular), ["often"]);
        assert!(popular.books.lock().expect("is whole").queries.len() <= COUNTED);
    }

    #[test]
    fn tenants_are_counted_apart_and_white_space_is_not() {
        let popular = Popular::new(8);
        popular.count(&caller("a"), &query("x  y"));
        popular.count(&caller("a"), &query(" x y"));
        popular.count(&caller("b"), &query("x y"));
        assert_eq!(popular.top().len(), 2);
    }

    #[test]
    fn nothing_is_kept_when_it_is_off() {
        let popular = Popular::new(0);
        popular.count(&caller("a"), &query("x"));
        assert!(popular.top().is_empty());
    }
}
