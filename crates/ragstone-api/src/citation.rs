//! Citations and checking them again.

use ragstone_core::answer;
use ragstone_core::report;
use ragstone_core::request::CitationReference;
use ragstone_core::{DocumentVersion, Error};
use serde::{Deserialize, Serialize};

use crate::place::{Lines, Pages, Span};

/// Points at a quoted text so that anybody can check it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Citation {
    /// Id of the passage.
    pub chunk: String,
    /// Id of the document.
    pub document: String,
    /// Version of the document that was quoted.
    pub version: u32,
    /// Where the document comes from, as a URI.
    pub source: String,
    /// Title of the document.
    pub title: String,
    /// Quoted bytes of the document's extracted text.
    pub span: Span,
    /// Whether `span` holds for the original file too.
    pub is_verbatim: bool,
    /// Quoted lines of the extracted text.
    pub lines: Lines,
    /// Pages or slides on which the quoted passage stands; left out where the document has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
    /// Headings or symbols around the quotation, outermost first.
    pub headings: Vec<String>,
    /// BLAKE3 hash of the quoted text, in hexadecimal.
    pub text_digest: String,
}

impl From<answer::Citation> for Citation {
    fn from(citation: answer::Citation) -> Self {
        Self {
            chunk: citation.chunk.to_string(),
            document: citation.document.to_string(),
            version: citation.version.0,
            source: citation.source.into(),
            title: citation.title,
            span: citation.span.into(),
            is_verbatim: citation.is_verbatim,
            lines: citation.lines.into(),
            pages: citation.pages.map(Pages::from),
            headings: citation.headings,
            text_digest: citation.text_digest.to_string(),
        }
    }
}

/// The part of a citation that is needed to check it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// Id of the document: `document` of the citation.
    pub document: String,
    /// Version that was quoted: `version` of the citation.
    pub version: u32,
    /// Quoted bytes: `span` of the citation.
    pub span: Span,
    /// Hash of the quoted text: `text_digest` of the citation.
    pub text_digest: String,
}

impl TryFrom<VerifyRequest> for CitationReference {
    type Error = Error;

    fn try_from(request: VerifyRequest) -> Result<Self, Error> {
        Ok(Self {
            document: request.document.parse()?,
            version: DocumentVersion(request.version),
            span: request.span.into_span()?,
            text_digest: request.text_digest.parse()?,
        })
    }
}

/// What became of a cited text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CitationCheck {
    /// `valid`: the text still stands there. `superseded`: the document has another version now.
    /// `gone`: the document was deleted. `altered`: another text stands there than was cited.
    pub status: String,
    /// Version that the document is at; left out where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u32>,
    /// Text at the cited place, where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl From<report::CitationCheck> for CitationCheck {
    fn from(check: report::CitationCheck) -> Self {
        Self {
            status: check.status.as_str().to_owned(),
            current_version: check.current_version.map(|version| version.0),
            text: check.text,
        }
    }
}
