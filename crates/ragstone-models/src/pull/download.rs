//! One file over HTTP: taken up where it broke off, and compared with its digest.

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use ragstone_core::{Error, ErrorKind, Result};
use reqwest::{Response, StatusCode, header};
use sha2::{Digest as _, Sha256};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use super::{Pull, file_error, on_thread};
use crate::http::{Cut, body, broken, refused};

/// Longest time without a byte.
const STALL: Duration = Duration::from_mins(1);
/// Largest file.
const MOST_BYTES: u64 = 4_000_000_000;
/// Largest listing of an index or a hub.
const MOST_LISTING: usize = 64 << 20;

/// A file to load.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// Name in progress and errors.
    pub(super) name: &'a str,
    pub(super) url: Url,
    /// SHA-256 in lower-case hexadecimal, where it was published.
    pub(super) sha256: Option<String>,
    /// Size, where it was published.
    pub(super) size: Option<u64>,
}

impl Pull {
    /// Loads a file to `path`; one that is there, is whole and has the right digest is not loaded again.
    pub(super) async fn download(&self, wanted: &Wanted<'_>, path: &Path) -> Result<()> {
        if path.exists() && self.check(wanted, path).await.is_ok() {
            return Ok(());
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = Path::new(&partial);
        self.fetch(wanted, partial).await?;
        if let Err(error) = self.check(wanted, partial).await {
            // What is wrong cannot be taken up again.
            fs::remove_file(partial)
                .await
                .map_err(|source| file_error("cannot remove a file", partial, source))?;
            return Err(error);
        }
        fs::rename(partial, path).await.map_err(|source| file_error("cannot rename a file", path, source))
    }

    async fn fetch(&self, wanted: &Wanted<'_>, partial: &Path) -> Result<()> {
        let have = fs::metadata(partial).await.map_or(0, |found| found.len());
        if wanted.size.is_some_and(|size| size == have) {
            return Ok(());
        }
        let request = self.client.get(wanted.url.clone());
        let request =
            if have > 0 { request.header(header::RANGE, format!("bytes={have}-")) } else { request };
        let response = stalled(request.send()).await?.map_err(broken)?;
        let (start, file) = match response.status() {
            StatusCode::PARTIAL_CONTENT if starts_at(&response, have) => {
                (have, OpenOptions::new().append(true).open(partial).await)
            }
            // Nothing is behind what is there: the digest decides whether it is all.
            StatusCode::RANGE_NOT_SATISFIABLE if have > 0 => return Ok(()),
            StatusCode::OK => (0, File::create(partial).await),
            StatusCode::NOT_FOUND => return Err(super::copy::missing(wanted.name)),
            _ => return Err(refused(response).await.with_context("file", wanted.name)),
        };
        let file = file.map_err(|source| file_error("cannot write a download", partial, source))?;
        self.write(wanted, response, start, file, partial).await
    }

    async fn write(
        &self,
        wanted: &Wanted<'_>,
        response: Response,
        start: u64,
        mut file: File,
        partial: &Path,
    ) -> Result<()> {
        let written = self.write_chunks(wanted, response, start, &mut file, partial).await;
        // Also after a failure: what came is where the next attempt goes on.
        let flushed =
            file.flush().await.map_err(|source| file_error("cannot write a download", partial, source));
        written.and(flushed)
    }

    async fn write_chunks(
        &self,
        wanted: &Wanted<'_>,
        mut response: Response,
        start: u64,
        file: &mut File,
        partial: &Path,
    ) -> Result<()> {
        let total = wanted.size.or_else(|| Some(start + response.content_length()?));
        let mut done = start;
        while let Some(chunk) = stalled(response.chunk()).await?.map_err(broken)? {
            done += chunk.len() as u64;
            if done > wanted.size.unwrap_or(MOST_BYTES) {
                let error = Error::new(ErrorKind::Corrupt, "a file is larger than it should be");
                return Err(error.with_context("file", wanted.name));
            }
            let unwritten = |source| file_error("cannot write a download", partial, source);
            file.write_all(&chunk).await.map_err(unwritten)?;
            self.tell(wanted.name, done, total);
        }
        Ok(())
    }

    async fn check(&self, wanted: &Wanted<'_>, path: &Path) -> Result<()> {
        let wrong = |what: &'static str| {
            let error = Error::new(ErrorKind::Corrupt, what).with_context("file", wanted.name);
            error.with_help("pull again; if it fails again, the source is damaged")
        };
        let size = fs::metadata(path)
            .await
            .map_err(|source| file_error("cannot read a download", path, source))?
            .len();
        if wanted.size.is_some_and(|wanted| wanted != size) {
            return Err(wrong("a file has another size than its source says"));
        }
        let Some(expected) = wanted.sha256.clone() else {
            return Ok(());
        };
        let owned = path.to_owned();
        let found = on_thread(move || sha256(&owned)).await?;
        if found == expected { Ok(()) } else { Err(wrong("a file has another digest than its source says")) }
    }

    /// Reads a listing.
    pub(super) async fn listing(&self, url: Url, accept: &'static str) -> Result<(Url, Vec<u8>)> {
        let request = self.client.get(url).header(header::ACCEPT, accept);
        let response = stalled(request.send()).await?.map_err(broken)?;
        let url = response.url().clone();
        match response.status() {
            StatusCode::OK => Ok((url, stalled(body(response, MOST_LISTING, Cut::Refuse)).await??)),
            StatusCode::NOT_FOUND => {
                Err(Error::new(ErrorKind::NotFound, "the source does not have the model"))
            }
            _ => Err(refused(response).await),
        }
    }
}

async fn stalled<T>(work: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(STALL, work)
        .await
        .map_err(|_| Error::new(ErrorKind::Unavailable, "the server sent nothing for a minute"))
}

/// Whether a partial answer is the part that was asked for.
fn starts_at(response: &Response, start: u64) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|range| range.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {start}-")))
}

/// SHA-256 of a file, in lower-case hexadecimal.
pub(super) fn sha256(path: &Path) -> Result<String> {
    let unreadable = |source| file_error("cannot read a download", path, source);
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(unreadable)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        hasher.update(part);
    }
    let mut text = String::new();
    for byte in hasher.finalize() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}
