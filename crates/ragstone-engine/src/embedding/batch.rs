//! Some documents whose passages are embedded together.

use std::collections::{BTreeMap, HashMap};

use ragstone_core::collection::Collection;
use ragstone_core::document::DocumentContent;
use ragstone_core::embedded::{EmbeddedDocument, EmbeddedScope};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::index::DenseVector;
use ragstone_core::{
    CallContext, Digest, DocumentId, DocumentVersion, Error, ErrorKind, Principal, Result, Sequence,
};

use super::pass::Pass;
use crate::embedded_text::ContextRecipe;
use crate::semantics::Semantics;

/// Texts that the model is given at once, so that it can sort them by length.
const TEXTS: usize = 32;

/// Documents that lack vectors.
pub(super) struct Batch<'a> {
    pass: &'a Pass,
    collection: &'a Collection,
    semantics: &'a Semantics,
    ctx: CallContext,
    documents: Vec<Lacking>,
    /// Texts that nobody has a vector for, in an order that is the same each time: what is computed together may show
    /// in the last bits of a vector.
    texts: BTreeMap<Digest, String>,
    vectors: HashMap<Digest, DenseVector>,
}

struct Lacking {
    document: DocumentId,
    version: DocumentVersion,
    texts: Vec<Digest>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(pass: &'a Pass, collection: &'a Collection, semantics: &'a Semantics) -> Self {
        let ctx = CallContext::new(Principal::system_of(collection.tenant.clone()));
        let (documents, texts, vectors) = (Vec::new(), BTreeMap::new(), HashMap::new());
        Self { pass, collection, semantics, ctx, documents, texts, vectors }
    }

    /// Adds a document unless it has gone, or has all its vectors.
    pub(super) async fn add(&mut self, document: DocumentId) -> Result<()> {
        let content = match self.pass.catalog().document_content(&self.ctx, document).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            outcome => outcome?,
        };
        let seen = texts(&content, self.semantics.context())?;
        let digests: Vec<Digest> = seen.keys().copied().collect();
        if digests.is_empty() || !self.lacks(EmbeddedScope::Document(document), &digests).await? {
            return Ok(());
        }
        self.lacks(EmbeddedScope::Collection(self.collection.id), &digests).await?;
        let unknown = seen.into_iter().filter(|(digest, _)| !self.vectors.contains_key(digest));
        self.texts.extend(unknown.collect::<Vec<_>>());
        self.documents.push(Lacking { document, version: content.document.version, texts: digests });
        Ok(())
    }

    /// Takes over the vectors that are known; whether one is missing.
    async fn lacks(&mut self, scope: EmbeddedScope, texts: &[Digest]) -> Result<bool> {
        let model = self.semantics.model();
        let known = self.pass.catalog().embeddings(&self.ctx, scope, model, texts).await?;
        let is_whole = known.iter().all(Option::is_some);
        let found = texts.iter().zip(known).filter_map(|(text, vector)| Some((*text, vector?)));
        self.vectors.extend(found);
        Ok(!is_whole)
    }

    /// Embeds what is missing and stores the vectors; where each document now stands in the feed.
    pub(super) async fn store(mut self) -> Result<Vec<(DocumentId, Sequence)>> {
        if self.documents.is_empty() {
            return Ok(Vec::new());
        }
        let texts: Vec<(Digest, String)> = std::mem::take(&mut self.texts).into_iter().collect();
        for part in texts.chunks(TEXTS) {
            // Long work is done while the right to it lasts.
            self.pass.step(&CallContext::system()).await?;
            let seen: Vec<&str> = part.iter().map(|(_, text)| text.as_str()).collect();
            let vectors = self.semantics.passages(&self.ctx, &seen).await?;
            self.vectors.extend(part.iter().map(|(digest, _)| *digest).zip(vectors));
        }
        let embedded: Vec<EmbeddedDocument> =
            self.documents.iter().map(|lacking| lacking.embedded(&self.vectors)).collect();
        reach(FailPoint::EngineEmbeddingComputed)?;
        let model = self.semantics.model();
        let sequences = self.pass.catalog().put_embeddings(&self.ctx, model, embedded).await?;
        let placed = self.documents.iter().zip(sequences);
        Ok(placed.filter_map(|(lacking, sequence)| Some((lacking.document, sequence?))).collect())
    }
}

impl Lacking {
    fn embedded(&self, vectors: &HashMap<Digest, DenseVector>) -> EmbeddedDocument {
        let own = self.texts.iter().filter_map(|text| Some((*text, vectors.get(text)?.clone())));
        EmbeddedDocument { document: self.document, version: self.version, vectors: own.collect() }
    }
}

/// What the model sees of each chunk, by its hash.
fn texts(content: &DocumentContent, recipe: ContextRecipe) -> Result<HashMap<Digest, String>> {
    let DocumentContent { document, text, chunks } = content;
    chunks
        .iter()
        .map(|chunk| {
            let passage = chunk.span.slice(text).ok_or_else(|| {
                Error::new(ErrorKind::Corrupt, "a chunk lies outside its document")
                    .with_context("chunk", chunk.id)
            })?;
            let seen = recipe.text(document, &chunk.headings, passage);
            Ok((Digest::of(seen.as_bytes()), seen))
        })
        .collect()
}
