//! Settings of the dense vector, with their limits.

use qdrant_client::qdrant::{
    BinaryQuantization, CompressionRatio, Distance, HnswConfigDiff, ProductQuantization, QuantizationConfig,
    QuantizationType, ScalarQuantization, VectorParams, quantization_config,
};
use ragstone_core::Result;
use ragstone_core::index::Dimensions;

use crate::config::invalid;

/// How much smaller product quantisation makes vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductCompression {
    /// A quarter.
    X4,
    /// An eighth.
    X8,
    /// A sixteenth.
    X16,
    /// A thirty-second.
    X32,
    /// A sixty-fourth.
    X64,
}

/// A compressed copy of dense vectors that searches look at first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantization {
    /// One byte for each dimension; values beyond the quantile are cut off.
    Scalar {
        /// Share of values that keep their place, 0.5 to 1.
        quantile: f32,
    },
    /// One bit for each dimension; for models of 1,024 dimensions and more.
    Binary,
    /// Groups of dimensions by their nearest pattern.
    Product(ProductCompression),
}

/// Graph in which near dense vectors are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HnswSettings {
    /// Edges of a node, 4 to 256; the server's default where `None`.
    pub edges: Option<u32>,
    /// Candidates looked at when a node is added, 4 to 4,096; the server's default where `None`.
    pub candidates: Option<u32>,
    /// Whether the graph lies on disk.
    pub is_on_disk: bool,
}

/// How new collections keep their dense vectors, which are named `dense` and compared by their cosine.
///
/// By default in memory, without quantisation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DenseConfig {
    quantization: Option<Quantization>,
    hnsw: HnswSettings,
    is_on_disk: bool,
}

impl DenseConfig {
    /// Searches a compressed copy first, and scores what is found by the vectors themselves.
    pub fn with_quantization(mut self, quantization: Quantization) -> Result<Self> {
        if let Quantization::Scalar { quantile } = quantization
            && !(0.5..=1.0).contains(&quantile)
        {
            return Err(invalid("quantile", "must be from 0.5 to 1"));
        }
        self.quantization = Some(quantization);
        Ok(self)
    }

    /// Sets the graph.
    pub fn with_hnsw(mut self, hnsw: HnswSettings) -> Result<Self> {
        if hnsw.edges.is_some_and(|edges| !(4..=256).contains(&edges)) {
            return Err(invalid("edges", "must be from 4 to 256"));
        }
        if hnsw.candidates.is_some_and(|candidates| !(4..=4096).contains(&candidates)) {
            return Err(invalid("candidates", "must be from 4 to 4096"));
        }
        self.hnsw = hnsw;
        Ok(self)
    }

    /// Keeps the vectors on disk, with only what is used in memory. A compressed copy stays in memory.
    #[must_use]
    pub fn on_disk(mut self) -> Self {
        self.is_on_disk = true;
        self
    }

    /// The settings as Qdrant takes them.
    #[expect(deprecated, reason = "servers before 1.20 know `on_disk` and not `memory`")]
    pub(crate) fn to_params(self, dimensions: Dimensions) -> VectorParams {
        let hnsw = HnswConfigDiff {
            m: self.hnsw.edges.map(u64::from),
            ef_construct: self.hnsw.candidates.map(u64::from),
            on_disk: self.hnsw.is_on_disk.then_some(true),
            ..HnswConfigDiff::default()
        };
        VectorParams {
            size: dimensions.get() as u64,
            distance: Distance::Cosine.into(),
            hnsw_config: (hnsw != HnswConfigDiff::default()).then_some(hnsw),
            quantization_config: self.quantization.map(Quantization::to_config),
            on_disk: self.is_on_disk.then_some(true),
            ..VectorParams::default()
        }
    }
}

impl Quantization {
    /// The settings as Qdrant takes them; the compressed copy stays in memory.
    #[expect(deprecated, reason = "servers before 1.20 know `always_ram` and not `memory`")]
    fn to_config(self) -> QuantizationConfig {
        let always_ram = Some(true);
        let quantization = match self {
            Self::Scalar { quantile } => quantization_config::Quantization::Scalar(ScalarQuantization {
                r#type: QuantizationType::Int8.into(),
                quantile: Some(quantile),
                always_ram,
                ..ScalarQuantization::default()
            }),
            Self::Binary => quantization_config::Quantization::Binary(BinaryQuantization {
                always_ram,
                ..BinaryQuantization::default()
            }),
            Self::Product(compression) => quantization_config::Quantization::Product(ProductQuantization {
                compression: compression.wire().into(),
                always_ram,
                ..ProductQuantization::default()
            }),
        };
        QuantizationConfig { quantization: Some(quantization) }
    }
}

impl ProductCompression {
    fn wire(self) -> CompressionRatio {
        match self {
            Self::X4 => CompressionRatio::X4,
            Self::X8 => CompressionRatio::X8,
            Self::X16 => CompressionRatio::X16,
            Self::X32 => CompressionRatio::X32,
            Self::X64 => CompressionRatio::X64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused() {
        let dense = DenseConfig::default();
        assert!(dense.with_quantization(Quantization::Scalar { quantile: 0.1 }).is_err());
        assert!(dense.with_hnsw(HnswSettings { edges: Some(1), ..HnswSettings::default() }).is_err());
        assert!(dense.with_hnsw(HnswSettings { candidates: Some(9999), ..HnswSettings::default() }).is_err());
    }

    #[test]
    fn every_setting_reaches_the_request() {
        let hnsw = HnswSettings { edges: Some(32), candidates: Some(200), is_on_disk: true };
        let dimensions = Dimensions::try_new(384).expect("in range");
        let dense = DenseConfig::default().with_hnsw(hnsw).expect("in range").on_disk();
        for (quantization, name) in [
            (Quantization::Scalar { quantile: 0.99 }, "Scalar"),
            (Quantization::Binary, "Binary"),
            (Quantization::Product(ProductCompression::X16), "Product"),
        ] {
            let params = dense.with_quantization(quantization).expect("in range").to_params(dimensions);
            let shown = format!("{params:?}");
            for part in ["size: 384", "Cosine", "m: Some(32)", "ef_construct: Some(200)", name] {
                assert!(shown.contains(part), "{part} in {shown}");
            }
            assert_eq!(shown.matches("on_disk: Some(true)").count(), 2, "{shown}");
        }
    }
}
