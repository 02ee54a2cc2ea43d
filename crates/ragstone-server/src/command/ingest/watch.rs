//! `ingest --watch`: goes on until it is told to stop.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use ragstone_api::ingest::IngestReport;
use ragstone_core::Result;
use ragstone_core::port::BoxFuture;
use ragstone_core::request::PathReading;
use tokio::time::Instant;

use super::{Ingestion, Wait, roots};
use crate::cli::{IngestArgs, Place};
use crate::following::{CommitFollower, FileFollower, Ingest, News, RESCAN};
use crate::render;
use crate::session::Session;
use crate::signals::Signals;

/// Ingests, and then whatever changes; ends with a signal and says what was done.
pub(super) async fn run(place: &Place, args: IngestArgs, paths: Vec<PathBuf>) -> Result<ExitCode> {
    let signals = Signals::listen()?;
    let session = Session::open(place, "ingest", &roots(&args, &paths)?).await?;
    let start = Instant::now();
    let is_json = args.output.json;
    let watching =
        Watching { ingestion: Ingestion { session: &session, args: &args }, done: Mutex::default(), is_json };
    let outcome = tokio::select! {
        ended = watching.follow(paths) => {
            let Err(error) = ended;
            Err(error)
        }
        () = signals.stop() => Ok(()),
    };
    let done = watching.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    session.finish(outcome).await?;
    let sentence = done.sentence(start.elapsed().as_secs());
    if is_json {
        render::note(&sentence);
    } else {
        render::done(&sentence);
    }
    Ok(ExitCode::SUCCESS)
}

/// What has been done up to now.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    created: u64,
    updated: u64,
    deleted: u64,
    failed: u64,
    passes: u64,
}

impl Done {
    fn add(&mut self, report: &IngestReport) {
        self.created += report.created;
        self.updated += report.updated;
        self.deleted += report.deleted;
        self.failed += report.failed_total;
        self.passes += 1;
    }

    fn sentence(&self, seconds: u64) -> String {
        let Self { created, updated, deleted, failed, passes } = self;
        format!(
            "watched for {seconds} s and looked {passes} times: {created} new, {updated} changed, {deleted} deleted, \
             {failed} failed"
        )
    }
}

struct Watching<'a> {
    ingestion: Ingestion<'a>,
    done: Mutex<Done>,
    is_json: bool,
}

impl Watching<'_> {
    async fn follow(&self, paths: Vec<PathBuf>) -> Result<Infallible> {
        let tell = |news: News<'_>| self.tell(&news);
        let args = self.ingestion.args;
        // Watched before the first ingest, so that nothing that changes meanwhile is missed.
        if args.git {
            let reference = args.git_ref.clone();
            let follower = CommitFollower::start(paths.clone(), reference.clone()).await?;
            self.first(paths, PathReading::Commit(reference)).await?;
            follower.follow(self, &tell).await
        } else {
            let follower = FileFollower::start(paths.clone(), RESCAN).await?;
            self.first(paths, PathReading::All).await?;
            follower.follow(self, &tell).await
        }
    }

    async fn first(&self, paths: Vec<PathBuf>, reading: PathReading) -> Result<()> {
        let report = self.ingestion.ingest(&paths, reading, Wait::Everything).await?;
        self.show(&report, true);
        render::note("watching; Ctrl-C ends it");
        Ok(())
    }

    fn show(&self, report: &IngestReport, is_first: bool) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).add(report);
        let is_news = report.created + report.updated + report.deleted + report.failed_total > 0;
        if !is_news && !is_first {
            return;
        }
        if !self.is_json {
            render::ingest_report(report);
        } else if let Err(error) = render::json_line(report) {
            render::warning("cannot show a report:", &crate::exit::report(&error));
        }
    }

    fn tell(&self, news: &News<'_>) {
        match news {
            News::Ingested(report) => self.show(report, false),
            News::Vanished(path) => render::warning(
                "held:",
                &format!("{} is not there; its documents are kept until it returns", path.display()),
            ),
            News::Returned(path) => render::note(&format!("{} is there again", path.display())),
            News::Failed(error) => {
                render::warning("cannot ingest, and tries again:", &crate::exit::report(error));
            }
            News::Unwatched(error) => render::warning(
                "some folders are not watched, and are looked at once in an hour:",
                &crate::exit::report(error),
            ),
        }
    }
}

impl Ingest for Watching<'_> {
    fn ingest(&self, paths: Vec<PathBuf>, reading: PathReading) -> BoxFuture<'_, Result<IngestReport>> {
        Box::pin(async move { self.ingestion.ingest(&paths, reading, Wait::Keywords).await })
    }
}
