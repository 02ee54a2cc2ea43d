//! Every choice survives, forms of every version are read for ever, and others are refused with advice.

use ragstone_core::saved_search::SavedSearchEntry;
use ragstone_core::{SavedSearchName, Timestamp};

use super::*;

fn stored(query: &str, form: &str) -> StoredSearch {
    let entry = SavedSearchEntry {
        name: SavedSearchName::try_new("a").expect("valid"),
        description: String::new(),
        query: query.to_owned(),
        saved_by: "ann".to_owned(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    };
    StoredSearch { entry, form: form.to_owned() }
}

fn plain() -> SearchDefinition {
    SearchDefinition {
        text: "terns".to_owned(),
        collections: Vec::new(),
        filter: None,
        limit: 10,
        mode: SearchMode::Hybrid,
        detail: Detail::Passages,
        options: SearchOptions::default(),
        is_explained: false,
        facets: Vec::new(),
    }
}

fn full() -> SearchDefinition {
    SearchDefinition {
        text: "the \"arctic tern\" -gull".to_owned(),
        collections: vec![CollectionName::try_new("birds").expect("valid")],
        filter: Some("metadata.year >= 2020".to_owned()),
        limit: 3,
        mode: SearchMode::Keyword,
        detail: Detail::Snippets,
        options: SearchOptions {
            min_score: Some(0.1),
            per_document: Some(2),
            diversity: Some(0.3),
            half_life_days: Some(30.5),
            source_weights: vec![SourceWeight { prefix: "file:///a\"\\/".to_owned(), weight: 0.7 }],
            fusion: FusionMethod::ReciprocalRank,
            accuracy: Accuracy::Exact,
            weight: Some(0.45),
            is_reranked: true,
            typo_tolerance: Some(false),
        },
        is_explained: true,
        facets: vec![FacetField::Tag, FacetField::Metadata("year".to_owned())],
    }
}

/// As the first version wrote it; this line never changes.
const FULL_1: &str = r#"{"version":1,"collections":["birds"],"filter":"metadata.year >= 2020","limit":3,"mode":"keyword","detail":"snippets","min_score":0.1,"per_document":2,"diversity":0.3,"half_life_days":30.5,"source_weights":[["file:///a\"\\/",0.7]],"fusion":"reciprocal_rank","accuracy":"exact","weight":0.45,"is_reranked":true,"typo_tolerance":false,"is_explained":true,"facets":["tag","metadata.year"]}"#;

#[test]
fn every_choice_survives() {
    for search in [plain(), full()] {
        let form = write(&search).expect("is written");
        assert_eq!(read(&stored(&search.text, &form)).expect("is read"), search);
    }
}

#[test]
fn the_first_form_is_read_for_ever() {
    assert_eq!(read(&stored(&full().text, FULL_1)).expect("is read"), full());
    assert_eq!(write(&full()).expect("is written"), FULL_1);
}

#[test]
fn other_forms_are_refused_with_advice() {
    let newer = FULL_1.replace("\"version\":1", "\"version\":2");
    let richer = FULL_1.replace("\"limit\":3", "\"limit\":3,\"rewritten\":true");
    let other_choice = FULL_1.replace("\"keyword\"", "\"graph\"");
    let other_facet = FULL_1.replace("\"tag\"", "\"colour\"");
    for form in ["", "{}", "null", "terns", &newer, &richer, &other_choice, &other_facet] {
        let error = read(&stored("terns", form)).expect_err(form);
        assert_eq!(error.kind(), ErrorKind::FailedPrecondition, "{form}");
        assert!(error.help().is_some_and(|help| help.contains("save the search again")), "{form}");
    }
}
