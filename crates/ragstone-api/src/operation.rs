//! The table of operations: what every transport offers, and the scope each operation needs.

use ragstone_core::Scope;

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Stable name: an area and a verb.
    pub name: &'static str,
    /// Scope that the token must carry.
    pub scope: Scope,
    /// Whether the same call again changes nothing more.
    pub is_idempotent: bool,
    /// Whether it changes nothing at all.
    pub is_read_only: bool,
    /// Whether it removes something for good.
    pub is_destructive: bool,
    /// What it does, for people and agents.
    pub summary: &'static str,
}

/// Every operation, by name.
pub const OPERATIONS: &[Operation] = &[
    read("citations.verify", "Checks whether a cited text still stands where the citation says"),
    write("collections.create", "Creates a collection").fails_again(),
    Operation {
        scope: Scope::Admin,
        ..write("collections.delete", "Deletes a collection with all its documents").destroys()
    },
    admin(
        "collections.drop_generation",
        "Drops vectors and index of a model that does not answer for a collection",
    )
    .destroys()
    .fails_again(),
    Operation {
        is_read_only: true,
        ..admin("collections.export", "Reads a part of a collection with all that was computed for it")
    },
    admin("collections.import", "Stores documents that were exported from a collection"),
    read("collections.list", "Lists the collections"),
    admin("collections.migrate", "Builds vectors of another model for a collection, and then answers by it"),
    read("collections.read", "Shows a collection and how much it holds"),
    admin("collections.read_migration", "Shows the models of a collection and how far a migration has come"),
    admin("collections.switch_generation", "Lets another generation of a collection answer").fails_again(),
    read("context", "Packs the passages that answer a question into a budget of tokens, with citations"),
    write("documents.delete", "Deletes a document, which can be brought back for some time").destroys(),
    write("documents.diff", "Says what changed between two versions of a document").changes_nothing(),
    read("documents.duplicates", "Lists groups of documents that say the same or nearly so"),
    read("documents.list", "Lists the documents of a collection"),
    write("documents.list_deleted", "Lists the deleted documents that can be brought back").changes_nothing(),
    write("documents.list_versions", "Lists the versions of a document that are kept").changes_nothing(),
    admin("documents.purge", "Deletes a document for good, with all its versions").destroys().fails_again(),
    write("documents.put", "Stores a text as a document, or a new version of it"),
    read("documents.read", "Shows a document without its text"),
    read("documents.read_text", "Reads a part of the text of a document"),
    write("documents.read_version", "Reads a part of the text of a version of a document").changes_nothing(),
    write("documents.restore", "Brings back an earlier version of a document, or a deleted document"),
    read("documents.similar", "Finds the documents that are most like a document"),
    read("graphs.algorithms", "Lists the algorithms and generators of graphs with what they answer and cost"),
    read("graphs.analyze", "Runs an algorithm on a graph"),
    write("graphs.annotate", "Runs an algorithm on a graph and writes its answer to the nodes"),
    write("graphs.change", "Adds, changes or removes nodes, edges and attributes of a graph"),
    write("graphs.create", "Creates a graph: empty, generated, or made of other graphs").fails_again(),
    write("graphs.delete", "Deletes a graph with all that it holds").destroys().fails_again(),
    read("graphs.draw", "Draws a graph"),
    read("graphs.export", "Writes a graph as a file"),
    write("graphs.import", "Makes a graph of a file").fails_again(),
    read("graphs.list", "Lists the graphs"),
    read("graphs.query", "Looks at nodes, edges or neighbours in a graph"),
    read("graphs.read", "Shows a graph and how much it holds"),
    write("graphs.rename", "Gives a graph another name").fails_again(),
    read("graphs.schema", "Says what nodes and edges of a graph are like"),
    write("ingest.paths", "Brings a collection in line with files and folders of the server's machine"),
    write("jobs.cancel", "Calls a job off, and keeps what it has stored"),
    write("jobs.events", "Tells of a job, and of each change of it, until it ends").changes_nothing(),
    write("jobs.ingest_paths", "Asks for an ingest of files and folders in the background"),
    write("jobs.list", "Lists the jobs, the newest first").changes_nothing(),
    write("jobs.read", "Shows a job and how far what it brings has come, or waits for that")
        .changes_nothing(),
    write("jobs.retry", "Queues a dead job again").fails_again(),
    write("jobs.upload", "Takes a document with its original bytes and ingests it in the background"),
    read("passages.read", "Reads a passage with its citation"),
    read("search", "Finds the passages that answer a question, with citations"),
    read("search.facets", "Counts the documents that have each value of some fields"),
    read("search.suggest", "Completes the last word of a query, and tells how it may have been meant"),
    write("searches.delete", "Deletes a saved search").destroys(),
    read("searches.list", "Lists the saved searches"),
    read("searches.read", "Shows a saved search with everything that it asks"),
    read("searches.run", "Runs a saved search with the rights of the caller"),
    write("searches.save", "Keeps a search under a name, in place of the one that has it"),
    read("status.read", "Shows how far indexing has come"),
    write("uploads.append", "Stores what follows behind what has come of an upload").fails_again(),
    write("uploads.begin", "Begins an upload of a document in parts, which is ingested once it is whole"),
    write("uploads.delete", "Forgets an upload with what has come").destroys(),
    write("uploads.read", "Tells how far an upload is").changes_nothing(),
];

/// Finds an operation by its name.
pub fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

const fn read(name: &'static str, summary: &'static str) -> Operation {
    let scope = Scope::Read;
    Operation { name, scope, is_idempotent: true, is_read_only: true, is_destructive: false, summary }
}

const fn write(name: &'static str, summary: &'static str) -> Operation {
    Operation { scope: Scope::Write, is_read_only: false, ..read(name, summary) }
}

const fn admin(name: &'static str, summary: &'static str) -> Operation {
    Operation { scope: Scope::Admin, is_read_only: false, ..read(name, summary) }
}

impl Operation {
    const fn destroys(mut self) -> Self {
        self.is_destructive = true;
        self
    }

    const fn changes_nothing(mut self) -> Self {
        self.is_read_only = true;
        self
    }

    const fn fails_again(mut self) -> Self {
        self.is_idempotent = false;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_sorted() {
        assert!(OPERATIONS.is_sorted_by(|left, right| left.name < right.name));
    }

    #[test]
    fn what_destroys_needs_more_than_read() {
        for operation in OPERATIONS.iter().filter(|operation| operation.is_destructive) {
            assert!(operation.scope > Scope::Read, "{}", operation.name);
        }
    }
}
