//! `ingest`: indexes files and folders.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ragstone_api::access::Access;
use ragstone_api::ingest::{IngestPathsRequest, IngestReport};
use ragstone_api::job::Job;
use ragstone_core::metadata::Metadata;
use ragstone_core::{CallContext, Error, ErrorKind, Result, Sequence};

use crate::cli::{IngestArgs, Place};
use crate::exit;
use crate::instance::Instance;
use crate::render::{self, ProgressBar};
use crate::session::Session;

/// Indexes through the running server, or in this process.
pub(crate) async fn run(place: &Place, args: IngestArgs) -> Result<ExitCode> {
    let paths = absolute(&args.paths)?;
    let session = Session::open(place, "ingest", &paths).await?;
    if args.background {
        let job = enqueue(&session, &args, &paths).await;
        let job = session.finish(job).await?;
        if args.output.json {
            render::json(&job)?;
        } else {
            render::job(&job)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let report = ingest(&session, &args, &paths).await;
    let report = session.finish(report).await?;
    if args.output.json {
        render::json(&report)?;
    } else {
        render::ingest_report(&report);
    }
    Ok(exit_code(&report, &paths))
}

fn request(args: &IngestArgs, paths: &[PathBuf]) -> IngestPathsRequest {
    IngestPathsRequest {
        paths: paths.iter().map(|path| path.display().to_string()).collect(),
        tags: args.tags.iter().cloned().collect(),
        metadata: Metadata::default(),
        access: Access {
            allow: args.allow.iter().map(ToString::to_string).collect(),
            deny: args.deny.iter().map(ToString::to_string).collect(),
        },
    }
}

/// Leaves the work to the server that runs, or to the next one.
async fn enqueue(session: &Session, args: &IngestArgs, paths: &[PathBuf]) -> Result<Job> {
    let path = format!("/collections/{}/ingest/jobs", args.collection);
    session.client.post(&path, &request(args, paths)).await
}

async fn ingest(session: &Session, args: &IngestArgs, paths: &[PathBuf]) -> Result<IngestReport> {
    let request = request(args, paths);
    let Some(instance) = &session.local else {
        let path = format!("/collections/{}/ingest", args.collection);
        return session.client.post(&path, &request).await;
    };
    let ctx = CallContext::new(Instance::admin_principal());
    let bar = ProgressBar::new();
    let request = request.into_paths(args.collection.clone())?;
    let report = instance.engine().ingest_paths(&ctx, request, &bar).await?;
    bar.indexing();
    if let Some(Sequence(sequence)) = report.sequence {
        instance.engine().wait_indexed(&ctx, Sequence(sequence)).await?;
        if instance.engine().has_model() {
            bar.embedding();
            instance.engine().wait_embedded(&ctx, Sequence(sequence)).await?;
        }
    }
    bar.finish();
    Ok(IngestReport::from(report))
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
