//! What embedder and reranker share: tokenizer, threads, and the way from texts to numbers.

use std::future::Future;
use std::sync::Arc;

use futures::future::try_join_all;
use ragstone_core::embedding::{Pooling, Precision};
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};

use super::batch::{BatchLimit, TokenBatch};
use super::lanes::{Lane, Lanes};
use super::{Engine, LocalOptions, Session, of_folder};
use crate::folder::{FolderError, ModelFolder, TextTokenizer, Tokens};
use crate::onnx::{self, GraphOptions, Head, WeightSign};

/// Texts that one job cuts into tokens.
const TEXTS_PER_JOB: usize = 32;

/// A network on its threads.
#[derive(Debug)]
pub(super) struct LocalModel {
    pub(super) clock: Arc<dyn Clock>,
    tokenizer: Arc<TextTokenizer>,
    lanes: Lanes<Box<dyn Session>>,
    limit: BatchLimit,
    width: usize,
}

impl LocalModel {
    pub(super) fn open(
        folder: &ModelFolder,
        engine: &Engine,
        options: LocalOptions,
        head: Head,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let tokenizer = folder.tokenizer().map_err(of_folder)?;
        if tokenizer.vocabulary() > folder.config().vocabulary {
            let reason = "it has more tokens than the model".to_owned();
            return Err(of_folder(FolderError::Tokenizer { reason }));
        }
        let sign = match engine {
            // Its loops over integers are as fast either way.
            #[cfg(feature = "tract")]
            Engine::Tract => WeightSign::Signed,
            #[cfg(feature = "ort")]
            Engine::OnnxRuntime(_) => WeightSign::of_this_machine(),
        };
        let graph = GraphOptions { head, precision: options.precision(), sign };
        let graph = onnx::write(folder, graph).map_err(of_folder)?;
        let width = match head {
            Head::Pool(_) => folder.config().hidden,
            Head::Score => 1,
        };
        let (query, passage) = sessions(engine, &graph, options)?;
        drop(graph);
        Ok(Self {
            clock,
            tokenizer: Arc::new(tokenizer),
            lanes: Lanes::start(query, passage)?,
            limit: limit(options.precision()),
            width,
        })
    }

    /// Ends with the context's deadline.
    pub(super) async fn within<T>(
        &self,
        ctx: &CallContext,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match ctx.remaining(&*self.clock)? {
            None => work.await,
            Some(left) => tokio::time::timeout(left, work).await.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::DeadlineExceeded, "the model did not answer in time"))
            }),
        }
    }

    /// Cuts inputs into tokens, in parallel.
    pub(super) async fn on_tokenizer<T, F>(&self, lane: Lane, inputs: Vec<String>, cut: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: Fn(&TextTokenizer, &str) -> Result<T> + Clone + Send + 'static,
    {
        let jobs = inputs.chunks(TEXTS_PER_JOB).map(|part| {
            let (part, cut, tokenizer) = (part.to_vec(), cut.clone(), Arc::clone(&self.tokenizer));
            self.lanes
                .run(lane, move |_| part.iter().map(|text| cut(&tokenizer, text)).collect::<Result<Vec<T>>>())
        });
        Ok(try_join_all(jobs).await?.into_iter().flatten().collect())
    }

    /// Numbers of the network for each input, in the order of the inputs.
    pub(super) async fn outputs(&self, lane: Lane, inputs: Vec<Tokens>) -> Result<Vec<Vec<f32>>> {
        let inputs = Arc::new(inputs);
        let jobs = self.limit.groups(&inputs).into_iter().map(|group| {
            let (inputs, width) = (Arc::clone(&inputs), self.width);
            self.lanes.run(lane, move |session| {
                let rows: Vec<&Tokens> = group.iter().filter_map(|place| inputs.get(*place)).collect();
                let numbers = session.run(TokenBatch::of(&rows))?;
                let rows: Vec<Vec<f32>> = numbers.chunks_exact(width).map(<[f32]>::to_vec).collect();
                if rows.len() != group.len() || numbers.len() != group.len() * width {
                    return Err(super::failed("it gave numbers of another shape"));
                }
                Ok(group.into_iter().zip(rows).collect::<Vec<_>>())
            })
        });
        let mut outputs: Vec<(usize, Vec<f32>)> = try_join_all(jobs).await?.into_iter().flatten().collect();
        outputs.sort_unstable_by_key(|(place, _)| *place);
        Ok(outputs.into_iter().map(|(_, numbers)| numbers).collect())
    }

    /// Runs one job that both cuts and computes, for a single short input.
    pub(super) async fn single(&self, lane: Lane, text: String) -> Result<(Tokens, Vec<f32>)> {
        let tokenizer = Arc::clone(&self.tokenizer);
        let job = move |session: &mut Box<dyn Session>| {
            let tokens = tokenizer.tokens(&text).map_err(super::not_tokenised)?;
            let numbers = session.run(TokenBatch::of(&[&tokens]))?;
            Ok((tokens, numbers))
        };
        self.lanes.run(lane, job).await
    }
}

/// 8-bit activations have one scale for all that is computed together, so each text is computed alone: what it is
/// next to must not change its vector.
fn limit(precision: Precision) -> BatchLimit {
    match precision {
        Precision::Int8 => BatchLimit::ALONE,
        Precision::F32 | Precision::Served => BatchLimit { rows: 16, cells: 1024 },
    }
}

type Sessions = (Vec<Box<dyn Session>>, Vec<Box<dyn Session>>);

/// One session for queries, and one for each thread of passages.
fn sessions(engine: &Engine, graph: &[u8], options: LocalOptions) -> Result<Sessions> {
    match engine {
        #[cfg(feature = "tract")]
        Engine::Tract => super::tract::sessions(graph, options.threads()),
        #[cfg(feature = "ort")]
        Engine::OnnxRuntime(library) => library.sessions(graph, options.threads()),
    }
}

/// The pooling of a graph's head, for fingerprints.
pub(super) const fn pooling(head: Head) -> Pooling {
    match head {
        Head::Pool(pooling) => pooling,
        Head::Score => Pooling::None,
    }
}
