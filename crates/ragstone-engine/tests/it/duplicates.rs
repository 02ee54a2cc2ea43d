//! Documents that say the same or nearly so are reported, and nothing is done to them.

use ragstone_core::duplicate::{DuplicateGroup, DuplicateThreshold};
use ragstone_core::page::PageRequest;
use ragstone_core::request::IngestText;
use ragstone_core::{AccessList, CallContext, CollectionName, ErrorKind, Principal, Scope, TenantId};

use crate::workbench::{Workbench, note};

/// Prose of so many words of which every tenth after `changed` is another one.
fn prose(changed: usize) -> String {
    let word = |number: usize| {
        if number % 10 == 9 && number / 10 < changed {
            format!("other{number} ")
        } else {
            format!("word{number} ")
        }
    };
    (0..400).map(word).collect()
}

async fn groups(bench: &Workbench, ctx: &CallContext, threshold: Option<f32>) -> Vec<DuplicateGroup> {
    let threshold = threshold.map(|share| DuplicateThreshold::try_new(share).expect("in range"));
    let (name, mut page) = (CollectionName::default(), PageRequest::try_new(1).expect("valid"));
    let mut groups = Vec::new();
    loop {
        let part = bench.engine.duplicate_groups(ctx, &name, threshold, &page).await.expect("lists");
        groups.extend(part.items);
        let Some(next) = part.next else { return groups };
        page = page.after(next);
    }
}

fn named(groups: &[DuplicateGroup]) -> Vec<(&str, Vec<&str>)> {
    groups
        .iter()
        .map(|group| {
            let others = group.duplicates.iter().map(|other| other.source.as_str()).collect();
            (group.source.as_str(), others)
        })
        .collect()
}

#[tokio::test]
async fn a_receipt_names_what_a_document_is_like() {
    let bench = Workbench::new().await;
    assert!(bench.put("first", &prose(0)).await.duplicates.is_empty());
    let near = bench.put("near", &prose(1)).await.duplicates;
    assert_eq!(near.iter().map(|found| found.source.as_str()).collect::<Vec<_>>(), ["text:first"]);
    assert!(near[0].similarity > 0.9 && !near[0].is_exact, "{near:?}");
    let same = bench.put("same", &prose(0)).await.duplicates;
    assert_eq!(
        same.iter().map(|found| found.source.as_str()).collect::<Vec<_>>(),
        ["text:first", "text:near"]
    );
    assert!(same[0].is_exact);
    assert!(bench.put("same", &prose(0)).await.duplicates.is_empty(), "nothing was written");
    assert!(bench.put("unlike", "Bees live in hives.").await.duplicates.is_empty());
}

#[tokio::test]
async fn the_report_of_an_ingest_counts_duplicates() {
    let bench = Workbench::new().await;
    bench.write("a.txt", prose(0));
    bench.write("b.txt", prose(1));
    bench.write("c.txt", "Bees live in hives.");
    let report = bench.ingest_folder().await;
    assert_eq!((report.created, report.duplicates_total), (3, 2), "{report:?}");
    bench.write("d.txt", "Bees live in hives.");
    let report = bench.ingest_folder().await;
    assert_eq!((report.created, report.duplicates_total), (1, 1));
    let found = &report.duplicates[0];
    assert!(found.source.as_str().ends_with("/d.txt") && found.of.source.as_str().ends_with("/c.txt"));
    assert!(found.of.is_exact);
}

#[tokio::test]
async fn groups_are_listed_by_their_first_document() {
    let bench = Workbench::new().await;
    for (id, text) in [
        ("b", prose(0)),
        ("a", prose(1)),
        ("c", prose(0)),
        ("d", prose(20)),
        ("x", "Bees live in hives.".to_owned()),
        ("y", "bees live in HIVES".to_owned()),
        ("z", "Wasps build nests of paper.".to_owned()),
    ] {
        bench.put(id, &text).await;
    }
    let found = groups(&bench, &bench.ctx, None).await;
    assert_eq!(named(&found), [("text:a", vec!["text:b", "text:c"]), ("text:x", vec!["text:y"])]);
    assert_eq!(found[0].total, 2);
    let strict = groups(&bench, &bench.ctx, Some(1.0)).await;
    assert_eq!(named(&strict), [("text:b", vec!["text:c"]), ("text:x", vec!["text:y"])]);
    let absent = CollectionName::try_new("absent").expect("valid");
    let page = PageRequest::try_new(10).expect("valid");
    let missing = bench.engine.duplicate_groups(&bench.ctx, &absent, None, &page).await;
    assert_eq!(missing.map_err(|error| error.kind()).map(|_| ()), Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn nobody_learns_of_documents_that_it_may_not_read() {
    let bench = Workbench::new().await;
    let ann =
        AccessList::try_new(["user:ann".parse().expect("an entry")].into(), [].into()).expect("is small");
    bench.put("open", &prose(0)).await;
    let hidden = IngestText { access: ann, ..note("hidden", &prose(0)) };
    bench.engine.ingest_text(&bench.ctx, hidden).await.expect("is stored");
    let bob = CallContext::new(Principal::new("bob", TenantId::default(), Scope::Write));
    assert!(groups(&bench, &bob, None).await.is_empty());
    let put = bench.engine.ingest_text(&bob, note("mine", &prose(0))).await.expect("is stored");
    let found: Vec<_> = put.duplicates.iter().map(|found| found.source.as_str()).collect();
    assert_eq!(found, ["text:open"]);
    assert_eq!(
        named(&groups(&bench, &bench.ctx, None).await),
        [("text:hidden", vec!["text:mine", "text:open"])]
    );
}

#[tokio::test]
async fn what_nobody_may_read_does_not_stand_in_the_way_of_others() {
    let bench = Workbench::new().await;
    let ann =
        AccessList::try_new(["user:ann".parse().expect("an entry")].into(), [].into()).expect("is small");
    for number in 0..100 {
        let hidden = IngestText { access: ann.clone(), ..note(&format!("hidden{number}"), &prose(0)) };
        bench.engine.ingest_text(&bench.ctx, hidden).await.expect("is stored");
    }
    bench.put("open", &prose(0)).await;
    let bob = CallContext::new(Principal::new("bob", TenantId::default(), Scope::Write));
    let put = bench.engine.ingest_text(&bob, note("mine", &prose(0))).await.expect("is stored");
    let found: Vec<_> = put.duplicates.iter().map(|found| found.source.as_str()).collect();
    assert_eq!(found, ["text:open"]);
}
