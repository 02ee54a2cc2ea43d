//! What is there after a crash, after damage, and after an orderly end.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ragstone_core::index::{IndexHit, IndexOperation, IndexSchema, IndexState};
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{ErrorKind, Reader, Sequence, SourceUri};
use ragstone_index_edge::EdgeIndex;
use tempfile::TempDir;

use crate::sample::{GENERATION, ctx, document, open, query, replace, target};

const FLUSHED: IndexState =
    IndexState { generation: GENERATION, schema: IndexSchema { dense: None }, checkpoint: Sequence(5) };

fn first() -> Vec<IndexOperation> {
    (1..=30).map(|number| replace(number, 1, &[&[1, 2], &[2, 3], &[40]])).collect()
}

fn second() -> Vec<IndexOperation> {
    let removed = (1..=5).map(|number| IndexOperation::Remove { document: document(number) });
    let shorter = (6..=15).map(|number| replace(number, 2, &[&[1, 3]]));
    let fresh = (31..=40).map(|number| replace(number, 1, &[&[1], &[2]]));
    removed.chain(shorter).chain(fresh).collect()
}

async fn hits(index: &EdgeIndex) -> Vec<IndexHit> {
    index.search(&ctx(), &query(&target(1), &[1, 2, 3])).await.expect("searches")
}

/// What a process leaves that ends between two instructions: the files as they are, nothing closed.
fn crash_image(root: &Path) -> TempDir {
    let image = TempDir::new().expect("a directory");
    copy(root, image.path());
    image
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes");
    for entry in fs::read_dir(from).expect("reads").flatten() {
        let (source, copied) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &copied);
        } else {
            fs::copy(source, copied).expect("copies");
        }
    }
}

async fn written() -> (TempDir, EdgeIndex) {
    let root = TempDir::new().expect("a directory");
    let index = open(root.path());
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.apply(&ctx(), &target(1), first()).await.expect("applies");
    index.flush(&ctx(), &target(1), FLUSHED.checkpoint).await.expect("flushes");
    (root, index)
}

/// Files that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if entry.is_dir() {
            found.extend(holding(&entry, bytes));
        } else if fs::read(&entry).is_ok_and(|held| held.windows(bytes.len()).any(|window| window == bytes)) {
            found.push(entry);
        }
    }
    found
}

/// The document with a source that nothing else has.
fn marked(number: u128, source: &[u8]) -> IndexOperation {
    let mut operation = replace(number, 1, &[&[1, 2], &[2, 50]]);
    if let IndexOperation::Replace { attributes, .. } = &mut operation {
        attributes.source = SourceUri::try_new(String::from_utf8_lossy(source)).expect("a source");
    }
    operation
}

async fn until_no_file_holds(root: &Path, bytes: &[u8]) {
    for _ in 0..600 {
        if holding(root, bytes).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(holding(root, bytes), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn what_was_erased_leaves_the_files_also_after_a_crash() {
    const ONE: &[u8] = b"file:///quetzalcoatl.md";
    const OTHER: &[u8] = b"file:///xolotl.md";
    let (root, index) = written().await;
    let untouched = hits(&index).await;
    let apply = async |operations| index.apply(&ctx(), &target(1), operations).await;
    apply(vec![marked(41, ONE), marked(42, OTHER)]).await.expect("applies");
    apply(vec![IndexOperation::Remove { document: document(42) }]).await.expect("applies");
    index.flush(&ctx(), &target(1), FLUSHED.checkpoint).await.expect("flushes");
    assert!(!holding(root.path(), ONE).is_empty(), "the scan finds what is there");
    assert!(!holding(root.path(), OTHER).is_empty(), "what was removed stays for a while");

    // A process that ended when it had noted the task.
    let image = crash_image(root.path());
    let state = holding(image.path(), b"\"checkpoint\"").pop().expect("a state");
    fs::write(state.with_file_name("erasing"), b"").expect("writes");
    let recovered = open(image.path());
    assert_eq!(recovered.state(&ctx(), &target(1)).await.expect("asks"), Some(FLUSHED));
    until_no_file_holds(image.path(), OTHER).await;
    assert!(!holding(image.path(), ONE).is_empty(), "what was not removed stays");

    apply(vec![IndexOperation::Erase { document: document(41) }]).await.expect("applies");
    for source in [ONE, OTHER] {
        until_no_file_holds(root.path(), source).await;
    }
    assert_eq!(hits(&index).await, untouched);
    apply(second()).await.expect("writes go on");
    index.close(&ctx()).await.expect("closes");
    assert_eq!(
        open(root.path()).count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"),
        75
    );
}

#[tokio::test]
async fn after_a_crash_replay_gives_the_same_answers() {
    let (root, index) = written().await;
    index.apply(&ctx(), &target(1), second()).await.expect("applies");
    let expected = hits(&index).await;
    let image = crash_image(root.path());
    let recovered = open(image.path());
    assert_eq!(recovered.state(&ctx(), &target(1)).await.expect("asks"), Some(FLUSHED));
    recovered.apply(&ctx(), &target(1), second()).await.expect("applies");
    assert_eq!(hits(&recovered).await, expected);
    assert_eq!(recovered.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 75);
}

#[tokio::test]
async fn a_crash_after_a_flush_loses_nothing() {
    let (root, index) = written().await;
    let expected = hits(&index).await;
    let image = crash_image(root.path());
    assert_eq!(hits(&open(image.path())).await, expected);
}

#[tokio::test]
async fn dropping_without_a_flush_keeps_the_old_checkpoint() {
    let (root, index) = written().await;
    index.apply(&ctx(), &target(1), second()).await.expect("applies");
    let expected = hits(&index).await;
    drop(index);
    let index = open(root.path());
    assert_eq!(index.state(&ctx(), &target(1)).await.expect("asks"), Some(FLUSHED));
    index.apply(&ctx(), &target(1), second()).await.expect("applies");
    assert_eq!(hits(&index).await, expected);
}

#[tokio::test]
async fn closing_and_opening_keeps_answers() {
    let (root, index) = written().await;
    index.apply(&ctx(), &target(1), second()).await.expect("applies");
    let expected = hits(&index).await;
    index.flush(&ctx(), &target(1), Sequence(9)).await.expect("flushes");
    index.close(&ctx()).await.expect("closes");
    let index = open(root.path());
    let state = index.state(&ctx(), &target(1)).await.expect("asks");
    assert_eq!(state.map(|state| state.checkpoint), Some(Sequence(9)));
    assert_eq!(hits(&index).await, expected);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("reads").flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

/// Damages a closed index and opens it: refused as corrupt, and mended by making it anew.
async fn refused(damage: impl FnOnce(&Path)) {
    let (root, index) = written().await;
    index.close(&ctx()).await.expect("closes");
    damage(root.path());
    let index = open(root.path());
    let error = index.state(&ctx(), &target(1)).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert!(error.help().is_some());
    let error = index.search(&ctx(), &query(&target(1), &[1])).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("mends");
    index.apply(&ctx(), &target(1), first()).await.expect("applies");
    assert_eq!(index.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 90);
}

#[tokio::test]
async fn a_garbled_state_is_corrupt() {
    refused(|root| garble(root, "state.json")).await;
}

/// So that an index of an older version is made anew by itself.
#[tokio::test]
async fn an_older_form_is_corrupt() {
    refused(|root| {
        let state = files(root).into_iter().find(|path| path.ends_with("state.json")).expect("a file");
        let text = fs::read_to_string(&state).expect("reads").replace("\"format\":3", "\"format\":2");
        assert!(text.contains("\"format\":2"), "{text}");
        fs::write(state, text).expect("writes");
    })
    .await;
}

#[tokio::test]
async fn a_garbled_segment_is_corrupt() {
    refused(|root| garble(root, "segment.json")).await;
}

#[tokio::test]
async fn a_garbled_shard_configuration_is_corrupt() {
    refused(|root| garble(root, "edge_config.json")).await;
}

#[tokio::test]
async fn a_lost_segment_is_corrupt() {
    refused(|root| {
        let state = files(root).into_iter().find(|path| path.ends_with("segment.json")).expect("a segment");
        fs::remove_dir_all(state.parent().expect("a folder")).expect("removes");
    })
    .await;
}

fn garble(root: &Path, name: &str) {
    let path = files(root).into_iter().find(|path| path.ends_with(name)).expect("a file");
    fs::write(path, b"{ damaged").expect("writes");
}

#[tokio::test]
async fn a_target_whose_making_was_cut_short_does_not_exist() {
    let (root, index) = written().await;
    index.close(&ctx()).await.expect("closes");
    let state = files(root.path()).into_iter().find(|path| path.ends_with("state.json")).expect("a file");
    fs::remove_file(state).expect("removes");
    let index = open(root.path());
    assert_eq!(index.state(&ctx(), &target(1)).await.expect("asks"), None);
    assert!(index.targets(&ctx()).await.expect("lists").is_empty());
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
}
