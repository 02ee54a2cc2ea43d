//! `searches`: keeps, lists, shows, runs and deletes saved searches.

use ragstone_api::saved_search::{
    RunSearchRequest, SaveSearchRequest, SavedSearch, SavedSearchEntry, SavedSearchPage,
};
use ragstone_api::search::SearchResponse;
use ragstone_core::{Result, SavedSearchName};

use crate::cli::{Place, SaveArgs, SearchesCommand};
use crate::command::search::request;
use crate::render;
use crate::session::Session;

/// Runs one of the words of `searches`.
pub(crate) async fn run(place: &Place, words: SearchesCommand) -> Result<()> {
    let session = Session::open(place, "searches", &[]).await?;
    let outcome = act(&session, words).await;
    session.finish(outcome).await
}

async fn act(session: &Session, words: SearchesCommand) -> Result<()> {
    match words {
        SearchesCommand::Save(args) => save(session, *args).await,
        SearchesCommand::List(output) => {
            let searches = all(session).await?;
            if output.json { render::json(&searches) } else { render::saved_searches(&searches) }
        }
        SearchesCommand::Show { name, output } => {
            let saved = read(session, &name).await?;
            if output.json { render::json(&saved) } else { render::saved_search(&saved) }
        }
        SearchesCommand::Run { name, limit, output } => {
            session.catch_up().await?;
            let saved = read(session, &name).await?;
            let request = RunSearchRequest { limit, min_sequence: None };
            let answer: SearchResponse =
                session.client.post(&format!("/searches/{name}/run"), &request).await?;
            if output.json { render::json(&answer) } else { render::hits(&answer, saved.search.detail) }
        }
        SearchesCommand::Delete { name, yes } => {
            render::confirm(&format!("delete the saved search {name}"), yes)?;
            let () = session.client.delete(&format!("/searches/{name}")).await?;
            render::done(&format!("deleted {name}"));
            Ok(())
        }
    }
}

async fn save(session: &Session, args: SaveArgs) -> Result<()> {
    let SaveArgs { name, search, description } = args;
    let is_json = search.output.json;
    let request = SaveSearchRequest { description, search: request(search) };
    let saved: SavedSearchEntry = session.client.put(&format!("/searches/{name}"), &request).await?;
    if is_json {
        return render::json(&saved);
    }
    render::done(&format!("saved {name}"));
    Ok(())
}

async fn read(session: &Session, name: &SavedSearchName) -> Result<SavedSearch> {
    session.client.get(&format!("/searches/{name}")).await
}

async fn all(session: &Session) -> Result<Vec<SavedSearchEntry>> {
    let open = |page: SavedSearchPage| (page.searches, page.next_cursor);
    session.client.list("/searches", open).await
}
