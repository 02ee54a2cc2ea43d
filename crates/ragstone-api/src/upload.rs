//! Documents that are given with their original bytes.

use std::collections::BTreeSet;

use ragstone_core::metadata::{Metadata, check_metadata, check_tags};
use ragstone_core::request::{IngestDocument, JobOptions};
use ragstone_core::{CollectionName, Error, Result};
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::job_options;

/// What is known of a document besides its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// Your own id of the document; the same one again replaces it.
    pub external_id: String,
    /// Name of the file; its extension helps to tell the format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Title; taken from the document where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// JSON object with `tags`, `metadata` and `access`, as in `PUT …/documents`; each may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<String>,
    /// Queue that its job waits in: `urgent` or `bulk`; `urgent` where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// 0 to 9, greater ones of a lane first; 5 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(maximum = 9))]
    pub priority: Option<u32>,
    /// Seconds until its job may run, at most 31,622,400 (366 days); 0 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(maximum = 31_622_400))]
    pub delay_seconds: Option<u64>,
}

/// Attributes of an upload, written as JSON into its query.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UploadAttributes {
    /// Labels to filter by.
    pub tags: BTreeSet<String>,
    /// Attributes to filter by: texts, numbers and truth values.
    pub metadata: Metadata,
    /// Who may read it; everybody of the tenant where left out.
    pub access: Access,
}

impl UploadQuery {
    /// When and in which order its job runs.
    pub fn options(&self) -> Result<JobOptions> {
        job_options::read(self.lane.as_deref(), self.priority, self.delay_seconds, None)
    }

    /// The document with its content, whose media type is a hint.
    pub fn into_document(
        self,
        collection: CollectionName,
        media_type: Option<String>,
        bytes: Vec<u8>,
    ) -> Result<IngestDocument> {
        let attributes: UploadAttributes = match &self.attributes {
            Some(text) => serde_json::from_str(text).map_err(|error| {
                Error::invalid("attributes", "must be a JSON object with tags, metadata and access")
                    .with_source(error)
            })?,
            None => UploadAttributes::default(),
        };
        check_tags(&attributes.tags)?;
        check_metadata(&attributes.metadata)?;
        Ok(IngestDocument {
            collection,
            external_id: self.external_id,
            file_name: self.file_name,
            media_type,
            title: self.title,
            tags: attributes.tags,
            metadata: attributes.metadata,
            access: attributes.access.into_list()?,
            bytes,
        })
    }
}
