//! `export` and `import`: the whole catalog as a file, to move an instance to other stores or to keep it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_compression::tokio::bufread::GzipDecoder;
use async_compression::tokio::write::GzipEncoder;
use ragstone_catalog::Transferred;
use ragstone_core::{CallContext, Error, ErrorKind, Result, SystemClock};
use tokio::io::{BufReader, BufWriter};

use crate::cli::Place;
use crate::config::{self, Config};
use crate::data_dir::{DataDir, DataLock};
use crate::render;
use crate::stores::OpenCatalog;

/// Writes the catalog to a new file; a file that exists is left alone.
pub(crate) async fn export(place: &Place, file: &Path) -> Result<()> {
    let (config, dir, _lock) = find(place, "export")?;
    let catalog = OpenCatalog::open(&config.catalog, &dir, Arc::new(SystemClock)).await?;
    let outcome = write(&catalog, file).await;
    catalog.close().await;
    render::done(&format!("exported {} to {}", counted(outcome?), file.display()));
    Ok(())
}

/// Fills an empty catalog from a file.
pub(crate) async fn import(place: &Place, file: &Path) -> Result<()> {
    let (config, dir, _lock) = find(place, "import")?;
    let catalog = OpenCatalog::open_any(&config.catalog, &dir, Arc::new(SystemClock)).await?;
    let outcome = read(&catalog, file).await;
    catalog.close().await;
    let done = outcome?;
    dir.forget_catalog_id()?;
    render::done(&format!("imported {}; the index is built at the next start", counted(done)));
    Ok(())
}

/// A catalog in the data directory is taken for this process alone. One on a server need not be: its own
/// transactions keep an export whole, and an import out of a catalog that is used.
fn find(place: &Place, command: &str) -> Result<(Config, DataDir, Option<DataLock>)> {
    let config: Config = config::load(place.config.as_deref())?;
    let dir = DataDir::open(place.data_dir.as_deref())?;
    let lock = match config.catalog.database()? {
        Some(_) => None,
        None => Some(dir.lock(command).map_err(crate::data_dir::LockFailure::into_error)?),
    };
    Ok((config, dir, lock))
}

/// Writes beside the file and renames at the end, so that half an export never looks like a whole one.
async fn write(catalog: &OpenCatalog, file: &Path) -> Result<Transferred> {
    if file.exists() {
        return Err(Error::new(ErrorKind::AlreadyExists, "the file exists")
            .with_context("file", file.display())
            .with_help("name a new file, or remove this one"));
    }
    let part = beside(file);
    let outcome = write_part(catalog, &part).await;
    let outcome = match outcome {
        Ok(done) => tokio::fs::rename(&part, file).await.map(|()| done).map_err(|error| of_file(file, error)),
        Err(error) => Err(error),
    };
    if outcome.is_err() {
        // What was written is of no use; that it is gone already is fine.
        let _ = tokio::fs::remove_file(&part).await;
    }
    outcome
}

async fn write_part(catalog: &OpenCatalog, part: &Path) -> Result<Transferred> {
    let ctx = CallContext::system();
    let made = tokio::fs::File::options().write(true).create_new(true).open(part).await;
    let file = made.map_err(|error| of_file(part, error))?;
    restrict(&file).await.map_err(|error| of_file(part, error))?;
    let kept = file.try_clone().await.map_err(|error| of_file(part, error))?;
    let done = catalog.export(&ctx, GzipEncoder::new(BufWriter::new(file))).await?;
    kept.sync_all().await.map_err(|error| of_file(part, error))?;
    Ok(done)
}

/// An export holds everything that its owner may read.
#[cfg(unix)]
pub(super) async fn restrict(file: &tokio::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o600)).await
}

#[cfg(not(unix))]
pub(super) async fn restrict(_file: &tokio::fs::File) -> std::io::Result<()> {
    Ok(())
}

async fn read(catalog: &OpenCatalog, file: &Path) -> Result<Transferred> {
    let opened = tokio::fs::File::open(file).await.map_err(|error| of_file(file, error))?;
    let mut decoder = GzipDecoder::new(BufReader::new(opened));
    decoder.multiple_members(true);
    catalog.import(&CallContext::system(), BufReader::new(decoder)).await.map_err(|error| {
        let error = error.with_context("file", file.display());
        if error.kind() == ErrorKind::Unavailable && error.help().is_none() {
            return error.with_help("the file must be one that `ragstone export` wrote, whole and unchanged");
        }
        error
    })
}

pub(super) fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    file.with_file_name(name)
}

pub(super) fn of_file(file: &Path, source: std::io::Error) -> Error {
    let kind = match source.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        std::io::ErrorKind::AlreadyExists => ErrorKind::AlreadyExists,
        _ => ErrorKind::FailedPrecondition,
    };
    Error::new(kind, "cannot use the file").with_context("file", file.display()).with_source(source)
}

fn counted(done: Transferred) -> String {
    format!("{} documents in {} rows", done.documents, done.rows)
}
