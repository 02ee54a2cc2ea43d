//! Local models obey the laws of their ports, with every engine and in both precisions.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use ragstone_conformance::{EmbedderFixture, RerankerFixture};
use ragstone_core::SystemClock;
use ragstone_core::embedding::Precision;
use ragstone_core::port::{DynEmbedder, DynReranker};
use ragstone_models::{Engine, LocalEmbedder, LocalOptions, LocalReranker, ModelFolder};
use tempfile::TempDir;

use crate::made::MadeModel;

fn options(precision: Precision) -> LocalOptions {
    LocalOptions::new().with_precision(precision).expect("is one for local models")
}

fn embedder(folder: PathBuf, engine: &Engine, precision: Precision) -> Arc<dyn DynEmbedder> {
    let folder = ModelFolder::open(folder).expect("opens");
    let opened = LocalEmbedder::open(&folder, engine, options(precision), Arc::new(SystemClock));
    Arc::new(opened.expect("opens"))
}

/// The public model, loaded once for all laws: they leave nothing behind.
fn public(
    kept: &OnceLock<Arc<dyn DynEmbedder>>,
    engine: &Engine,
    precision: Precision,
) -> Option<EmbedderFixture> {
    let folder = crate::environment::public_model()?;
    let kept = kept.get_or_init(|| embedder(folder, engine, precision));
    Some(EmbedderFixture::new(Arc::clone(kept)))
}

fn made_embedder(engine: &Engine, precision: Precision) -> EmbedderFixture {
    let made: TempDir = MadeModel::roberta().write();
    EmbedderFixture::new(embedder(made.path().to_owned(), engine, precision)).keeping(made)
}

fn made_reranker(engine: &Engine, precision: Precision) -> RerankerFixture {
    let made = MadeModel::cross_encoder().write();
    let folder = ModelFolder::open(made.path()).expect("opens");
    let opened = LocalReranker::open(&folder, engine, options(precision), Arc::new(SystemClock));
    let reranker: Arc<dyn DynReranker> = Arc::new(opened.expect("opens"));
    RerankerFixture::new(reranker).keeping(made)
}

macro_rules! suites {
    ($adapter:literal, $engine:expr, $($precision:ident as $name:ident),*) => {
        $(
            mod $name {
                use super::*;

                mod public_model {
                    use super::*;

                    static KEPT: OnceLock<Arc<dyn DynEmbedder>> = OnceLock::new();

                    ragstone_conformance::embedder_suite!(concat!($adapter, " ", stringify!($name)), async {
                        let engine = $engine?;
                        public(&KEPT, &engine, Precision::$precision)
                    });
                }

                mod made_model {
                    use super::*;

                    ragstone_conformance::embedder_suite!(concat!($adapter, " ", stringify!($name), ", RoBERTa"), async {
                        Some(made_embedder(&$engine?, Precision::$precision))
                    });
                }

                mod cross_encoder {
                    use super::*;

                    ragstone_conformance::reranker_suite!(concat!($adapter, " ", stringify!($name)), async {
                        Some(made_reranker(&$engine?, Precision::$precision))
                    });
                }
            }
        )*
    };
}

#[cfg(feature = "tract")]
mod tract {
    use super::*;

    suites!("tract", Some(Engine::Tract), F32 as f32, Int8 as int8);
}

#[cfg(feature = "ort")]
mod onnx_runtime {
    use super::*;

    suites!(
        "ONNX Runtime",
        crate::environment::onnx_runtime().map(Engine::OnnxRuntime),
        F32 as f32,
        Int8 as int8
    );
}
