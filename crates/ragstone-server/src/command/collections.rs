//! `collections`: lists, creates, migrates and deletes collections.

use ragstone_api::collection::{Analyzer, Collection, CollectionPage, CreateCollectionRequest, Keyword};
use ragstone_api::document::Deletion;
use ragstone_core::Result;

use crate::cli::{AnalyzerArg, CollectionsCommand, Place};
use crate::render;
use crate::session::Session;

mod archive;
mod migrate;

/// Runs one of the words of `collections`.
pub(crate) async fn run(place: &Place, words: CollectionsCommand) -> Result<()> {
    let session = Session::open(place, "collections", &[]).await?;
    let outcome = act(&session, words).await;
    session.finish(outcome).await
}

async fn act(session: &Session, words: CollectionsCommand) -> Result<()> {
    match words {
        CollectionsCommand::List(output) => {
            let collections = all(session).await?;
            if output.json { render::json(&collections) } else { render::collections(&collections) }
        }
        CollectionsCommand::Create { name, description, analyzer, k1, b } => {
            let request = CreateCollectionRequest {
                name: name.to_string(),
                description,
                keyword: keyword(analyzer, k1, b),
            };
            let created: Collection = session.client.post("/collections", &request).await?;
            render::done(&format!("created {}", created.name));
            Ok(())
        }
        CollectionsCommand::Export { name, file } => archive::export(session, &name, &file).await,
        CollectionsCommand::Import { file, name, resume } => {
            archive::import(session, &file, name, resume).await
        }
        CollectionsCommand::Migrate(args) => migrate::run(session, args).await,
        CollectionsCommand::Delete { name, yes } => {
            let collection: Collection = session.client.get(&format!("/collections/{name}")).await?;
            render::confirm(&format!("delete {name} with {} documents", collection.documents), yes)?;
            let _: Deletion = session.client.delete(&format!("/collections/{name}")).await?;
            render::done(&format!("deleted {name}"));
            Ok(())
        }
    }
}

async fn all(session: &Session) -> Result<Vec<Collection>> {
    let open = |page: CollectionPage| (page.collections, page.next_cursor);
    session.client.list("/collections", open).await
}

fn keyword(analyzer: AnalyzerArg, k1: Option<f32>, b: Option<f32>) -> Keyword {
    let default = Keyword::default();
    Keyword {
        analyzer: match analyzer {
            AnalyzerArg::English => Analyzer::English,
            AnalyzerArg::Simple => Analyzer::Simple,
        },
        k1: k1.unwrap_or(default.k1),
        b: b.unwrap_or(default.b),
    }
}
