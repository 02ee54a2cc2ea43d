//! `eval`: measures retrieval quality on a judged collection, through the real ingest and search paths.

use ragstone_core::answer::Leg;
use ragstone_core::collection::KeywordSettings;
use ragstone_core::{Error, ErrorKind, Result};
use ragstone_engine::evaluation::{Legs, Run, mean};

use self::dataset::{Dataset, broken, read, unusable};
use self::indexed::Indexed;
use self::legs_file::Heading;
use self::report::{Report, Subject};
use self::settings::IndexSettings;
use crate::cli::{EvalArgs, Floor, ModeArg, TuneArg};
use crate::config::Config;
use crate::render;

mod beir;
mod dataset;
mod indexed;
mod legs_file;
mod report;
mod settings;
mod trec;
mod tuning;

/// Indexes the corpus in a temporary data directory, asks the judged queries, and prints the measures.
pub(crate) async fn run(args: &EvalArgs) -> Result<()> {
    check(args)?;
    let dataset = Dataset::read(args)?;
    let baseline =
        args.compare.as_deref().map(|file| Run::parse(&read(file)?).map_err(|error| broken(file, &error)));
    let baseline = baseline.transpose()?;
    let measured = Box::pin(Measurement::make(args, &dataset)).await?;
    if let Some(file) = &args.run_file {
        std::fs::write(file, measured.run.to_trec("ragstone")).map_err(|source| unusable(file, source))?;
    }
    let judgements = &dataset.judgements;
    let subject = Subject {
        mode: mode_name(args.mode),
        split: args.split.clone(),
        documents: dataset.documents.len(),
        weight: matches!(args.mode, ModeArg::Hybrid).then_some(measured.config.model.weight),
        index: measured.index,
        collection: dataset.digest().to_string(),
    };
    let mut report = Report::of(subject, judgements, &measured.run);
    report.tuning = match (args.tune, &measured.legs) {
        (Some(TuneArg::Bm25), _) => Some(tuning::bm25(&dataset, &measured.config, &measured.keyword).await?),
        (Some(TuneArg::Weight), Some(legs)) => Some(tuning::weight(judgements, legs)?),
        (Some(TuneArg::Weight), None) | (None, _) => None,
    };
    if let Some(baseline) = &baseline {
        report.compare(judgements, &measured.run, baseline);
    }
    if args.per_query {
        report.list_queries(judgements, &measured.run);
    }
    if args.output.json {
        render::json(&report)?;
    } else {
        report.show()?;
    }
    floors(&args.fail_under, &dataset, &measured.run)
}

/// Refuses what would be ignored.
fn check(args: &EvalArgs) -> Result<()> {
    let is_by_words = matches!(args.mode, ModeArg::Keyword);
    if args.model.is_none() && !is_by_words {
        return Err(Error::invalid("mode", "needs a model").with_help("name its folder with --model"));
    }
    if args.weight.is_some() && !matches!(args.mode, ModeArg::Hybrid) {
        return Err(Error::invalid("weight", "has a meaning for the mode hybrid alone"));
    }
    if args.weight.is_some_and(|weight| !(0.0..=1.0).contains(&weight)) {
        return Err(Error::invalid("weight", "must be from 0 to 1"));
    }
    match args.tune {
        Some(TuneArg::Weight) if !matches!(args.mode, ModeArg::Hybrid) => {
            Err(Error::invalid("tune", "of the weight needs the mode hybrid"))
        }
        Some(TuneArg::Bm25) if !is_by_words => Err(Error::invalid("tune", "of bm25 needs the mode keyword")),
        Some(TuneArg::Bm25) if args.model.is_some() => {
            Err(Error::invalid("tune", "of bm25 has no use for a model")
                .with_help("it indexes the collection many times, and would embed it as often"))
        }
        _ => settings::keyword(args).check(),
    }
}

/// A run with what it was made of.
struct Measurement {
    run: Run,
    legs: Option<Legs>,
    config: Config,
    keyword: KeywordSettings,
    index: IndexSettings,
}

impl Measurement {
    async fn make(args: &EvalArgs, dataset: &Dataset) -> Result<Self> {
        let (config, keyword) = (settings::configuration(args), settings::keyword(args));
        let model =
            args.model.as_deref().map(|folder| settings::model(folder, args.precision)).transpose()?;
        let index = IndexSettings::of(&config, &keyword, model.as_ref());
        if args.legs.is_none() && !matches!(args.tune, Some(TuneArg::Weight)) {
            let indexed = Indexed::build(dataset, config.clone(), &keyword).await?;
            let run = indexed.run(dataset.judged(), args.mode).await;
            indexed.close().await?;
            return Ok(Self { run: run?, legs: None, config, keyword, index });
        }
        let legs = legs(args, dataset, &config, &keyword, &index).await?;
        let run = match args.mode {
            ModeArg::Keyword => legs.run(Leg::Keyword),
            ModeArg::Semantic => legs.run(Leg::Semantic),
            ModeArg::Hybrid => legs.fused(config.model.weight),
        };
        Ok(Self { run, legs: Some(legs), config, keyword, index })
    }
}

/// The legs of all queries, whatever split judges them, so that a file of them serves every split.
async fn legs(
    args: &EvalArgs,
    dataset: &Dataset,
    config: &Config,
    keyword: &KeywordSettings,
    index: &IndexSettings,
) -> Result<Legs> {
    let heading =
        Heading { index: index.fingerprint().to_string(), collection: dataset.digest().to_string() };
    if let Some(file) = args.legs.as_deref().filter(|file| file.exists()) {
        return legs_file::load(file, &heading);
    }
    let indexed = Indexed::build(dataset, config.clone(), keyword).await?;
    let legs = match args.legs {
        Some(_) => indexed.legs(dataset.queries.iter()).await,
        None => indexed.legs(dataset.judged()).await,
    };
    indexed.close().await?;
    let legs = legs?;
    if let Some(file) = &args.legs {
        legs_file::save(file, &heading, &legs)?;
    }
    Ok(legs)
}

/// Fails with `FailedPrecondition` for the first measure that is below the least that is accepted.
fn floors(floors: &[Floor], dataset: &Dataset, run: &Run) -> Result<()> {
    for Floor { measure, least } in floors {
        let value = mean(&dataset.judgements, run, *measure);
        if value < *least {
            return Err(Error::new(
                ErrorKind::FailedPrecondition,
                "a measure is below the least that is accepted",
            )
            .with_context("measure", measure)
            .with_context("value", format!("{value:.4}"))
            .with_context("least", least));
        }
    }
    Ok(())
}

const fn mode_name(mode: ModeArg) -> &'static str {
    match mode {
        ModeArg::Keyword => "keyword",
        ModeArg::Semantic => "semantic",
        ModeArg::Hybrid => "hybrid",
    }
}
