//! What a model sees of a chunk: where it stands, then its own text.
//!
//! The context is embedded and never quoted, highlighted, cited or counted.

use ragstone_core::document::{Chunk, Document, DocumentContent};
use ragstone_core::embedded::EmbeddedScope;
use ragstone_core::embedding::ModelFingerprint;
use ragstone_core::index::DenseVector;
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, Digest, Result, SourceUri};

use crate::ingest::source::path_of;

/// What stands between the parts of a context.
const SEPARATOR: &str = " > ";
/// Longest part of a context in bytes.
const MAX_PART: usize = 200;
/// Longest context in bytes: about 75 tokens of English, which leaves most of the smallest windows to the text.
pub(crate) const MAX_CONTEXT: usize = 300;

/// How the context of a chunk is made. A vector says only what its text says, so this is a part of the key of vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContextRecipe {
    /// The title, whatever it is, and all headings: collections that were embedded by earlier versions.
    Named,
    /// The title that a document has of its own, and the innermost headings, up to [`MAX_CONTEXT`].
    Own,
}

impl ContextRecipe {
    /// The one that what is embedded anew is made by.
    pub(crate) const NOW: Self = Self::Own;
    /// All of them, the present one first.
    pub(crate) const ALL: [Self; 2] = [Self::Own, Self::Named];

    /// Key under which vectors of a model are kept that were given texts by this recipe.
    pub(crate) fn key(self, fingerprint: &ModelFingerprint) -> Digest {
        let model = fingerprint.digest();
        match self {
            Self::Named => model,
            Self::Own => Digest::of(format!("{model}/context=2").as_bytes()),
        }
    }

    /// What the model sees of a chunk whose own text is `text`.
    pub(crate) fn text(self, document: &Document, headings: &[String], text: &str) -> String {
        let context = match self {
            Self::Named => named(&document.title, headings),
            Self::Own => own(document, headings),
        };
        if context.is_empty() && self == Self::Own {
            return text.to_owned();
        }
        [&context, "\n", text].concat()
    }
}

/// The vector of each chunk of a document, as far as it is known under the key `model`.
///
/// The key tells no recipe, but keeps texts of one alone. So where the texts of two recipes differ, both are asked for.
pub(crate) async fn vectors_of(
    catalog: &dyn DynCatalog,
    ctx: &CallContext,
    (scope, model): (EmbeddedScope, &Digest),
    content: &DocumentContent,
) -> Result<Vec<Option<DenseVector>>> {
    let [now, before] = ContextRecipe::ALL.map(|recipe| digests(recipe, content));
    let mut vectors = catalog.embeddings(ctx, scope, model, &now).await?;
    let lacking: Vec<usize> = (0..vectors.len())
        .filter(|&index| {
            vectors.get(index).is_some_and(Option::is_none) && now.get(index) != before.get(index)
        })
        .collect();
    if lacking.is_empty() {
        return Ok(vectors);
    }
    let earlier: Vec<Digest> = lacking.iter().filter_map(|&index| before.get(index).copied()).collect();
    let found = catalog.embeddings(ctx, scope, model, &earlier).await?;
    for (index, vector) in lacking.into_iter().zip(found) {
        if let Some(place) = vectors.get_mut(index) {
            *place = vector;
        }
    }
    Ok(vectors)
}

/// Hashes of what the model sees of each chunk.
pub(crate) fn digests(recipe: ContextRecipe, content: &DocumentContent) -> Vec<Digest> {
    let DocumentContent { document, text, chunks } = content;
    let digest = |chunk: &Chunk| {
        let passage = chunk.span.slice(text).unwrap_or_default();
        Digest::of(recipe.text(document, &chunk.headings, passage).as_bytes())
    };
    chunks.iter().map(digest).collect()
}

fn named(title: &str, headings: &[String]) -> String {
    let mut context = title.to_owned();
    for heading in headings.iter().filter(|heading| *heading != title) {
        context.push_str(SEPARATOR);
        context.push_str(heading);
    }
    context
}

/// The outer headings make room for the inner ones.
fn own(document: &Document, headings: &[String]) -> String {
    let title = Some(document.title.as_str()).filter(|title| !is_name_of(&document.source, title));
    let mut inner: Vec<&str> = Vec::new();
    let mut len = title.map_or(0, |title| short(title).len());
    for heading in headings.iter().rev().filter(|heading| **heading != document.title) {
        let heading = short(heading);
        len += SEPARATOR.len() + heading.len();
        if len > MAX_CONTEXT {
            break;
        }
        inner.push(heading);
    }
    let parts: Vec<&str> = title.map(short).into_iter().chain(inner.into_iter().rev()).collect();
    parts.join(SEPARATOR)
}

fn short(part: &str) -> &str {
    part.get(..part.floor_char_boundary(MAX_PART)).unwrap_or(part).trim_end()
}

/// Whether a title is but the name of the source, which stands for one where a document has none: the name of the file,
/// or the end of the URI. A file that is renamed says what it said.
fn is_name_of(source: &SourceUri, title: &str) -> bool {
    if path_of(source).file_name().is_some_and(|name| name.to_string_lossy() == title) {
        return true;
    }
    let before = source.as_str().strip_suffix(title).and_then(|before| before.chars().next_back());
    before.is_some_and(|last| !last.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ragstone_core::metadata::Metadata;
    use ragstone_core::{AccessList, CollectionId, DocumentId, DocumentVersion, Sequence, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn document(source: &str, title: &str) -> Document {
        let (source, collection) =
            (SourceUri::try_new(source).unwrap(), CollectionId::from_uuid(Uuid::nil()));
        Document {
            id: DocumentId::derive(collection, &source),
            collection,
            source,
            title: title.to_owned(),
            format: "text".to_owned(),
            language: None,
            version: DocumentVersion(1),
            content_digest: Digest::of(b""),
            is_verbatim: true,
            text_len: 0,
            chunk_count: 0,
            tags: BTreeSet::new(),
            metadata: Metadata::new(),
            access: AccessList::OPEN,
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
            sequence: Sequence::ZERO,
        }
    }

    fn seen(recipe: ContextRecipe, document: &Document, headings: &[&str]) -> String {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        recipe.text(document, &headings, "text")
    }

    #[test]
    fn a_chunk_is_seen_below_its_title_and_headings() {
        let book = document("file:///b/ch04.md", "Book");
        for recipe in ContextRecipe::ALL {
            let headings = ["Book", "Ownership", "Rules"];
            assert_eq!(seen(recipe, &book, &headings), "Book > Ownership > Rules\ntext");
            assert_eq!(seen(recipe, &book, &[]), "Book\ntext");
        }
    }

    #[test]
    fn the_name_of_a_source_is_no_title() {
        for (source, title) in [
            ("file:///home/a/notes.txt", "notes.txt"),
            ("file:///home/a/my%20notes.txt", "my notes.txt"),
            ("text:4983", "4983"),
            ("text:docs/a.txt", "docs/a.txt"),
        ] {
            let nameless = document(source, title);
            assert_eq!(seen(ContextRecipe::Own, &nameless, &[]), "text", "{source}");
            let below = seen(ContextRecipe::Own, &nameless, &["struct Foo", "fn new"]);
            assert_eq!(below, "struct Foo > fn new\ntext", "{source}");
            assert_eq!(seen(ContextRecipe::Named, &nameless, &[]), format!("{title}\ntext"));
        }
        let titled = document("file:///home/a/notes.txt", "Notes on bees");
        assert_eq!(seen(ContextRecipe::Own, &titled, &[]), "Notes on bees\ntext");
        let part = document("text:bees", "ees");
        assert_eq!(seen(ContextRecipe::Own, &part, &[]), "ees\ntext");
    }

    #[test]
    fn a_long_context_keeps_the_title_and_the_innermost_headings() {
        let long = document("text:1", &"é".repeat(150));
        let outer = "o".repeat(120);
        let context = seen(ContextRecipe::Own, &long, &[&outer, "inner"]);
        assert_eq!(context, format!("{} > inner\ntext", "é".repeat(100)));
    }

    #[test]
    fn each_recipe_has_a_key_of_its_own() {
        use ragstone_core::embedding::{Pooling, Precision};
        let model = ModelFingerprint::new("m", Digest::of(b"w"), Precision::F32, Pooling::Mean);
        let keys: BTreeSet<_> =
            ContextRecipe::ALL.iter().map(|recipe| recipe.key(&model).to_string()).collect();
        assert_eq!(keys.len(), ContextRecipe::ALL.len());
        assert_eq!(ContextRecipe::Named.key(&model), model.digest());
    }
}
