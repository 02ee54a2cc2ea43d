//! `documents`: lists, shows and deletes documents.

use ragstone_api::document::{Deletion, Document, DocumentPage, Passage, TextPart};
use ragstone_api::duplicate::DuplicatePage;
use ragstone_api::similar::SimilarResponse;
use ragstone_core::{CollectionName, DocumentId, Result};

use crate::cli::{DocumentsCommand, Place};
use crate::render;
use crate::session::Session;

mod history;

/// Runs one of the words of `documents`.
pub(crate) async fn run(place: &Place, words: DocumentsCommand) -> Result<()> {
    let session = Session::open(place, "documents", &[]).await?;
    let outcome = match words {
        DocumentsCommand::List { collection, output } => {
            list(&session, collection.as_str(), output.json).await
        }
        DocumentsCommand::Show { document, output } => show(&session, document, output.json).await,
        DocumentsCommand::Passage { chunk, output } => {
            let passage: Result<Passage> = session.client.get(&format!("/passages/{chunk}")).await;
            passage.and_then(
                |passage| if output.json { render::json(&passage) } else { render::passage(&passage) },
            )
        }
        DocumentsCommand::Similar { document, collection, limit, output } => {
            let path = similar_path(&document, collection.as_ref(), limit);
            let similar: Result<SimilarResponse> = session.client.get(&path).await;
            similar.and_then(
                |similar| if output.json { render::json(&similar) } else { render::similar(&similar) },
            )
        }
        DocumentsCommand::Duplicates { collection, threshold, output } => {
            duplicates(&session, collection.as_str(), threshold, output.json).await
        }
        DocumentsCommand::Delete { document, yes } => delete(&session, document, yes).await,
        DocumentsCommand::Versions { document, output } => {
            history::versions(&session, document, output.json).await
        }
        DocumentsCommand::Diff { document, from, to, output } => {
            history::diff(&session, document, (from, to), output.json).await
        }
        DocumentsCommand::Restore { document, version } => {
            history::restore(&session, document, version).await
        }
        DocumentsCommand::Deleted { collection, output } => {
            history::deleted(&session, &collection, output.json).await
        }
        DocumentsCommand::Purge { document, yes } => history::purge(&session, document, yes).await,
    };
    session.finish(outcome).await
}

fn similar_path(document: &str, collection: Option<&CollectionName>, limit: u32) -> String {
    // A form writes a space as a plus sign, which a path does not.
    let document: String = url::form_urlencoded::byte_serialize(document.as_bytes()).collect();
    let document = document.replace('+', "%20");
    let collection = collection.map_or_else(String::new, |collection| format!("&collection={collection}"));
    format!("/documents/{document}/similar?limit={limit}{collection}")
}

async fn duplicates(
    session: &Session,
    collection: &str,
    threshold: Option<f32>,
    as_json: bool,
) -> Result<()> {
    let open = |page: DuplicatePage| (page.groups, page.next_cursor);
    let threshold = threshold.map_or_else(String::new, |share| format!("threshold={share}"));
    let path = format!("/collections/{collection}/duplicates");
    let groups = session.client.list_where(&path, &threshold, open).await?;
    if as_json { render::json(&groups) } else { render::duplicates(&groups) }
}

async fn list(session: &Session, collection: &str, as_json: bool) -> Result<()> {
    let open = |page: DocumentPage| (page.documents, page.next_cursor);
    let documents = session.client.list(&format!("/collections/{collection}/documents"), open).await?;
    if as_json { render::json(&documents) } else { render::documents(&documents) }
}

async fn show(session: &Session, id: DocumentId, as_json: bool) -> Result<()> {
    let document: Document = session.client.get(&format!("/documents/{id}")).await?;
    if as_json {
        return render::json(&document);
    }
    render::document(&document);
    let mut start = Some(0);
    while let Some(at) = start {
        let path = format!("/documents/{id}/text?start={at}&max_len=65536");
        let part: TextPart = session.client.get(&path).await?;
        render::text(&part.text)?;
        start = part.next;
    }
    Ok(())
}

async fn delete(session: &Session, id: DocumentId, yes: bool) -> Result<()> {
    let document: Document = session.client.get(&format!("/documents/{id}")).await?;
    render::confirm(&format!("delete {} ({})", document.title, document.source), yes)?;
    let _: Deletion = session.client.delete(&format!("/documents/{id}")).await?;
    render::done(&format!("deleted {}", document.source));
    Ok(())
}
