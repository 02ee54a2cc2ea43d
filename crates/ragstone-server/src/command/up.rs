//! `up`: serves at once, indexes the given paths, and says what to do next.

use ragstone_core::metadata::Metadata;
use ragstone_core::page::PageRequest;
use ragstone_core::report::IngestReport;
use ragstone_core::request::{IngestPaths, PathReading};
use ragstone_core::{AccessList, CallContext, CollectionName, Result, SearchQuery};
use ragstone_engine::Engine;
use ragstone_observability::startup::RunningTelemetry;

use super::serve::{Server, effective};
use crate::cli::{Place, UpArgs};
use crate::config::Config;
use crate::instance::Instance;
use crate::render::{self, ProgressBar};
use crate::session::open_instance;
use crate::signals::Signals;
use crate::telemetry;

/// Documents whose titles are tried as the example search.
const EXAMPLES: u32 = 20;

/// Serves, indexes, advises, and waits for a signal.
pub(crate) async fn run(place: &Place, args: UpArgs) -> Result<()> {
    let config = effective(place, &args.listen)?;
    let telemetry = telemetry::install(&config)?;
    let outcome = serve(place, &args, &config, &telemetry).await;
    telemetry::close(telemetry).await;
    outcome
}

async fn serve(place: &Place, args: &UpArgs, config: &Config, telemetry: &RunningTelemetry) -> Result<()> {
    let roots = super::ingest::absolute(&args.paths)?;
    let signals = Signals::listen()?;
    tokio::select! {
        brought = super::model::bring_default(place, config) => brought?,
        () = signals.stop() => return Ok(()),
    }
    let (instance, operations) = open_instance(place, "up", &roots, config.clone(), telemetry).await?;
    let server = Server::start(&instance, operations, config, "up").await?;
    render::ready(&server.base);
    let outcome = tokio::select! {
        outcome = index(&instance, &args.collection, roots) => outcome.map(Some),
        () = signals.stop() => Ok(None),
    };
    if let Ok(Some(report)) = &outcome {
        render::ingested(report);
        render::served(&server.base, instance.admin(), None);
        if let Err(error) = show_example(&instance, &args.collection).await {
            tracing::warn!(%error, "cannot show an example search");
        }
        signals.stop().await;
    }
    server.stop(instance).await?;
    outcome.map(|_| ())
}

async fn index(
    instance: &Instance,
    collection: &CollectionName,
    paths: Vec<std::path::PathBuf>,
) -> Result<IngestReport> {
    let ctx = CallContext::new(Instance::admin_principal());
    ensure_collection(instance.engine(), &ctx, collection).await?;
    let request = IngestPaths {
        collection: collection.clone(),
        paths,
        reading: PathReading::All,
        is_empty_allowed: false,
        tags: std::collections::BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    };
    let bar = ProgressBar::new();
    let report = instance.engine().ingest_paths(&ctx, request, &bar).await?;
    bar.indexing();
    // Also when nothing has changed: what is served from now on shall hold everything.
    let head = instance.engine().status(&ctx).await?.head;
    instance.engine().wait_indexed(&ctx, head).await?;
    bar.finish();
    Ok(report)
}

/// Makes the collection that the user named, if it is missing.
pub(crate) async fn ensure_collection(
    engine: &Engine,
    ctx: &CallContext,
    name: &CollectionName,
) -> Result<()> {
    use ragstone_core::ErrorKind;
    use ragstone_core::collection::KeywordSettings;
    use ragstone_core::request::CreateCollection;
    let new = CreateCollection {
        name: name.clone(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    match engine.create_collection(ctx, new).await {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome.map(|_| ()),
    }
}

/// Searches for the title of one of the documents, so that the example fits what was indexed.
async fn show_example(instance: &Instance, collection: &CollectionName) -> Result<()> {
    let ctx = CallContext::new(Instance::admin_principal());
    let page = instance.engine().documents(&ctx, collection, &PageRequest::try_new(EXAMPLES)?).await?;
    let mut titles: Vec<String> = page.items.into_iter().map(|document| document.title).collect();
    titles.sort_by_key(|title| std::cmp::Reverse(title.split_whitespace().count().min(6)));
    for title in titles {
        let Ok(query) = SearchQuery::literal(title.clone(), 1) else { continue };
        let query = query.in_collections(vec![collection.clone()])?;
        // A title of stop words alone cannot be searched; the next one can.
        let Ok(answer) = instance.engine().search(&ctx, query).await else { continue };
        if let Some(hit) = answer.hits.into_iter().next() {
            render::example(&title, &ragstone_api::search::Hit::from(hit));
            return Ok(());
        }
    }
    Ok(())
}
