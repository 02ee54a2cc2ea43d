//! The words of `eval`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ragstone_engine::evaluation::Measure;

use super::{ModeArg, OutputArgs};

#[derive(Args, Debug)]
pub(crate) struct EvalArgs {
    /// Folder of the judged collection.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Form of its files.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: FormatArg,
    /// Judgements to measure by: the name of a file in `qrels`, without its ending.
    #[arg(long, default_value = "test")]
    pub(crate) split: String,
    /// Ways of searching; those with meaning need a model here.
    #[arg(long, value_enum, default_value_t = ModeArg::Keyword)]
    pub(crate) mode: ModeArg,
    /// Folder of the model.
    #[arg(long, value_name = "DIR")]
    pub(crate) model: Option<PathBuf>,
    /// Library of ONNX Runtime, or a folder with it, in place of the built-in runtime.
    #[arg(long, value_name = "PATH", requires = "model")]
    pub(crate) library: Option<PathBuf>,
    /// Numbers that the model computes with.
    #[arg(long, value_enum, default_value_t, requires = "model")]
    pub(crate) precision: PrecisionArg,
    /// Share of meaning in a hybrid score, 0 to 1; the server's default if left out.
    #[arg(long)]
    pub(crate) weight: Option<f32>,
    /// BM25 saturation of term frequency, 0 to 10.
    #[arg(long)]
    pub(crate) k1: Option<f32>,
    /// BM25 length normalisation, 0 to 1.
    #[arg(long)]
    pub(crate) b: Option<f32>,
    /// Keeps what each leg finds for every query in this file; where the file is there and was made from the same
    /// collection with the same settings, takes it from the file and indexes nothing.
    #[arg(long, value_name = "FILE", requires = "model")]
    pub(crate) legs: Option<PathBuf>,
    /// Writes the ranking as a TREC run.
    #[arg(long, value_name = "FILE")]
    pub(crate) run_file: Option<PathBuf>,
    /// Compares with this TREC run and tells which differences may be chance.
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<PathBuf>,
    /// Searches for the best setting by cross-validation over the queries.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) tune: Option<TuneArg>,
    /// Fails when the measure is below the value; may be repeated.
    #[arg(long, value_name = "MEASURE=LEAST", value_parser = floor)]
    pub(crate) fail_under: Vec<Floor>,
    /// Lists the measures of every query.
    #[arg(long)]
    pub(crate) per_query: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Form of a judged collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv
    #[default]
    Beir,
    /// corpus.trec (DOC elements), queries.trec (topics) and qrels/SPLIT.trec
    Trec,
}

/// Numbers that a model computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrecisionArg {
    /// 32-bit floating point
    #[default]
    F32,
    /// 8-bit integers
    Int8,
}

/// What is tuned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TuneArg {
    /// Share of meaning in a hybrid score; searches once
    Weight,
    /// k1 and b of BM25; indexes the collection once for each pair, without a model
    Bm25,
}

/// The least that is accepted of a measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Floor {
    pub(crate) measure: Measure,
    pub(crate) least: f64,
}

fn floor(text: &str) -> Result<Floor, String> {
    let (name, least) = text.split_once('=').ok_or("not of the form ndcg_cut_10=0.70")?;
    let measure = name.parse::<Measure>().map_err(|error| error.to_string())?;
    let least = least.parse::<f64>().ok().filter(|least| (0.0..=1.0).contains(least));
    Ok(Floor { measure, least: least.ok_or("the least value is not a number from 0 to 1")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_name_a_measure_and_a_number() {
        let read = floor("ndcg_cut_10=0.70").expect("is a floor");
        assert_eq!(read, Floor { measure: Measure::MAIN, least: 0.7 });
        for text in ["ndcg_cut_10", "ndcg=0.7", "map=x", "map=NaN", "map=1.5", "map=-1"] {
            assert!(floor(text).is_err(), "{text}");
        }
    }
}
