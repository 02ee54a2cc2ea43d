//! Collections as archives: documents with texts, chunks and vectors, read and stored in parts.

use std::collections::HashMap;

use ragstone_text::signature;

use crate::analyzers::analyzer_of;
use crate::embedded_text::{ContextRecipe, digests};
use crate::engine::Engine;
use crate::passage_terms::count_terms;
use ragstone_core::archive::{ArchivedDocument, ArchivedVectors, MAX_ARCHIVED};
use ragstone_core::collection::Collection;
use ragstone_core::document::{DocumentContent, DocumentDraft, SourceState, WriteReceipt};
use ragstone_core::embedded::{EmbeddedDocument, EmbeddedScope};
use ragstone_core::index::DenseVector;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::{CallContext, CollectionName, Digest, DocumentId, Error, ErrorKind, Result, Scope};

/// Bytes of text after which a part of an archive ends.
const PART: usize = 8 << 20;
/// How often a document that changes while it is read is read again.
const TRIES: usize = 3;

impl Engine {
    /// Reads a part of a collection as it is carried to another instance: at most [`MAX_ARCHIVED`] documents by source,
    /// fewer where their texts are long.
    ///
    /// Each document is of one version; documents that are written between two parts may be in their new version.
    /// Vectors are those of the model that answers for the collection.
    pub async fn export_documents(
        &self,
        ctx: &CallContext,
        collection: &CollectionName,
        page: &PageRequest,
    ) -> Result<Page<ArchivedDocument>> {
        ctx.principal().require(Scope::Admin)?;
        check_size(page.size() as usize)?;
        let collection = self.find_collection(ctx, collection).await?;
        let listed = self.catalog().source_states(ctx, collection.id, "", page).await?;
        let model = self.answering(collection.clone().into()).model().copied();
        let (mut items, mut bytes, mut next) = (Vec::new(), 0, listed.next);
        let mut states = listed.items.into_iter().peekable();
        while let Some(state) = states.next() {
            let source = state.source.to_string();
            if let Some(archived) = self.archived(ctx, &collection, model.as_ref(), state).await? {
                bytes += archived.draft.text.len();
                items.push(archived);
            }
            if bytes >= PART && states.peek().is_some() {
                next = Some(source);
                break;
            }
        }
        Ok(Page { items, next })
    }

    /// Stores documents that [`export_documents`](Self::export_documents) read, at most [`MAX_ARCHIVED`], in one
    /// transaction, and their vectors in another.
    ///
    /// A document that is there already in the same version stays as it is, so an import that was broken off is done by
    /// repeating it. Vectors of a model that does not answer for the collection are left out; they are computed again.
    pub async fn import_documents(
        &self,
        ctx: &CallContext,
        collection: &CollectionName,
        documents: Vec<ArchivedDocument>,
    ) -> Result<Vec<WriteReceipt>> {
        ctx.principal().require(Scope::Admin)?;
        check_size(documents.len())?;
        let collection = self.find_collection(ctx, collection).await?;
        let (mut drafts, mut vectors) = (Vec::new(), Vec::new());
        for ArchivedDocument { mut draft, vectors: of_draft } in documents {
            draft.check()?;
            count(&collection, &mut draft);
            draft.signature = Some(signature(&draft.text));
            vectors.push(of_draft);
            drafts.push(draft);
        }
        let receipts = self.catalog().put_documents(&ctx.bound(), collection.id, drafts).await?;
        self.store_vectors(ctx, &receipts, vectors).await?;
        self.wake();
        Ok(receipts)
    }

    /// Reads one document; `None` where it has gone meanwhile.
    async fn archived(
        &self,
        ctx: &CallContext,
        collection: &Collection,
        model: Option<&Digest>,
        mut state: SourceState,
    ) -> Result<Option<ArchivedDocument>> {
        for _ in 0..TRIES {
            let content = match self.catalog().document_content(ctx, state.document).await {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                outcome => outcome?,
            };
            if content.document.content_digest == state.content_digest {
                let vectors = self.vectors_of(ctx, model, &content).await?;
                let draft = content.into_draft(state.recipe);
                return Ok(Some(ArchivedDocument { draft, vectors }));
            }
            let one = PageRequest::try_new(1)?;
            let states =
                self.catalog().source_states(ctx, collection.id, state.source.as_str(), &one).await?;
            let again = states.items.into_iter().find(|other| other.document == state.document);
            let Some(again) = again else { return Ok(None) };
            state = again;
        }
        Err(Error::new(ErrorKind::Conflict, "a document changes faster than it can be read")
            .with_context("source", &state.source)
            .with_help("try again"))
    }

    async fn vectors_of(
        &self,
        ctx: &CallContext,
        model: Option<&Digest>,
        content: &DocumentContent,
    ) -> Result<Option<ArchivedVectors>> {
        let Some(model) = model else { return Ok(None) };
        let texts = seen(content);
        let scope = EmbeddedScope::Document(content.document.id);
        let known = self.catalog().embeddings(ctx, scope, model, &texts).await?;
        let of_texts: Vec<_> =
            texts.into_iter().zip(known).filter_map(|(text, vector)| Some((text, vector?))).collect();
        Ok((!of_texts.is_empty()).then_some(ArchivedVectors { model: *model, of_texts }))
    }

    /// Stores vectors that documents lack, a transaction for each model.
    async fn store_vectors(
        &self,
        ctx: &CallContext,
        receipts: &[WriteReceipt],
        vectors: Vec<Option<ArchivedVectors>>,
    ) -> Result<()> {
        let mut by_model: HashMap<Digest, Vec<EmbeddedDocument>> = HashMap::new();
        for (receipt, vectors) in receipts.iter().zip(vectors) {
            let Some(ArchivedVectors { model, of_texts }) = vectors else { continue };
            let content = self.catalog().document_content(ctx, receipt.document).await?;
            let texts = seen(&content);
            let own: Vec<_> =
                of_texts.into_iter().filter(|(text, _)| texts.binary_search(text).is_ok()).collect();
            if !own.is_empty() && !self.has_all(ctx, receipt.document, &model, &own).await? {
                let (document, version) = (receipt.document, content.document.version);
                by_model.entry(model).or_default().push(EmbeddedDocument { document, version, vectors: own });
            }
        }
        for (model, documents) in by_model {
            self.catalog().put_embeddings(ctx, &model, documents).await?;
        }
        Ok(())
    }

    async fn has_all(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        model: &Digest,
        vectors: &[(Digest, DenseVector)],
    ) -> Result<bool> {
        let texts: Vec<Digest> = vectors.iter().map(|(text, _)| *text).collect();
        let known = self.catalog().embeddings(ctx, EmbeddedScope::Document(document), model, &texts).await?;
        Ok(known.iter().all(Option::is_some))
    }
}

fn check_size(documents: usize) -> Result<()> {
    if (1..=MAX_ARCHIVED as usize).contains(&documents) {
        return Ok(());
    }
    Err(Error::invalid("documents", format!("must be 1 to {MAX_ARCHIVED} at a time")))
}

/// Hashes of what any recipe shows a model of the chunks of a document, in order.
fn seen(content: &DocumentContent) -> Vec<Digest> {
    let mut texts: Vec<Digest> =
        ContextRecipe::ALL.into_iter().flat_map(|recipe| digests(recipe, content)).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Counts the terms of each chunk as this collection's analyzer does, whatever the archive says.
fn count(collection: &Collection, draft: &mut DocumentDraft) {
    let analyzer = analyzer_of(collection);
    for chunk in &mut draft.chunks {
        let text = chunk.span.slice(&draft.text).unwrap_or_default();
        chunk.terms = count_terms(analyzer, &draft.title, &chunk.headings, text).length;
    }
}
