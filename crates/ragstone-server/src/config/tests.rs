//! Tests of the configuration.

use ragstone_core::ErrorKind;

use super::*;

#[track_caller]
fn refused(text: &str) -> String {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("ragstone.toml");
    std::fs::write(&file, text).expect("writes");
    let error = load(Some(&file)).expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    error.public_message()
}

#[test]
fn defaults_are_valid() {
    Config::default().check().expect("valid");
}

#[test]
fn unknown_keys_are_refused_with_their_place() {
    assert!(refused("[server]\nbnd = \"127.0.0.1:1\"").contains("bnd"));
    assert!(refused("[sever]\n").contains("sever"));
}

#[test]
fn values_out_of_range_are_refused_with_the_range() {
    assert!(refused("[server]\nmax_connections = 0").contains("from 1 to 100000"));
    assert!(
        refused("[ingest]\nchunk_target_bytes = 5000\nchunk_max_bytes = 1000").contains("chunk_target_bytes")
    );
    assert!(refused("[overload]\nmax_requests = 5").contains("from 1 to 5"));
    assert!(refused("[mcp]\nresult_tokens = 1000000").contains("25000"));
}

#[test]
fn public_address_without_tokens_is_refused() {
    for bind in ["0.0.0.0:7171", "[::]:7171", "192.0.2.1:80"] {
        assert!(refused(&format!("[server]\nbind = \"{bind}\"")).contains("no authentication"));
    }
}

#[test]
fn public_operations_without_a_token_are_refused() {
    for bind in ["0.0.0.0:7172", "[::]:7172", "192.0.2.1:80"] {
        let text = format!("[operations]\nbind = \"{bind}\"");
        assert!(refused(&text).contains("operations.bind"), "{bind}");
    }
    assert!(refused("[operations]\ntoken = \"hunter2\"").contains("operations.token"));
}

#[test]
fn telemetry_out_of_range_is_refused() {
    assert!(refused("[traces]\nsampling_ratio = 1.5").contains("from 0 to 1"));
    assert!(refused("[traces]\nqueue_spans = 1").contains("512"));
    assert!(refused("[log]\nrotation = \"by_size\"").contains("rotation"));
    if !cfg!(feature = "sentry") {
        assert!(refused("[reports]\ndsn = \"http://k@h/1\"").contains("reports.dsn"));
    }
}

#[test]
fn secrets_are_read_and_never_shown() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("ragstone.toml");
    std::fs::write(&file, "[traces.headers]\nx-api-key = \"hunter2\"").expect("writes");
    let config = load(Some(&file)).expect("is valid");
    assert_eq!(config.traces.headers["x-api-key"].expose(), "hunter2");
    let shown = format!("{config:?}{}", toml::to_string(&config).expect("serialises"));
    assert!(shown.contains("x-api-key") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn the_reference_names_every_section_and_key() {
    let text = reference::markdown();
    let defaults = serde_json::to_value(Config::default()).expect("serialises");
    for (name, value) in defaults.as_object().expect("sections") {
        if name == "sources" {
            assert!(text.contains("## `[[sources]]`") && text.contains("| `git_ref` |"), "{text}");
            continue;
        }
        let Some(keys) = value.as_object() else {
            assert!(text.contains(&format!("| `{name}` | `{value}` |")), "{name}");
            continue;
        };
        assert!(text.contains(&format!("## `[{name}]`")), "{name}");
        for key in keys.keys() {
            assert!(text.contains(&format!("| `{key}` |")), "{name}.{key}");
        }
    }
}

#[test]
fn sources_are_read_with_their_defaults_and_checked() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("ragstone.toml");
    let text = "[[sources]]\npath = \"/srv/docs\"\n\n[[sources]]\npath = \"/srv/repo\"\npriority = \"high\"\n\
                git = true\ngit_ref = \"main\"\nwatch = false\ntags = [\"code\"]\ncollection = \"code\"\n";
    std::fs::write(&file, text).expect("writes");
    let config = load(Some(&file)).expect("is valid");
    let [docs, repository] = &*config.sources else { panic!("{:?}", config.sources) };
    assert!(docs.watch && !docs.git && docs.priority > repository.priority);
    assert_eq!((docs.collection.as_str(), repository.collection.as_str()), ("default", "code"));
    let shown = toml::to_string(&config).expect("serialises");
    assert!(shown.contains("[[sources]]") && shown.contains("git_ref = \"main\""), "{shown}");
    assert!(refused("[[sources]]\npath = \"docs\"").contains("absolute"));
    assert!(refused("[[sources]]\npath = \"/srv\"\ngit_ref = \"x\"").contains("git = true"));
    assert!(refused("[[sources]]\npath = \"/srv\"\nrescan_minutes = 0").contains("from 1 to 10080"));
    assert!(refused("[[sources]]\npath = \"/srv\"\npriority = \"urgent\"").contains("urgent"));
}
