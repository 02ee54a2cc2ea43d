//! The file: a header, a line for each document, and an end with a hash of all that stands before it.

use std::path::{Path, PathBuf};

use async_compression::tokio::bufread::GzipDecoder;
use async_compression::tokio::write::GzipEncoder;
use ragstone_api::archive::ArchivedDocument;
use ragstone_api::collection::{Collection, CreateCollectionRequest};
use ragstone_core::{Digest, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter};

use super::wrong;
use crate::command::transfer::{beside, of_file, restrict};

const FORMAT: &str = "ragstone-collection";
const VERSION: u32 = 1;
/// Longest line: a document of a gibibyte, with what was computed for it.
const LONGEST_LINE: u64 = 4 << 30;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    version: u32,
    collection: CreateCollectionRequest,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    documents: u64,
    blake3: String,
}

/// The hash of lines: of each line, and of all hashes before it.
#[derive(Default)]
struct Chain(Option<Digest>);

impl Chain {
    fn add(&mut self, line: &[u8]) {
        let before = self.0.map_or([0; 32], |digest| *digest.as_bytes());
        let own = Digest::of(line);
        self.0 = Some(Digest::of(&[before, *own.as_bytes()].concat()));
    }

    fn to_hex(&self) -> String {
        self.0.map(|digest| digest.to_string()).unwrap_or_default()
    }
}

// ---- Writing ----

/// A file that is being written beside its name; it gets the name when it is whole.
pub(super) struct Writer {
    path: PathBuf,
    part: PathBuf,
    kept: File,
    sink: GzipEncoder<BufWriter<File>>,
    chain: Chain,
    documents: u64,
}

impl Writer {
    pub(super) async fn create(path: &Path, collection: &Collection) -> Result<Self> {
        if path.exists() {
            return Err(Error::new(ErrorKind::AlreadyExists, "the file exists")
                .with_context("file", path.display())
                .with_help("name a new file, or remove this one"));
        }
        let part = beside(path);
        let made = File::options().write(true).create(true).truncate(true).open(&part).await;
        let file = made.map_err(|error| of_file(&part, error))?;
        restrict(&file).await.map_err(|error| of_file(&part, error))?;
        let kept = file.try_clone().await.map_err(|error| of_file(&part, error))?;
        let sink = GzipEncoder::new(BufWriter::new(file));
        let (chain, documents) = (Chain::default(), 0);
        let mut writer = Self { path: path.to_owned(), part, kept, sink, chain, documents };
        let collection = CreateCollectionRequest {
            name: collection.name.clone(),
            description: collection.description.clone(),
            keyword: collection.keyword,
        };
        writer.line(&Header { format: FORMAT.to_owned(), version: VERSION, collection }).await?;
        Ok(writer)
    }

    pub(super) async fn document(&mut self, document: &ArchivedDocument) -> Result<()> {
        self.documents += 1;
        self.line(document).await
    }

    /// Writes the end, makes the file durable and gives it its name; the number of documents.
    pub(super) async fn finish(mut self) -> Result<u64> {
        let end = End { documents: self.documents, blake3: self.chain.to_hex() };
        self.line(&end).await?;
        let path = &self.path;
        self.sink.shutdown().await.map_err(|error| of_file(path, error))?;
        self.kept.sync_all().await.map_err(|error| of_file(path, error))?;
        tokio::fs::rename(&self.part, path).await.map_err(|error| of_file(path, error))?;
        Ok(self.documents)
    }

    async fn line(&mut self, value: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(value).map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot write a line of the archive").with_source(source)
        })?;
        line.push(b'\n');
        self.chain.add(&line);
        self.sink.write_all(&line).await.map_err(|error| of_file(&self.path, error))
    }
}

// ---- Reading ----

/// Reads a file to its end and checks every line; what its collection was.
pub(super) async fn check(path: &Path) -> Result<CreateCollectionRequest> {
    let mut reader = Reader::open(path).await?;
    let mut documents = 0_u64;
    loop {
        let part = reader.part(1 << 20, 1000).await?;
        if part.is_empty() {
            break;
        }
        documents += part.len() as u64;
    }
    let end = reader.end.ok_or_else(|| wrong(path, "ends too early"))?;
    if end.documents != documents {
        return Err(wrong(path, "lacks documents"));
    }
    Ok(reader.collection)
}

/// A file that is being read.
pub(super) struct Reader {
    path: PathBuf,
    source: BufReader<GzipDecoder<BufReader<File>>>,
    chain: Chain,
    collection: CreateCollectionRequest,
    end: Option<End>,
}

impl Reader {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).await.map_err(|error| of_file(path, error))?;
        let mut decoder = GzipDecoder::new(BufReader::new(file));
        decoder.multiple_members(true);
        let (mut source, mut chain) = (BufReader::new(decoder), Chain::default());
        let line = line(path, &mut source).await?;
        let header: Header = serde_json::from_slice(&line)
            .map_err(|source| wrong(path, "is no archive of a collection").with_source(source))?;
        if header.format != FORMAT || header.version != VERSION {
            return Err(wrong(path, "is no archive of a collection that this version knows"));
        }
        chain.add(&line);
        Ok(Self { path: path.to_owned(), source, chain, collection: header.collection, end: None })
    }

    /// The next documents, up to so many bytes and so many of them; none at the end, which is checked.
    pub(super) async fn part(&mut self, bytes: usize, most: usize) -> Result<Vec<ArchivedDocument>> {
        let (mut documents, mut held) = (Vec::new(), 0);
        while self.end.is_none() && documents.len() < most && held < bytes {
            let line = line(&self.path, &mut self.source).await?;
            if line.starts_with(br#"{"documents""#) {
                self.end = Some(self.checked_end(&line).await?);
                break;
            }
            let document = serde_json::from_slice(&line)
                .map_err(|source| wrong(&self.path, "has a line that is no document").with_source(source))?;
            self.chain.add(&line);
            held += line.len();
            documents.push(document);
        }
        Ok(documents)
    }

    async fn checked_end(&mut self, line: &[u8]) -> Result<End> {
        let end: End = serde_json::from_slice(line)
            .map_err(|source| wrong(&self.path, "has an end that cannot be read").with_source(source))?;
        if end.blake3 != self.chain.to_hex() {
            return Err(wrong(&self.path, "was changed"));
        }
        let rest = self.source.fill_buf().await.map_err(|error| of_file(&self.path, error))?;
        if rest.is_empty() { Ok(end) } else { Err(wrong(&self.path, "goes on behind its end")) }
    }
}

async fn line(path: &Path, source: &mut BufReader<GzipDecoder<BufReader<File>>>) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    let read = source.take(LONGEST_LINE).read_until(b'\n', &mut line).await;
    match read {
        Ok(_) if line.last() == Some(&b'\n') => Ok(line),
        Ok(_) => Err(wrong(path, "ends too early")),
        Err(source) => Err(wrong(path, "cannot be unpacked").with_source(source)),
    }
}
