//! The form in which work is kept in a job, apart from the domain.
//!
//! A form carries a number. Whoever changes what is written gives it the next one, and goes on reading the others.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ragstone_core::job::{JobKey, JobKind, Lane};
use ragstone_core::metadata::Metadata;
use ragstone_core::request::{IngestDocument, IngestPaths, PathReading};
use ragstone_core::{
    AccessList, CallContext, CollectionName, Digest, Error, ErrorKind, Principal, Result, Scope, TenantId,
};
use serde::{Deserialize, Serialize};

/// Number of the form that is written of what the first version knew, so that it can still do such work.
const VERSION: u32 = 1;
/// Number of the form that knows of places, commits and empty folders.
const WITH_READING: u32 = 2;
const PATHS: &str = "ingest.paths";
pub(crate) const DOCUMENT: &str = "ingest.document";

/// Every kind.
pub(super) const KINDS: [&str; 2] = [PATHS, DOCUMENT];

/// What a job does.
pub(crate) enum Work {
    Paths(IngestPaths),
    Document(IngestDocument),
}

/// A job that is not yet asked for.
pub(crate) struct Draft {
    pub(crate) kind: JobKind,
    pub(crate) lane: Lane,
    pub(crate) key: Option<JobKey>,
    pub(crate) payload: String,
    pub(crate) attachment: Vec<u8>,
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
        #[serde(default, skip_serializing_if = "KeptReading::is_all")]
        reading: KeptReading,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_empty_allowed: bool,
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

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum KeptReading {
    #[default]
    All,
    Places(BTreeSet<PathBuf>),
    Commit(Option<String>),
}

impl KeptReading {
    const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

impl From<PathReading> for KeptReading {
    fn from(reading: PathReading) -> Self {
        match reading {
            PathReading::All => Self::All,
            PathReading::Places(places) => Self::Places(places),
            PathReading::Commit(reference) => Self::Commit(reference),
        }
    }
}

impl From<KeptReading> for PathReading {
    fn from(kept: KeptReading) -> Self {
        match kept {
            KeptReading::All => Self::All,
            KeptReading::Places(places) => Self::Places(places),
            KeptReading::Commit(reference) => Self::Commit(reference),
        }
    }
}

/// Writes work that the caller asks for.
pub(crate) fn write(ctx: &CallContext, work: Work) -> Result<Draft> {
    let principal = ctx.principal();
    let asked_by = AskedBy {
        name: principal.name().to_owned(),
        scope: principal.scope(),
        groups: principal.groups().clone(),
    };
    let version = match &work {
        Work::Paths(paths) if paths.reading != PathReading::All || paths.is_empty_allowed => WITH_READING,
        Work::Paths(_) | Work::Document(_) => VERSION,
    };
    let (kind, lane, attachment, work) = match work {
        Work::Paths(IngestPaths { collection, paths, reading, is_empty_allowed, tags, metadata, access }) => {
            let reading = reading.into();
            let kept =
                KeptWork::Paths { collection, paths, reading, is_empty_allowed, tags, metadata, access };
            (PATHS, Lane::Bulk, Vec::new(), kept)
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
    let payload = serde_json::to_string(&Form { version, asked_by, work })
        .map_err(|error| Error::invalid("paths", "must be Unicode").with_source(error))?;
    // Documents of one id follow each other and may differ; an ingest of paths looks at what lies there when it runs.
    let key = (kind == PATHS).then(|| JobKey::try_new(Digest::of(payload.as_bytes()).to_string()));
    Ok(Draft { kind: JobKind::try_new(kind)?, lane, key: key.transpose()?, payload, attachment })
}

/// Reads work, and on whose behalf it is done; `FailedPrecondition` where another version wrote it.
pub(crate) fn read(payload: &str, tenant: &TenantId, bytes: Vec<u8>) -> Result<(Principal, Work)> {
    let Numbered { version } = serde_json::from_str(payload).map_err(unreadable)?;
    if !matches!(version, VERSION | WITH_READING) {
        return Err(unreadable(format!("form {version}")));
    }
    let Form { asked_by, work, .. } = serde_json::from_str(payload).map_err(unreadable)?;
    let principal =
        Principal::new(asked_by.name, tenant.clone(), asked_by.scope).with_groups(asked_by.groups);
    let work = match work {
        KeptWork::Paths { collection, paths, reading, is_empty_allowed, tags, metadata, access } => {
            let reading = reading.into();
            Work::Paths(IngestPaths { collection, paths, reading, is_empty_allowed, tags, metadata, access })
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
        for payload in ["{\"version\":2}", "{\"version\":3}", "{}", "x", "{\"version\":1}"] {
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
        let Work::Paths(read) = work else { panic!("is an ingest of paths") };
        assert_eq!(read.paths, [PathBuf::from("/srv/a")]);
        assert_eq!((&read.reading, read.is_empty_allowed), (&PathReading::All, false));
        let ctx = CallContext::new(Principal::new("ann", TenantId::default(), Scope::Write));
        let again = write(&ctx, Work::Paths(read)).expect("written").payload;
        assert!(again.contains("\"version\":1") && !again.contains("reading"), "{again}");
    }

    #[test]
    fn commits_and_places_are_kept_in_a_form_that_the_first_version_refuses() {
        let ctx = CallContext::new(Principal::new("ann", TenantId::default(), Scope::Write));
        let places = PathReading::Places([PathBuf::from("/srv/a/b")].into());
        for reading in [PathReading::Commit(Some("v1".to_owned())), PathReading::Commit(None), places] {
            let asked = IngestPaths {
                collection: CollectionName::default(),
                paths: vec![PathBuf::from("/srv/a")],
                reading,
                is_empty_allowed: true,
                tags: BTreeSet::new(),
                metadata: Metadata::default(),
                access: AccessList::OPEN,
            };
            let payload = write(&ctx, Work::Paths(asked.clone())).expect("written").payload;
            assert!(payload.contains("\"version\":2"), "{payload}");
            let (_, work) = read(&payload, &TenantId::default(), Vec::new()).expect("read");
            assert!(matches!(work, Work::Paths(read) if read == asked));
        }
    }
}
