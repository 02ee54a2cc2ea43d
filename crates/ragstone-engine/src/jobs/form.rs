//! The form in which work is kept in a job, apart from the domain.
//!
//! A form carries a number. Whoever changes what is written gives it the next one, and goes on reading the others.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ragstone_core::job::{JobKey, JobKind, Lane};
use ragstone_core::metadata::Metadata;
use ragstone_core::request::{IngestDocument, IngestPaths};
use ragstone_core::{
    AccessList, CallContext, CollectionName, Digest, Error, ErrorKind, Principal, Result, Scope, TenantId,
};
use serde::{Deserialize, Serialize};

/// Number of the form that is written.
const VERSION: u32 = 1;
const PATHS: &str = "ingest.paths";
const DOCUMENT: &str = "ingest.document";

/// Every kind.
pub(super) const KINDS: [&str; 2] = [PATHS, DOCUMENT];

/// What a job does.
pub(super) enum Work {
    Paths(IngestPaths),
    Document(IngestDocument),
}

/// A job that is not yet asked for.
pub(super) struct Draft {
    pub(super) kind: JobKind,
    pub(super) lane: Lane,
    pub(super) key: Option<JobKey>,
    pub(super) payload: String,
    pub(super) attachment: Vec<u8>,
}

/// The number alone, whatever else a form holds.
#[derive(Deserialize)]
struct Numbered {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    asked_by: AskedBy,
    work: KeptWork,
}

/// Who asked for it: the job does what that caller may do.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedBy {
    name: String,
    scope: Scope,
    groups: BTreeSet<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum KeptWork {
    Paths {
        collection: CollectionName,
        paths: Vec<PathBuf>,
        tags: BTreeSet<String>,
        metadata: Metadata,
        access: AccessList,
    },
    Document {
        collection: CollectionName,
        external_id: String,
        file_name: Option<String>,
        media_type: Option<String>,
        title: Option<String>,
        tags: BTreeSet<String>,
        metadata: Metadata,
        access: AccessList,
    },
}

/// Writes work that the caller asks for.
pub(super) fn write(ctx: &CallContext, work: Work) -> Result<Draft> {
    let principal = ctx.principal();
    let asked_by = AskedBy {
        name: principal.name().to_owned(),
        scope: principal.scope(),
        groups: principal.groups().clone(),
    };
    let (kind, lane, attachment, work) = match work {
        Work::Paths(IngestPaths { collection, paths, tags, metadata, access }) => {
            (PATHS, Lane::Bulk, Vec::new(), KeptWork::Paths { collection, paths, tags, metadata, access })
        }
        Work::Document(document) => {
            let IngestDocument { collection, external_id, file_name, media_type, title, .. } = document;
            let IngestDocument { tags, metadata, access, bytes, .. } = document;
            let kept = KeptWork::Document {
                collection,
                external_id,
                file_name,
                media_type,
                title,
                tags,
                metadata,
                access,
            };
            (DOCUMENT, Lane::Urgent, bytes, kept)
        }
    };
    let payload = serde_json::to_string(&Form { version: VERSION, asked_by, work })
        .map_err(|error| Error::invalid("paths", "must be Unicode").with_source(error))?;
    // Documents of one id follow each other and may differ; an ingest of paths looks at what lies there when it runs.
    let key = (kind == PATHS).then(|| JobKey::try_new(Digest::of(payload.as_bytes()).to_string()));
    Ok(Draft { kind: JobKind::try_new(kind)?, lane, key: key.transpose()?, payload, attachment })
}

/// Reads work, and on whose behalf it is done; `FailedPrecondition` where another version wrote it.
pub(super) fn read(payload: &str, tenant: &TenantId, bytes: Vec<u8>) -> Result<(Principal, Work)> {
    let Numbered { version } = serde_json::from_str(payload).map_err(unreadable)?;
    if version != VERSION {
        return Err(unreadable(format!("form {version}")));
    }
    let Form { asked_by, work, .. } = serde_json::from_str(payload).map_err(unreadable)?;
    let principal =
        Principal::new(asked_by.name, tenant.clone(), asked_by.scope).with_groups(asked_by.groups);
    let work = match work {
        KeptWork::Paths { collection, paths, tags, metadata, access } => {
            Work::Paths(IngestPaths { collection, paths, tags, metadata, access })
        }
        KeptWork::Document {
            collection,
            external_id,
            file_name,
            media_type,
            title,
            tags,
            metadata,
            access,
        } => Work::Document(IngestDocument {
            collection,
            external_id,
            file_name,
            media_type,
            title,
            tags,
            metadata,
            access,
            bytes,
        }),
    };
    Ok((principal, work))
}

fn unreadable(detail: impl ToString) -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the job was asked for by another version")
        .with_detail(detail.to_string())
        .with_help("let the version that took the job do it, or ask for the work again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> IngestDocument {
        IngestDocument {
            collection: CollectionName::default(),
            external_id: "a".to_owned(),
            file_name: Some("a.md".to_owned()),
            media_type: None,
            title: Some("É".to_owned()),
            tags: ["t".to_owned()].into(),
            metadata: Metadata::default(),
            access: AccessList::OPEN,
            bytes: vec![1, 2],
        }
    }

    #[test]
    fn work_is_read_as_it_was_written() {
        let tenant = TenantId::try_new("acme").expect("valid");
        let asker = Principal::new("ann", tenant.clone(), Scope::Write).with_groups(["g".to_owned()]);
        let draft = write(&CallContext::new(asker.clone()), Work::Document(document())).expect("written");
        assert_eq!((draft.kind.as_str(), &draft.key, &*draft.attachment), (DOCUMENT, &None, &[1, 2][..]));
        let (principal, work) = read(&draft.payload, &tenant, draft.attachment).expect("read");
        assert_eq!(principal, asker);
        assert!(matches!(work, Work::Document(read) if read == document()));
    }

    #[test]
    fn a_form_of_another_version_is_refused() {
        let tenant = TenantId::default();
        for payload in ["{\"version\":2}", "{}", "x", "{\"version\":1}"] {
            let refused = read(payload, &tenant, Vec::new()).map(|_| ());
            assert_eq!(
                refused.map_err(|error| error.kind()),
                Err(ErrorKind::FailedPrecondition),
                "{payload}"
            );
        }
    }

    #[test]
    fn the_form_of_version_1_stays_readable() {
        let kept = r#"{"version":1,"asked_by":{"name":"ann","scope":"write","groups":[]},"work":{"paths":{
            "collection":"default","paths":["/srv/a"],"tags":[],"metadata":{"n":1},
            "access":{"allow":["user:ann"],"deny":[]}}}}"#;
        let (_, work) = read(kept, &TenantId::default(), Vec::new()).expect("read");
        assert!(matches!(work, Work::Paths(paths) if paths.paths == [PathBuf::from("/srv/a")]));
    }
}
