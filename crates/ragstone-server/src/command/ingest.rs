//! `ingest`: indexes files, folders, archives and repositories.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ragstone_api::access::Access;
use ragstone_api::ingest::{GitCommit, IngestPathsRequest, IngestReport};
use ragstone_api::job::Job;
use ragstone_api::job_options::IngestJobRequest;
use ragstone_core::metadata::Metadata;
use ragstone_core::request::PathReading;
use ragstone_core::{CallContext, Error, ErrorKind, Result, Sequence};
use ragstone_sources::Repository;

use crate::cli::{IngestArgs, Place};
use crate::exit;
use crate::instance::Instance;
use crate::render::{self, ProgressBar};
use crate::session::Session;

mod watch;

/// Indexes through the running server, or in this process.
pub(crate) async fn run(place: &Place, args: IngestArgs) -> Result<ExitCode> {
    let paths = absolute(&args.paths)?;
    if args.watch {
        return Box::pin(watch::run(place, args, paths)).await;
    }
    let session = Session::open(place, "ingest", &roots(&args, &paths)?).await?;
    let ingestion = Ingestion { session: &session, args: &args };
    if args.background {
        let job = ingestion.enqueue(&paths).await;
        let job = session.finish(job).await?;
        if args.output.json {
            render::json(&job)?;
        } else {
            render::job(&job)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let report = ingestion.ingest(&paths, reading(&args), Wait::Everything).await;
    let report = session.finish(report).await?;
    if args.output.json {
        render::json(&report)?;
    } else {
        render::ingest_report(&report);
    }
    Ok(exit_code(&report, &paths))
}

/// What the command may read where it does the work itself: the paths, and whatever the repositories among them read.
fn roots(args: &IngestArgs, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut roots = paths.to_vec();
    if args.git {
        for path in paths {
            roots.extend(Repository::open(path)?.parts()?);
        }
    }
    Ok(roots)
}

/// What of the paths is looked at.
fn reading(args: &IngestArgs) -> PathReading {
    if args.git { PathReading::Commit(args.git_ref.clone()) } else { PathReading::All }
}

/// What an ingest in this process waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// That what was stored is found by its words.
    Keywords,
    /// That it is found by its meaning, too.
    Everything,
}

/// An ingest as the arguments ask for it.
#[derive(Clone, Copy)]
struct Ingestion<'a> {
    session: &'a Session,
    args: &'a IngestArgs,
}

impl Ingestion<'_> {
    fn request(&self, paths: &[PathBuf], reading: PathReading) -> IngestPathsRequest {
        let text = |path: &PathBuf| path.display().to_string();
        let (places, git) = match reading {
            PathReading::All => (BTreeSet::new(), None),
            PathReading::Places(places) => (places.iter().map(text).collect(), None),
            PathReading::Commit(reference) => (BTreeSet::new(), Some(GitCommit { reference })),
        };
        let args = self.args;
        IngestPathsRequest {
            paths: paths.iter().map(text).collect(),
            places,
            git,
            allow_empty: args.allow_empty,
            tags: args.tags.iter().cloned().collect(),
            metadata: Metadata::default(),
            access: Access {
                allow: args.allow.iter().map(ToString::to_string).collect(),
                deny: args.deny.iter().map(ToString::to_string).collect(),
            },
        }
    }

    /// Leaves the work to the server that runs, or to the next one.
    async fn enqueue(&self, paths: &[PathBuf]) -> Result<Job> {
        let path = format!("/collections/{}/ingest/jobs", self.args.collection);
        let IngestPathsRequest { paths, places, git, allow_empty, tags, metadata, access } =
            self.request(paths, reading(self.args));
        let when = &self.args.when;
        let request = IngestJobRequest {
            paths,
            places,
            git,
            allow_empty,
            tags,
            metadata,
            access,
            lane: when.lane.clone(),
            priority: when.priority,
            delay_seconds: when.delay,
            every_seconds: when.every,
        };
        self.session.client.post_once(&path, &request, when.idempotency_key.as_deref()).await
    }

    async fn ingest(&self, paths: &[PathBuf], reading: PathReading, wait: Wait) -> Result<IngestReport> {
        let (session, collection) = (self.session, &self.args.collection);
        let request = self.request(paths, reading);
        let Some(instance) = &session.local else {
            let path = format!("/collections/{collection}/ingest");
            return session.client.post(&path, &request).await;
        };
        let ctx = CallContext::new(Instance::admin_principal());
        let bar = ProgressBar::new();
        let request = request.into_paths(collection.clone())?;
        let report = instance.engine().ingest_paths(&ctx, request, &bar).await?;
        bar.indexing();
        if let Some(Sequence(sequence)) = report.sequence {
            instance.engine().wait_indexed(&ctx, Sequence(sequence)).await?;
            if wait == Wait::Everything && instance.engine().has_model() {
                bar.embedding();
                instance.engine().wait_embedded(&ctx, Sequence(sequence)).await?;
            }
        }
        bar.finish();
        Ok(IngestReport::from(report))
    }
}

/// Makes paths absolute, so that a server with another working folder finds them.
pub(crate) fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    paths
        .iter()
        .map(|path| {
            path.canonicalize().map_err(|source| {
                let kind = match source.kind() {
                    std::io::ErrorKind::NotFound => ErrorKind::NotFound,
                    std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
                    _ => ErrorKind::InvalidArgument,
                };
                Error::new(kind, "cannot read the path")
                    .with_context("path", path.display())
                    .with_context("cause", source)
            })
        })
        .collect()
}

/// A file that was named must be stored; a binary file met in a folder is only reported.
fn exit_code(report: &IngestReport, named: &[PathBuf]) -> ExitCode {
    let is_named = |path: &str| named.iter().any(|named| named == Path::new(path));
    let kind = |reason: &str| ErrorKind::from_reason(reason).unwrap_or(ErrorKind::Unexpected);
    report
        .failed
        .iter()
        .filter(|failure| is_named(&failure.path) || kind(&failure.reason) != ErrorKind::UnsupportedMedia)
        .map(|failure| exit::code(kind(&failure.reason)))
        .next()
        .map_or(ExitCode::SUCCESS, ExitCode::from)
}
