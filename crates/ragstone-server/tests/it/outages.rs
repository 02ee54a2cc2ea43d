//! Stores on servers that misbehave while they are used: every answer comes in time and says what is wrong, the
//! server lives, and once the store is back everything works again with every acknowledged write.
//!
//! PostgreSQL and Redis are real; for Qdrant a stand-in answers unless `RAGSTONE_TEST_QDRANT_URL` names a server.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::http::Http;

mod backends;
mod bad_input;
mod figures;
mod flaps;
mod links;
mod load;
mod processes;
pub(crate) mod site;
mod stand_in;
mod strangers;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";
/// Beginning of the names in Qdrant and Redis.
const PREFIX: &str = "it";
/// Beyond the time of a request, for two busy processors.
const SLACK: Duration = Duration::from_secs(2);
/// How long each fault lasts.
const OUTAGE: Duration = Duration::from_secs(4);
/// How long a store that is back may take to be in use again.
const RECOVERY: Duration = Duration::from_secs(10);

#[expect(clippy::print_stdout, reason = "figures of a passing test are shown with --nocapture")]
fn tell(line: &str) {
    println!("{line}");
}

/// Sources of all documents that the server lists.
fn sources(http: &Http) -> BTreeSet<String> {
    let documents = http.documents("default");
    documents.iter().map(|document| document["source"].as_str().expect("source").to_owned()).collect()
}
