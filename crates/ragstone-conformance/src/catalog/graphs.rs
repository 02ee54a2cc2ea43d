//! Named graphs: names, versions, logs and snapshots.

use ragstone_core::error::ErrorKind::{
    AlreadyExists, Conflict, FailedPrecondition, InvalidArgument, NotFound, TooLarge,
};
use ragstone_core::error::Result;
use ragstone_core::graph::{
    GraphEntry, GraphKind, GraphVersion, MAX_DESCRIPTION_LEN, MAX_GRAPHS, MAX_MARK_LEN, MAX_PART_LEN,
    MAX_PARTS_READ, NewContent, NewGraph, NewPart, PartPlace, StoredPart,
};
use ragstone_core::page::PageRequest;
use ragstone_core::{GraphId, GraphName};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::law::{abandon, assert_refused};
use crate::{CatalogDriver, CatalogFixture, Verdict};

fn name(name: &str) -> GraphName {
    GraphName::try_new(name).expect("is a name")
}

fn id(number: u128) -> GraphId {
    GraphId::from_uuid(Uuid::from_u128(number))
}

fn new(of: &str, number: u128) -> NewGraph {
    let kind = GraphKind { is_directed: true, is_multigraph: false };
    NewGraph {
        id: id(number),
        name: name(of),
        description: format!("é \"what\" 'for'; -- {of}"),
        kind,
        content: None,
    }
}

fn part(bytes: &[u8]) -> NewPart {
    NewPart { bytes: bytes.to_vec(), nodes: 2, edges: 1, mark: None }
}

impl CatalogDriver {
    async fn new_graph(&self, of: &str, number: u128) -> GraphEntry {
        self.catalog.create_graph(&self.ctx, new(of, number)).await.expect("creates a graph")
    }

    async fn append(&self, graph: &GraphEntry, base: u64, part: NewPart) -> Result<GraphEntry> {
        self.catalog.append_to_graph(&self.ctx, graph.id, GraphVersion(base), part).await
    }

    /// Appends parts of one byte each, the number of its version.
    async fn grown(&self, graph: &GraphEntry, versions: std::ops::Range<u8>) -> GraphEntry {
        let mut entry = graph.clone();
        for version in versions {
            let part = part(&[version]);
            entry = self.append(graph, u64::from(version) - 1, part).await.expect("appends");
        }
        entry
    }

    async fn found_graph(&self, of: &str) -> GraphEntry {
        self.catalog.graph(&self.ctx, &name(of)).await.expect("finds a graph")
    }

    /// All parts, read so many at a time.
    async fn graph_log(&self, graph: GraphId, limit: u32) -> Vec<StoredPart> {
        let (mut log, mut after) = (Vec::new(), None);
        loop {
            let read = self.catalog.graph_parts(&self.ctx, graph, after, limit).await.expect("reads parts");
            assert!(read.len() <= limit as usize, "no more parts than asked for");
            let Some(last) = read.last() else { return log };
            after = Some(last.place);
            log.extend(read);
        }
    }

    async fn graph_names(&self, size: u32) -> Vec<String> {
        let mut page = PageRequest::try_new(size).expect("valid");
        let mut names = Vec::new();
        loop {
            let listed = self.catalog.graphs(&self.ctx, &page).await.expect("lists graphs");
            assert!(listed.items.len() <= size as usize, "a page has its size at most");
            names.extend(listed.items.into_iter().map(|entry| String::from(entry.name)));
            let Some(next) = listed.next else { return names };
            page = page.after(next);
        }
    }

    async fn compact(&self, graph: GraphId, through: u64, snapshot: &[&[u8]]) -> Result<()> {
        let snapshot = snapshot.iter().map(|bytes| bytes.to_vec()).collect();
        self.catalog.compact_graph(&self.ctx, graph, GraphVersion(through), snapshot).await
    }
}

fn place(version: u64, block: u32) -> PartPlace {
    PartPlace { version: GraphVersion(version), block }
}

/// A graph is found by its name, as it was given and empty.
pub async fn created_graph_is_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture).as_reader("ann", &[]);
    let given = new("birds", 1);
    let entry = driver.new_graph("birds", 1).await;
    assert_eq!(driver.found_graph("birds").await, entry);
    assert_eq!((entry.id, &entry.name, &entry.description), (given.id, &given.name, &given.description));
    assert_eq!((entry.kind, entry.version, entry.nodes, entry.edges), (given.kind, GraphVersion(0), 0, 0));
    assert_eq!((entry.log_len, &entry.mark, entry.created_by.as_str()), (0, &None, "ann"));
    assert_eq!(entry.created_at, entry.updated_at);
    assert!(driver.graph_log(entry.id, 1).await.is_empty());
    let kind = GraphKind { is_directed: false, is_multigraph: true };
    let other = NewGraph { kind, ..new("fish", 2) };
    assert_eq!(driver.catalog.create_graph(&driver.ctx, other).await.expect("creates").kind, kind);
    let content = NewContent { parts: vec![b"ab".to_vec(), b"c".to_vec()], nodes: 5, edges: 4 };
    let full = NewGraph { content: Some(content), ..new("flocks", 3) };
    let full = driver.catalog.create_graph(&driver.ctx, full).await.expect("creates");
    assert_eq!(driver.found_graph("flocks").await, full);
    assert_eq!((full.version, full.nodes, full.edges, full.log_len), (GraphVersion(1), 5, 4, 3));
    let log = driver.graph_log(full.id, 1).await;
    let log: Vec<_> =
        log.iter().map(|part| (part.place.version.0, part.place.block, part.is_snapshot)).collect();
    assert_eq!(log, [(1, 0, true), (1, 1, true)]);
    let changed = driver.append(&full, 1, part(b"d")).await.expect("appends");
    assert_eq!((changed.version, driver.graph_log(full.id, 9).await.len()), (GraphVersion(2), 3));
}

/// A name is taken while a graph has it; what fails its check is refused, and so is a graph that is not there.
pub async fn bad_and_missing_graphs_are_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    driver.new_graph("birds", 1).await;
    let twice = driver.catalog.create_graph(&driver.ctx, new("birds", 2)).await;
    assert_refused(twice, AlreadyExists, "a name that is taken");
    for description in ["x".repeat(MAX_DESCRIPTION_LEN + 1), "\0".to_owned()] {
        let bad = NewGraph { description, ..new("fish", 3) };
        assert_refused(driver.catalog.create_graph(&driver.ctx, bad).await, InvalidArgument, "a description");
    }
    let empty = NewGraph { content: Some(NewContent::default()), ..new("fish", 3) };
    assert_refused(
        driver.catalog.create_graph(&driver.ctx, empty).await,
        InvalidArgument,
        "content of no part",
    );
    assert_refused(driver.catalog.graph(&driver.ctx, &name("fish")).await, NotFound, "a missing graph");
    assert_refused(driver.catalog.delete_graph(&driver.ctx, &name("fish")).await, NotFound, "its deletion");
    let renamed = driver.catalog.rename_graph(&driver.ctx, &name("fish"), &name("bats")).await;
    assert_refused(renamed, NotFound, "its new name");
    assert_refused(driver.catalog.graph_parts(&driver.ctx, id(9), None, 1).await, NotFound, "its parts");
    assert_refused(driver.compact(id(9), 0, &[b"a"]).await, NotFound, "its snapshot");
    let appended = driver.catalog.append_to_graph(&driver.ctx, id(9), GraphVersion(0), part(b"a")).await;
    assert_refused(appended, NotFound, "its growth");
    assert_eq!(driver.graph_names(10).await, ["birds"]);
}

/// Graphs come by name in pages, and an `after` key need not exist.
pub async fn graphs_are_listed_by_name_in_pages(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let names = ["0", "a", "a-b", "a0", "a_b", "ab", "b", "z"];
    for (number, name) in (1..).zip(names.iter().rev()) {
        driver.new_graph(name, number).await;
    }
    for size in [1, 3, 8, 9] {
        assert_eq!(driver.graph_names(size).await, names, "pages of {size}");
    }
    let behind = PageRequest::try_new(1).expect("valid").after("aa");
    let listed = driver.catalog.graphs(&driver.ctx, &behind).await.expect("lists");
    assert_eq!(listed.items.first().map(|entry| entry.name.as_str()), Some("ab"), "no such key is needed");
}

/// A graph keeps all but its name; its old name is free.
pub async fn renamed_graph_stays_the_same(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    driver.new_graph("fish", 2).await;
    let before = driver.grown(&birds, 1..3).await;
    let taken = driver.catalog.rename_graph(&driver.ctx, &name("birds"), &name("fish")).await;
    assert_refused(taken, AlreadyExists, "a name that is taken");
    let renamed =
        driver.catalog.rename_graph(&driver.ctx, &name("birds"), &name("bats")).await.expect("renames");
    assert_eq!(renamed, GraphEntry { name: name("bats"), ..before });
    let same = driver.catalog.rename_graph(&driver.ctx, &name("bats"), &name("bats")).await.expect("is fine");
    assert_eq!((same, driver.graph_log(birds.id, 9).await.len()), (driver.found_graph("bats").await, 2));
    driver.new_graph("birds", 3).await;
}

/// A deleted graph is gone with its parts at once, and its name is free for another one.
pub async fn deleted_graph_is_gone(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    driver.grown(&birds, 1..4).await;
    driver.catalog.delete_graph(&driver.ctx, &name("birds")).await.expect("deletes");
    assert_refused(driver.catalog.graph(&driver.ctx, &name("birds")).await, NotFound, "a deleted graph");
    let parts = driver.catalog.graph_parts(&driver.ctx, birds.id, None, 1).await;
    assert_refused(parts, NotFound, "parts of a deleted graph");
    assert_refused(driver.append(&birds, 3, part(b"a")).await, NotFound, "growth of a deleted graph");
    let again = driver.new_graph("birds", 2).await;
    assert_eq!((again.version, driver.graph_log(again.id, 9).await), (GraphVersion(0), Vec::new()));
}

/// Each part makes a version, and parts come in order, read in any number at a time.
pub async fn parts_are_read_in_order(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    let large = vec![7; 300_000];
    driver.append(&birds, 0, part(b"\0a")).await.expect("appends");
    driver.append(&birds, 1, part(&large)).await.expect("appends");
    let last = NewPart { nodes: 5, edges: 6, ..part(b"c") };
    let entry = driver.append(&birds, 2, last).await.expect("appends");
    assert_eq!(driver.found_graph("birds").await, entry);
    assert_eq!((entry.version, entry.nodes, entry.edges), (GraphVersion(3), 5, 6));
    assert_eq!(entry.log_len, 300_003);
    assert!(entry.updated_at >= birds.updated_at);
    let expected = [(1, b"\0a".to_vec()), (2, large), (3, b"c".to_vec())]
        .map(|(version, bytes)| StoredPart { place: place(version, 0), is_snapshot: false, bytes });
    for limit in [1, 2, 3, MAX_PARTS_READ] {
        assert_eq!(driver.graph_log(birds.id, limit).await, expected, "{limit} at a time");
    }
    for limit in [0, MAX_PARTS_READ + 1] {
        let read = driver.catalog.graph_parts(&driver.ctx, birds.id, None, limit).await;
        assert_refused(read, InvalidArgument, "a number of parts out of range");
    }
}

/// A change to another version than the last is a conflict and changes nothing; of many that change the same, one does.
pub async fn change_of_an_old_version_is_a_conflict(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    let entry = driver.grown(&birds, 1..3).await;
    for base in [0, 1, 3, u64::from(u32::MAX)] {
        assert_refused(driver.append(&birds, base, part(b"x")).await, Conflict, "another version");
    }
    assert_eq!((driver.found_graph("birds").await, driver.graph_log(birds.id, 9).await.len()), (entry, 2));
    let mut writers = JoinSet::new();
    for number in 0..16_u8 {
        let (driver, birds) = (driver.clone(), birds.clone());
        writers.spawn(async move { driver.append(&birds, 2, part(&[number])).await.is_ok() });
    }
    let written = writers.join_all().await.into_iter().filter(|is_written| *is_written).count();
    assert_eq!((written, driver.graph_log(birds.id, 9).await.len()), (1, 3));
}

/// What fails its check is refused, and the longest is kept.
pub async fn bad_parts_are_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    let marked = |mark: String| NewPart { mark: Some(mark), ..part(b"a") };
    for (bad, kind, what) in [
        (part(b""), InvalidArgument, "an empty part"),
        (part(&vec![0; MAX_PART_LEN + 1]), TooLarge, "a long part"),
        (marked("x".repeat(MAX_MARK_LEN + 1)), InvalidArgument, "a long mark"),
        (marked("\0".to_owned()), InvalidArgument, "a NUL in a mark"),
    ] {
        assert_refused(driver.append(&birds, 0, bad).await, kind, what);
    }
    assert_refused(driver.compact(birds.id, 0, &[]).await, InvalidArgument, "a snapshot of nothing");
    assert_refused(driver.compact(birds.id, 0, &[b"a", b""]).await, InvalidArgument, "an empty block");
    let longest = NewPart { mark: Some("x".repeat(MAX_MARK_LEN)), ..part(&vec![3; MAX_PART_LEN]) };
    let entry = driver.append(&birds, 0, longest.clone()).await.expect("appends");
    assert_eq!((entry.log_len, entry.mark), (MAX_PART_LEN as u64, longest.mark));
    assert_eq!(driver.graph_log(birds.id, 1).await[0].bytes, longest.bytes);
}

/// A mark is kept with its part, and stays until the next one.
pub async fn mark_stays_until_the_next_one(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    let marked = |mark: &str| NewPart { mark: Some(mark.to_owned()), ..part(b"a") };
    driver.append(&birds, 0, marked("line 1 é")).await.expect("appends");
    driver.append(&birds, 1, part(b"b")).await.expect("appends");
    assert_refused(driver.append(&birds, 0, marked("late")).await, Conflict, "an old version");
    assert_eq!(driver.found_graph("birds").await.mark.as_deref(), Some("line 1 é"));
    let entry = driver.append(&birds, 2, marked("line 9")).await.expect("appends");
    assert_eq!(
        (entry.mark.as_deref(), driver.found_graph("birds").await.mark),
        (Some("line 9"), entry.mark.clone())
    );
}

/// A snapshot stands for all parts up to its version; later ones stay, and so does what the entry says.
pub async fn snapshot_takes_the_place_of_parts(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    let before = driver.grown(&birds, 1..6).await;
    driver.compact(birds.id, 3, &[b"one", b"two", b"three"]).await.expect("compacts");
    let block = |number, bytes: &[u8]| StoredPart {
        place: place(3, number),
        is_snapshot: true,
        bytes: bytes.to_vec(),
    };
    let change = |version: u8| StoredPart {
        place: place(u64::from(version), 0),
        is_snapshot: false,
        bytes: vec![version],
    };
    let expected = [block(0, b"one"), block(1, b"two"), block(2, b"three"), change(4), change(5)];
    for limit in [1, 2, 9] {
        assert_eq!(driver.graph_log(birds.id, limit).await, expected, "{limit} at a time");
    }
    assert_eq!(driver.found_graph("birds").await, GraphEntry { log_len: 13, ..before });
    // Who had read up to version 1 finds the snapshot next; who had read up to 4 finds only what is new.
    let behind = |after| driver.catalog.graph_parts(&driver.ctx, birds.id, Some(after), 9);
    assert_eq!(behind(place(1, 0)).await.expect("reads"), expected);
    assert_eq!(behind(place(4, 0)).await.expect("reads"), expected[4..]);
    driver.compact(birds.id, 5, &[b"all"]).await.expect("compacts again");
    let log = driver.graph_log(birds.id, 9).await;
    assert_eq!((log.len(), log[0].place, log[0].bytes.as_slice()), (1, place(5, 0), &b"all"[..]));
    assert_eq!(driver.append(&birds, 5, part(b"6")).await.expect("appends").version, GraphVersion(6));
}

/// A snapshot of what is not there yet, or of what a later one stands for, is refused and changes nothing.
pub async fn snapshot_out_of_range_is_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    driver.grown(&birds, 1..5).await;
    assert_refused(driver.compact(birds.id, 5, &[b"x"]).await, FailedPrecondition, "a future version");
    driver.compact(birds.id, 3, &[b"three"]).await.expect("compacts");
    assert_refused(driver.compact(birds.id, 2, &[b"x"]).await, FailedPrecondition, "a version that is gone");
    let places: Vec<PartPlace> =
        driver.graph_log(birds.id, 9).await.into_iter().map(|part| part.place).collect();
    assert_eq!(places, [place(3, 0), place(4, 0)]);
    driver.compact(birds.id, 3, &[b"3"]).await.expect("the same version is fine");
    assert_eq!(driver.graph_log(birds.id, 9).await[0].bytes, b"3");
}

/// A tenant has only so many graphs, however many are created at once.
pub async fn tenant_has_only_so_many_graphs(fixture: CatalogFixture) {
    const FREE: u32 = 3;
    let driver = CatalogDriver::new(&fixture);
    for number in FREE..MAX_GRAPHS {
        driver.new_graph(&format!("held-{number}"), u128::from(number)).await;
    }
    let mut creating = JoinSet::new();
    for number in 0..3 * FREE {
        let driver = driver.clone();
        let late = new(&format!("late-{number}"), 10_000 + u128::from(number));
        creating.spawn(async move { driver.catalog.create_graph(&driver.ctx, late).await });
    }
    let (created, refused): (Vec<_>, Vec<_>) = creating.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(created.len(), FREE as usize);
    for result in refused {
        assert_refused(result, FailedPrecondition, "one graph too many");
    }
    driver.as_tenant("second").new_graph("a", 20_000).await;
    driver.catalog.delete_graph(&driver.ctx, &name("held-11")).await.expect("deletes");
    driver.new_graph("held-11", 20_001).await;
}

/// Another tenant neither lists, reads, changes nor deletes a graph, and may use its name.
pub async fn graphs_belong_to_their_tenant(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let birds = owner.new_graph("birds", 1).await;
    let held = owner.grown(&birds, 1..3).await;
    let other = owner.as_tenant("second");
    assert_refused(other.catalog.graph(&other.ctx, &held.name).await, NotFound, "a foreign graph");
    assert_refused(other.append(&birds, 2, part(b"x")).await, NotFound, "growth of a foreign graph");
    let parts = other.catalog.graph_parts(&other.ctx, birds.id, None, 9).await;
    assert_refused(parts, NotFound, "parts of a foreign graph");
    assert_refused(other.compact(birds.id, 2, &[b"x"]).await, NotFound, "a snapshot of a foreign graph");
    let renamed = other.catalog.rename_graph(&other.ctx, &held.name, &name("mine")).await;
    assert_refused(renamed, NotFound, "a new name for a foreign graph");
    assert_refused(other.catalog.delete_graph(&other.ctx, &held.name).await, NotFound, "its deletion");
    assert!(other.graph_names(10).await.is_empty());
    other.new_graph("birds", 2).await;
    other.catalog.delete_graph(&other.ctx, &held.name).await.expect("deletes its own");
    assert_eq!((owner.found_graph("birds").await, owner.graph_log(birds.id, 9).await.len()), (held, 2));
}

/// Graphs take no place in the change feed, and nothing that happens to collections touches them.
pub async fn graphs_are_no_changes(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let collection = driver.create("notes").await;
    let head = driver.head().await;
    let birds = driver.new_graph("birds", 1).await;
    driver.grown(&birds, 1..3).await;
    assert_eq!(driver.head().await, head);
    driver.catalog.delete_collection(&driver.ctx, &collection.name).await.expect("deletes a collection");
    driver.catalog.purge_collection(&driver.ctx, collection.id).await.expect("purges");
    assert_eq!((driver.graph_names(10).await.len(), driver.graph_log(birds.id, 9).await.len()), (1, 2));
}

/// Whenever a writer leaves, its part is there as a whole or not at all.
pub async fn dropped_part_is_all_or_nothing(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    for polls in 0..40 {
        let before = driver.found_graph("birds").await;
        let bytes = vec![u8::try_from(polls % 251).expect("small"); 100_000];
        abandon(driver.append(&birds, before.version.0, part(&bytes)), polls).await;
        // A transaction that has begun ends by itself; the next one waits for it.
        let after = loop {
            let found = driver.found_graph("birds").await;
            match driver.append(&birds, found.version.0, part(b"x")).await {
                Ok(entry) => break entry,
                Err(error) => assert_eq!(error.kind(), Conflict),
            }
        };
        let log = driver.graph_log(birds.id, 16).await;
        assert_eq!(log.len() as u64, after.version.0, "each version has its part");
        assert_eq!(log.iter().map(|part| part.bytes.len() as u64).sum::<u64>(), after.log_len);
        assert!(after.version.0 - before.version.0 <= 2);
    }
}

/// Graphs, their logs and their marks are the same after reopening.
pub async fn graphs_survive_reopening(mut fixture: CatalogFixture) -> Verdict {
    if !fixture.can_reopen() {
        return Verdict::NotApplicable("the catalog cannot be opened again");
    }
    let driver = CatalogDriver::new(&fixture);
    let birds = driver.new_graph("birds", 1).await;
    driver.grown(&birds, 1..4).await;
    driver.compact(birds.id, 2, &[b"a", b"b"]).await.expect("compacts");
    let marked = NewPart { mark: Some("m".to_owned()), ..part(b"4") };
    let held = driver.append(&birds, 3, marked).await.expect("appends");
    let log = driver.graph_log(birds.id, 9).await;
    drop(driver);
    fixture.reopen().await;
    let driver = CatalogDriver::new(&fixture);
    assert_eq!((driver.found_graph("birds").await, driver.graph_log(birds.id, 9).await), (held, log));
    Verdict::Held
}
