//! Tests of the error value and its code table.

use std::collections::BTreeSet;

use super::*;

#[test]
fn reasons_and_json_rpc_codes_are_distinct() {
    let reasons: BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| kind.codes().reason).collect();
    let json_rpc: BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| kind.codes().json_rpc).collect();
    assert_eq!((reasons.len(), json_rpc.len()), (ErrorKind::ALL.len(), ErrorKind::ALL.len()));
}

#[test]
fn json_rpc_codes_avoid_the_reserved_range() {
    for kind in ErrorKind::ALL {
        let code = kind.codes().json_rpc;
        let standard = matches!(code, -32602 | -32603);
        assert!(standard || !(-32768..=-32000).contains(&code), "{kind}: {code}");
    }
}

#[test]
fn client_faults_are_the_4xx_and_unsupported() {
    for kind in ErrorKind::ALL {
        let http = kind.codes().http;
        assert_eq!(kind.is_client_fault(), http < 500 || http == 501, "{kind}");
    }
}

#[test]
fn reasons_round_trip() {
    for kind in ErrorKind::ALL {
        assert_eq!(ErrorKind::from_reason(kind.codes().reason), Some(kind));
    }
    assert_eq!(ErrorKind::from_reason("of_a_newer_version"), None);
}

#[test]
fn server_faults_show_the_caller_nothing_but_their_title() {
    let error = Error::new(ErrorKind::Unexpected, "cannot open /secret/path")
        .with_context("path", "/secret/path")
        .with_detail("token=hunter2")
        .with_source(std::io::Error::other("hunter2"));
    assert_eq!(error.public_message(), "internal error");
    assert!(error.to_string().contains("hunter2"));
}

#[test]
fn detail_and_source_of_a_client_fault_stay_private() {
    let error = Error::new(ErrorKind::NotFound, "cannot find collection")
        .with_context("collection", "books")
        .with_detail("private detail");
    assert_eq!(error.public_message(), "cannot find collection (collection=books)");
}

#[test]
fn the_innermost_operation_stays() {
    let error = Error::new(ErrorKind::Corrupt, "m").with_operation("inner").with_operation("outer");
    assert_eq!(error.operation(), "inner");
}

#[test]
fn exhausted_retries_are_not_retried_by_an_outer_layer() {
    assert!(!Error::new(ErrorKind::Unavailable, "m").with_retry(Retry::Exhausted).retry().is_allowed());
}
