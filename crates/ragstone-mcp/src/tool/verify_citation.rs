//! The tool `verify_citation`.

use ragstone_api::citation::VerifyRequest;
use ragstone_core::Result;
use ragstone_core::report::CitationCheck;
use ragstone_core::request::CitationReference;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Tool, json_cost};
use crate::budget::{self, TokenBudget};

pub(super) struct VerifyCitation;

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// `valid`: the text still stands there. `superseded`: the document has another version now; search again.
    /// `gone`: the document was deleted. `altered`: another text stands there than was cited.
    status: &'static str,
    /// Version that the document is at; left out where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_version: Option<u32>,
    /// Text at the cited place, where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Whether `text` is cut here to save tokens.
    is_truncated: bool,
}

impl Tool for VerifyCitation {
    const NAME: &'static str = "verify_citation";
    const TITLE: &'static str = "Verify a citation";
    const DESCRIPTION: &'static str = "Checks whether a cited text still stands where its citation says, byte for \
        byte. Call it before repeating a citation from an earlier conversation. Give document, version, span and \
        text_digest of the citation unchanged.";
    const OPERATION: &'static str = "citations.verify";
    type Input = VerifyRequest;
    type Output = Output;

    async fn run(call: &Call<'_>, input: VerifyRequest) -> Result<Output> {
        let citation = CitationReference::try_from(input)?;
        let check = call.engine.verify(&call.context, &citation).await?;
        Output::new(check).fitting(call.budget(None)?)
    }
}

impl Output {
    fn new(check: CitationCheck) -> Self {
        Self {
            status: check.status.as_str(),
            current_version: check.current_version.map(|version| version.0),
            text: check.text,
            is_truncated: false,
        }
    }

    fn fitting(mut self, budget: TokenBudget) -> Result<Self> {
        let Some(text) = self.text.take() else {
            return Ok(self);
        };
        let frame = json_cost(&self)? + 32;
        let kept = budget::prefix_len(&text, budget.quarters().saturating_sub(frame));
        self.is_truncated = kept < text.len();
        self.text = text.get(..kept).map(str::to_owned);
        Ok(self)
    }
}
