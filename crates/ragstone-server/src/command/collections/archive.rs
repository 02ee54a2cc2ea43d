//! `collections export` and `collections import`: one collection as a file.

use std::path::Path;

use ragstone_api::archive::{ArchivePage, ImportReceipt, ImportRequest};
use ragstone_api::collection::{Collection, CreateCollectionRequest};
use ragstone_api::ingest::Effect;
use ragstone_core::{CollectionName, Error, ErrorKind, Result};

use self::file::{Reader, Writer};
use crate::render;
use crate::session::Session;

mod file;

/// Bytes of lines that are sent at a time; one longer line still goes alone.
const PART: usize = 4 << 20;
/// Documents that are sent at a time.
const DOCUMENTS: usize = 50;

/// Writes a collection to a new file; a file that exists is left alone.
pub(super) async fn export(session: &Session, name: &CollectionName, path: &Path) -> Result<()> {
    let collection: Collection = session.client.get(&format!("/collections/{name}")).await?;
    let mut writer = Writer::create(path, &collection).await?;
    let mut after = String::new();
    loop {
        let page: ArchivePage =
            session.client.get(&format!("/collections/{name}/archive?page_size=100{after}")).await?;
        for document in &page.documents {
            writer.document(document).await?;
        }
        let Some(cursor) = page.next_cursor else { break };
        after = format!("&cursor={cursor}");
    }
    let documents = writer.finish().await?;
    render::done(&format!("exported {documents} documents of {name} to {}", path.display()));
    Ok(())
}

/// Makes a collection from a file, which is read to its end and checked before anything is stored.
pub(super) async fn import(
    session: &Session,
    path: &Path,
    name: Option<CollectionName>,
    is_resumed: bool,
) -> Result<()> {
    let header = file::check(path).await?;
    let name = name.map_or_else(|| header.name.clone(), |name| name.to_string());
    let request = CreateCollectionRequest { name: name.clone(), ..header };
    let created: Result<Collection> = session.client.post("/collections", &request).await;
    match created {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && is_resumed => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(error.with_help("give another name with `--as`, or go on with `--resume`"));
        }
        outcome => drop(outcome?),
    }
    let (mut reader, mut stored, mut unchanged) = (Reader::open(path).await?, 0, 0);
    loop {
        let documents = reader.part(PART, DOCUMENTS).await?;
        if documents.is_empty() {
            break;
        }
        let request = ImportRequest { documents };
        let receipt: ImportReceipt =
            session.client.put(&format!("/collections/{name}/archive"), &request).await?;
        let same = receipt.documents.iter().filter(|receipt| receipt.effect == Effect::Unchanged).count();
        unchanged += same;
        stored += receipt.documents.len() - same;
    }
    let known = if unchanged == 0 { String::new() } else { format!(", {unchanged} were there already") };
    render::done(&format!("imported {stored} documents into {name}{known}"));
    Ok(())
}

fn wrong(path: &Path, rule: &'static str) -> Error {
    Error::invalid("file", rule)
        .with_context("file", path.display())
        .with_help("the file must be one that `ragstone collections export` wrote, whole and unchanged")
}
