//! Builders of what laws store.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use ragstone_core::collection::{KeywordSettings, NewCollection};
use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::duplicate::Signature;
use ragstone_core::id::{CollectionId, CollectionName, Digest, GenerationId, SourceUri, TenantId};
use ragstone_core::metadata::{Metadata, MetadataValue};
use ragstone_core::principal::{Principal, Scope};
use ragstone_core::span::{ByteSpan, LineRange, PageRange};
use ragstone_core::stamp::SourceStamp;
use ragstone_core::{AccessList, CallContext};
use uuid::Uuid;

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

fn fresh_uuid() -> Uuid {
    Uuid::from_u128(0xC0_DE00_0000 << 64 | u128::from(NEXT_ID.fetch_add(1, Ordering::Relaxed)))
}

/// A collection id that no other call of this process returned.
pub fn fresh_collection_id() -> CollectionId {
    CollectionId::from_uuid(fresh_uuid())
}

/// A generation id that no other call of this process returned.
pub fn fresh_generation_id() -> GenerationId {
    GenerationId::from_uuid(fresh_uuid())
}

/// A collection of this name with default settings and a fresh id.
pub fn new_collection(name: &str) -> NewCollection {
    NewCollection {
        id: fresh_collection_id(),
        name: collection_name(name),
        description: format!("holds what belongs to {name}"),
        keyword: KeywordSettings::default(),
    }
}

/// A collection name from a valid literal.
pub fn collection_name(name: &str) -> CollectionName {
    CollectionName::try_new(name).expect("is a collection name")
}

/// A source from a valid literal.
pub fn source(uri: &str) -> SourceUri {
    SourceUri::try_new(uri).expect("is a source")
}

/// A span from ends in order.
pub fn span(start: usize, end: usize) -> ByteSpan {
    ByteSpan::try_new(start, end).expect("ends in order")
}

/// Context of an administrator of a tenant.
pub fn tenant_context(tenant: &str) -> CallContext {
    let tenant = TenantId::try_new(tenant).expect("is a tenant");
    CallContext::new(Principal::new("conformance", tenant, Scope::Admin))
}

/// Context of a caller with a name and groups whom access lists can keep from documents.
pub fn reader_context(tenant: &str, name: &str, groups: &[&str]) -> CallContext {
    let tenant = TenantId::try_new(tenant).expect("is a tenant");
    let groups = groups.iter().map(|group| (*group).to_owned());
    CallContext::new(Principal::new(name, tenant, Scope::Write).with_groups(groups))
}

/// An access list from valid literals, such as `user:ann`.
pub fn access(allow: &[&str], deny: &[&str]) -> AccessList {
    let entries =
        |texts: &[&str]| texts.iter().map(|text| text.parse().expect("is an entry")).collect::<BTreeSet<_>>();
    AccessList::try_new(entries(allow), entries(deny)).expect("is small")
}

/// Builds a document draft: one chunk for each line of its text unless told otherwise.
#[derive(Clone, Debug)]
pub struct DraftBuilder {
    draft: DocumentDraft,
    spans: Option<Vec<ByteSpan>>,
}

impl DraftBuilder {
    /// Starts with a source and a text made from it.
    pub fn new(uri: &str) -> Self {
        let draft = DocumentDraft {
            source: source(uri),
            title: format!("Title of {uri}"),
            format: "text".to_owned(),
            language: None,
            content_digest: Digest::of(b""),
            recipe: "conformance-1".to_owned(),
            is_verbatim: true,
            text: String::new(),
            chunks: Vec::new(),
            signature: None,
            stamp: None,
            tags: BTreeSet::new(),
            metadata: Metadata::new(),
            access: AccessList::OPEN,
        };
        Self { draft, spans: None }.with_text(&format!("text of {uri}"))
    }

    /// Sets text and content digest.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.draft.text);
        self.with_digest(Digest::of(text.as_bytes()))
    }

    /// Sets the content digest alone.
    #[must_use]
    pub fn with_digest(mut self, digest: Digest) -> Self {
        self.draft.content_digest = digest;
        self
    }

    /// Sets the title.
    #[must_use]
    pub fn with_title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.draft.title);
        self
    }

    /// Sets the language.
    #[must_use]
    pub fn with_language(mut self, language: Option<&str>) -> Self {
        self.draft.language = language.map(str::to_owned);
        self
    }

    /// Sets the recipe.
    #[must_use]
    pub fn with_recipe(mut self, recipe: &str) -> Self {
        recipe.clone_into(&mut self.draft.recipe);
        self
    }

    /// Sets what the source showed.
    #[must_use]
    pub fn with_stamp(mut self, stamp: &str) -> Self {
        self.draft.stamp = Some(SourceStamp::try_new(stamp).expect("is a stamp"));
        self
    }

    /// Sets the signature, whatever the text is.
    #[must_use]
    pub fn with_signature(mut self, signature: Signature) -> Self {
        self.draft.signature = Some(signature);
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn with_tag(mut self, tag: &str) -> Self {
        self.draft.tags.insert(tag.to_owned());
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with_metadata(mut self, key: &str, value: MetadataValue) -> Self {
        self.draft.metadata.insert(key.to_owned(), value);
        self
    }

    /// Sets who may read it.
    #[must_use]
    pub fn with_access(mut self, access: AccessList) -> Self {
        self.draft.access = access;
        self
    }

    /// Sets the chunks, right or wrong.
    #[must_use]
    pub fn with_spans(mut self, spans: &[(usize, usize)]) -> Self {
        self.spans = Some(spans.iter().map(|(start, end)| span(*start, *end)).collect());
        self
    }

    /// The draft.
    pub fn build(self) -> DocumentDraft {
        let mut draft = self.draft;
        let spans = self.spans.unwrap_or_else(|| line_spans(&draft.text));
        draft.chunks = spans.into_iter().map(|span| chunk(&draft.text, span)).collect();
        draft
    }
}

fn line_spans(text: &str) -> Vec<ByteSpan> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let covered = span(start, start + line.len());
            start += line.len();
            covered
        })
        .collect()
}

fn chunk(text: &str, span: ByteSpan) -> ChunkDraft {
    let words = span.slice(text).unwrap_or_default().split_whitespace().count();
    let before = text.bytes().take(span.start()).filter(|byte| *byte == b'\n').count();
    let line = u32::try_from(before + 1).expect("texts of laws are short");
    ChunkDraft {
        span,
        lines: LineRange::try_new(line, line).expect("counts from 1"),
        // Chunks of both kinds.
        pages: (line > 1).then(|| PageRange::try_new(line - 1, line)).flatten(),
        headings: vec!["Part".to_owned(), format!("Line {line}")],
        terms: u32::try_from(words).expect("texts of laws are short"),
    }
}
