//! One round of searches, through the engine or over REST.

use std::path::Path;

use ragstone_api::search::{Mode, SearchRequest};
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result, SearchMode, SearchQuery, SystemClock};
use ragstone_engine::Engine;
use serde::Serialize;

use super::super::{LIMIT, milliseconds};
use super::rest::Rest;
use super::stand_in::{self, StandIn, number};
use crate::instance::Instance;

/// What came of a round.
#[derive(Serialize)]
pub(super) struct Round {
    /// Milliseconds of each query.
    ms: Vec<f64>,
    /// Numbers of the passages that each query found, best first.
    found: Vec<Vec<u64>>,
}

/// A way of searching.
#[derive(Clone, Copy)]
struct Way {
    mode: Mode,
    is_rest: bool,
    /// Whether the model embeds the query.
    is_embedded: bool,
}

impl Way {
    fn parse(word: &str) -> Option<Self> {
        let (mode, is_rest, is_embedded) = match word {
            "keyword" => (Mode::Keyword, false, false),
            "semantic" => (Mode::Semantic, false, false),
            "hybrid" => (Mode::Hybrid, false, false),
            "hybrid-embedded" => (Mode::Hybrid, false, true),
            "rest-keyword" => (Mode::Keyword, true, false),
            "rest-hybrid" => (Mode::Hybrid, true, false),
            _ => return None,
        };
        Some(Self { mode, is_rest, is_embedded })
    }
}

/// Everything that a round needs.
pub(super) struct Asking<'a> {
    engine: &'a Engine,
    stand_in: &'a StandIn,
    rest: Rest,
    queries: Vec<String>,
    ctx: CallContext,
}

impl<'a> Asking<'a> {
    pub(super) async fn start(instance: &'a Instance, folder: &Path, stand_in: &'a StandIn) -> Result<Self> {
        Ok(Self {
            engine: instance.engine(),
            stand_in,
            rest: Rest::start(instance).await?,
            queries: stand_in::queries(folder)?,
            ctx: CallContext::new(Instance::admin_principal()),
        })
    }

    pub(super) async fn stop(self) {
        self.rest.stop().await;
    }

    /// Asks some queries, one after the other; a request of another form is `InvalidArgument`.
    pub(super) async fn round(&self, request: &str) -> Result<Round> {
        let (way, queries) = self.parse(request)?;
        if way.is_embedded && !self.stand_in.has_model() {
            return Err(Error::new(ErrorKind::FailedPrecondition, "there is no model to embed queries with")
                .with_help("name its folder in `model.folder`"));
        }
        self.stand_in.ask_model(way.is_embedded);
        let clock = SystemClock;
        let mut round = Round { ms: Vec::new(), found: Vec::new() };
        for query in queries {
            let start = clock.instant();
            let found =
                if way.is_rest { self.over_rest(way, query).await } else { self.here(way, query).await };
            let found = found?;
            round.ms.push(milliseconds(clock.instant() - start));
            round.found.push(found);
        }
        Ok(round)
    }

    fn parse(&self, request: &str) -> Result<(Way, &[String])> {
        let invalid =
            || Error::invalid("request", "must be a way of searching, the first query and their number");
        let [way, first, count] = request.split(' ').collect::<Vec<_>>()[..] else {
            return Err(invalid());
        };
        let number = |word: &str| word.parse::<usize>().map_err(|_| invalid());
        let (first, count) = (number(first)?, number(count)?);
        let queries = self.queries.get(first..first.saturating_add(count)).ok_or_else(invalid)?;
        Ok((Way::parse(way).ok_or_else(invalid)?, queries))
    }

    async fn here(&self, way: Way, query: &str) -> Result<Vec<u64>> {
        let query = SearchQuery::try_new(query, LIMIT)?.with_mode(SearchMode::from(way.mode));
        let answer = self.engine.search(&self.ctx, query).await?;
        whole(answer.degraded.len())?;
        Ok(answer.hits.iter().filter_map(|hit| number(hit.citation.headings.last()?)).collect())
    }

    async fn over_rest(&self, way: Way, query: &str) -> Result<Vec<u64>> {
        let request = SearchRequest { limit: LIMIT, mode: way.mode, ..SearchRequest::of(query) };
        let answer = self.rest.search(&request).await?;
        whole(answer.degraded.len())?;
        Ok(answer.hits.iter().filter_map(|hit| number(hit.citation.headings.last()?)).collect())
    }
}

/// An answer that lacks a leg would be measured as if it were whole.
fn whole(missing: usize) -> Result<()> {
    if missing == 0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Unavailable, "a leg is missing from an answer"))
}
