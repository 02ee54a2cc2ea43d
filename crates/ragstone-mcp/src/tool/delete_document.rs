//! The tool `delete_document`, which asks for a confirmation first.

use ragstone_core::report::DocumentOverview;
use ragstone_core::{Digest, DocumentId, DocumentVersion, Error, ErrorKind, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Call, Tool};

pub(super) struct DeleteDocument;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Id of the document: `document` of a citation, or `id` of a listing.
    document: String,
    /// Leave it out in the first call, which deletes nothing and returns the value to give here.
    #[serde(default)]
    confirm: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// `confirmation_required`: nothing was deleted yet. `deleted`: it is gone.
    status: &'static str,
    /// Id of the document.
    document: String,
    /// Version that is, or would be, deleted.
    version: u32,
    /// Title.
    title: String,
    /// Where it comes from, as a URI.
    source: String,
    /// Collection it belongs to.
    collection: String,
    /// Give it as `confirm` to delete this version; left out once it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<String>,
    /// Position of the deletion in the feed of changes; give it as `min_sequence` to search behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
}

impl Tool for DeleteDocument {
    const NAME: &'static str = "delete_document";
    const TITLE: &'static str = "Delete a document";
    const DESCRIPTION: &'static str = "Deletes a document and its passages from the knowledge base; the file it came from \
        stays, and restore_document brings it back for some time. Two calls: the first, without confirm, deletes nothing and returns title, source and a \
        confirm value; show them to the user, and only with their consent call again with that value. A document \
        that changed in between is not deleted.";
    const OPERATION: &'static str = "documents.delete";
    const CHANGES_WITH: Option<&'static str> = Some("confirm");
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let id: DocumentId = input.document.parse()?;
        let overview = call.engine.document(&call.context, id).await?;
        let version = overview.document.version;
        let Some(confirm) = input.confirm else {
            let confirm = Some(confirmation(id, version));
            return Ok(Output::new("confirmation_required", overview, confirm, None));
        };
        check(&confirm, id, version)?;
        let sequence = call.engine.delete_document(&call.context, id, Some(version)).await?;
        Ok(Output::new("deleted", overview, None, Some(sequence.0)))
    }
}

impl Output {
    fn new(
        status: &'static str,
        overview: DocumentOverview,
        confirm: Option<String>,
        sequence: Option<u64>,
    ) -> Self {
        let DocumentOverview { collection, document } = overview;
        Self {
            status,
            document: document.id.to_string(),
            version: document.version.0,
            title: document.title,
            source: document.source.into(),
            collection: collection.into(),
            confirm,
            sequence,
        }
    }
}

/// The value that confirms the deletion of one version.
///
/// It is no secret: it makes sure that the deletion was announced and that nothing changed since.
fn confirmation(document: DocumentId, version: DocumentVersion) -> String {
    let digest = Digest::of(format!("ragstone delete v1 {document} {version}").as_bytes());
    let digest = digest.to_string();
    format!("{version}-{}", digest.get(..16).unwrap_or_default())
}

fn check(confirm: &str, document: DocumentId, current: DocumentVersion) -> Result<()> {
    if confirm == confirmation(document, current) {
        return Ok(());
    }
    let confirmed = confirm
        .split('-')
        .next()
        .and_then(|version| version.parse().ok())
        .map(DocumentVersion)
        .filter(|version| confirm == confirmation(document, *version));
    let error = match confirmed {
        Some(version) => {
            Error::new(ErrorKind::Conflict, "the document changed since the deletion was announced")
                .with_context("confirmed_version", version)
                .with_context("current_version", current)
        }
        None => Error::invalid("confirm", "is not the value that the first call returned for this document"),
    };
    Err(error.with_help("call delete_document without confirm and show the user what it returns"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> DocumentId {
        DocumentId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_confirmation_holds_for_one_version_of_one_document() {
        let (first, second) = (DocumentVersion(1), DocumentVersion(2));
        let confirm = confirmation(id(1), first);
        let kind = |confirm: &str, id, version| check(confirm, id, version).map_err(|error| error.kind());
        assert_eq!(kind(&confirm, id(1), first), Ok(()));
        assert_eq!(kind(&confirm, id(1), second), Err(ErrorKind::Conflict));
        assert_eq!(kind(&confirm, id(2), first), Err(ErrorKind::InvalidArgument));
        for guess in ["", "yes", "1-", "1-0000000000000000"] {
            assert_eq!(kind(guess, id(1), first), Err(ErrorKind::InvalidArgument), "{guess}");
        }
    }
}
