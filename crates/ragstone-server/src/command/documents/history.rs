//! The words about earlier versions.

use ragstone_api::document::Deletion;
use ragstone_api::history::{RestoreRequest, StoredVersion, VersionDiff, VersionPage};
use ragstone_api::ingest::{Effect, WriteReceipt};
use ragstone_core::{CollectionName, DocumentId, DocumentVersion, Error, ErrorKind, Result};

use crate::render;
use crate::session::Session;

pub(super) async fn versions(session: &Session, id: DocumentId, as_json: bool) -> Result<()> {
    let versions = listed(session, &format!("/documents/{id}/versions")).await?;
    if as_json { render::json(&versions) } else { render::versions(&versions) }
}

pub(super) async fn deleted(session: &Session, collection: &CollectionName, as_json: bool) -> Result<()> {
    let versions = listed(session, &format!("/collections/{collection}/deleted-documents")).await?;
    if as_json { render::json(&versions) } else { render::versions(&versions) }
}

pub(super) async fn diff(
    session: &Session,
    id: DocumentId,
    (from, to): (DocumentVersion, Option<DocumentVersion>),
    as_json: bool,
) -> Result<()> {
    let to = to.map_or_else(String::new, |to| format!("?to={to}"));
    let diff: VersionDiff = session.client.get(&format!("/documents/{id}/versions/{from}/diff{to}")).await?;
    if as_json { render::json(&diff) } else { render::difference(&diff) }
}

pub(super) async fn restore(
    session: &Session,
    id: DocumentId,
    version: Option<DocumentVersion>,
) -> Result<()> {
    let request = RestoreRequest { version: version.map(|version| version.0) };
    let receipt: WriteReceipt = session.client.post(&format!("/documents/{id}/restore"), &request).await?;
    render::done(&match receipt.effect {
        Effect::Unchanged => format!("nothing to do: version {} is current", receipt.version),
        Effect::Created | Effect::Updated => format!("restored as version {}", receipt.version),
    });
    Ok(())
}

pub(super) async fn purge(session: &Session, id: DocumentId, yes: bool) -> Result<()> {
    let versions = listed(session, &format!("/documents/{id}/versions")).await?;
    let newest =
        versions.first().ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no such document"))?;
    let (title, source) = (&newest.document.title, &newest.document.source);
    render::confirm(&format!("delete {title} ({source}) and all its versions for good"), yes)?;
    let _: Deletion = session.client.post(&format!("/documents/{id}/purge"), &()).await?;
    render::done(&format!("deleted {source} for good"));
    Ok(())
}

async fn listed(session: &Session, path: &str) -> Result<Vec<StoredVersion>> {
    session.client.list(path, |page: VersionPage| (page.versions, page.next_cursor)).await
}
