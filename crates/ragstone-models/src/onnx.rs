//! Writing the network of a model folder as an ONNX graph, which every runtime loads.
//!
//! Inputs are `input_ids`, `attention_mask` and `token_type_ids`, each of 64-bit integers, `[batch, sequence]`, both
//! of any size. The output is `embedding`, `[batch, hidden]`, pooled and not normalised; or `score`, `[batch, 1]`.

use prost::Message as _;
use ragstone_core::embedding::{Pooling, Precision};

use crate::folder::{FolderError, ModelFolder, Weights};

mod bert;
mod builder;
mod linear;
mod proto;
mod quantise;

pub use self::quantise::WeightSign;

/// Inputs of every graph, in order.
pub const INPUTS: [&str; 3] = ["input_ids", "attention_mask", "token_type_ids"];
/// Output of an embedding model.
pub const EMBEDDING: &str = "embedding";
/// Output of a reranker.
pub const SCORE: &str = "score";

/// What comes behind the encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Vectors of tokens become one.
    Pool(Pooling),
    /// Pairs are judged with one number.
    Score,
}

/// What a graph is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphOptions {
    /// What comes behind the encoder.
    pub head: Head,
    /// What numbers the linear layers compute with.
    pub precision: Precision,
    /// How 8-bit weights are stored; it changes no result.
    pub sign: WeightSign,
}

impl GraphOptions {
    /// The graph of an embedding model for this machine.
    pub fn embedding(folder: &ModelFolder, precision: Precision) -> Self {
        Self { head: Head::Pool(folder.pooling()), precision, sign: WeightSign::of_this_machine() }
    }

    /// The graph of a reranker for this machine.
    pub fn reranking(precision: Precision) -> Self {
        Self { head: Head::Score, precision, sign: WeightSign::of_this_machine() }
    }
}

/// Writes the graph; reads the weights, and needs about three times their size in memory.
pub fn write(folder: &ModelFolder, options: GraphOptions) -> Result<Vec<u8>, FolderError> {
    let bytes = folder.read_weights()?;
    let weights = Weights::parse(&bytes)?;
    let graph = bert::graph(folder.config(), &weights, options)?;
    Ok(proto::model(graph).encode_to_vec())
}
