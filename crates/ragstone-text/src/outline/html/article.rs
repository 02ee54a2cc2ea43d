//! The content of a page without what surrounds it: menus, teasers, comments, notices.
//!
//! Readability finds the article of a page that has one. A page of another kind, such as a reference, has more
//! content than the article that is found in it, and is then read as a whole; so is a page whose tree would be
//! too costly to build.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_smoothie::Readability;

use super::{Scope, cost, main, read, read_scope};
use crate::outline::{BlockKind, Page};

/// Words of a line from which on it is a sentence rather than a caption or an entry of a menu.
const SENTENCE_WORDS: usize = 15;
/// The same for scripts without spaces.
const SENTENCE_CHARS: usize = 100;

/// Words of sentences, headings, rows and code that the article may leave out, per word that it has: in percent, of what
/// the page calls its main part, and of a page that calls nothing so.
///
/// Measured: references and books reach 1 where the article is right and 40 and more where it is not; nearly all pages
/// of news stay below 25 in their main part, and below 45 as a whole.
const MAX_LEFT_OUT_OF_MAIN: usize = 30;
const MAX_LEFT_OUT_OF_WHOLE: usize = 50;

/// Smallest article, in bytes of text; less is more likely a notice than the content of a page.
const MIN_ARTICLE_BYTES: usize = 200;

/// How many times longer than the article its surroundings may be at most, even if they are all links.
const MAX_AROUND_IN_MAIN: usize = 5;
const MAX_AROUND_IN_WHOLE: usize = 12;

/// Reads the article of a page, else its main part, else all of it.
pub(crate) fn read_article(html: &str) -> Page {
    let main =
        Some(html).filter(|html| !main::parts(html).is_empty()).map(|html| read_scope(html, Scope::Main));
    let main = main.filter(|page| !page.text.trim().is_empty());
    let has_main = main.is_some();
    let page = main.unwrap_or_else(|| read(html));
    if !cost::is_affordable(html) {
        return page;
    }
    let Some(content) = found(html) else { return page };
    let article = with_heading(&content, &page, has_main);
    let most_around = if has_main { MAX_AROUND_IN_MAIN } else { MAX_AROUND_IN_WHOLE };
    let is_content = article.text.len() >= MIN_ARTICLE_BYTES
        && page.text.len() <= article.text.len().saturating_mul(most_around)
        && leaves_out_little(&article.text, &read_scope(html, Scope::Unlinked).text, has_main);
    if is_content { Page { title: page.title, ..article } } else { page }
}

/// HTML of the article that Readability finds.
fn found(html: &str) -> Option<String> {
    // Scores are kept in attributes of the tree, where a page can write numbers that do not compare, on which the
    // library panics; there is no state that a panic could leave behind.
    let find =
        || Readability::new(html, None, None).ok()?.parse().ok().map(|article| article.content.to_string());
    catch_unwind(AssertUnwindSafe(find)).ok().flatten()
}

/// The article under the first heading of the page, which Readability takes away because it repeats the title.
fn with_heading(content: &str, page: &Page, has_main: bool) -> Page {
    let article = read(content);
    let title = page.title.as_deref().unwrap_or_default();
    let first =
        page.outline.blocks().iter().find(|block| block.kind == BlockKind::Heading && block.level == 0);
    let heading = first.and_then(|block| page.outline.headings(block.section).pop()).unwrap_or_default();
    // Without a main part, the first heading may be the name of the site.
    let is_of_page = !heading.is_empty() && (has_main || title.starts_with(&heading));
    let is_heading = |line: &str| line.starts_with('#') && line.trim_start_matches('#').trim() == heading;
    if !is_of_page || article.text.lines().any(is_heading) {
        return article;
    }
    let heading = heading.replace('&', "&amp;").replace('<', "&lt;");
    read(&format!("<h1>{heading}</h1>{content}"))
}

/// Whether hardly any sentence of the page, outside its links, is missing in the article.
fn leaves_out_little(article: &str, unlinked: &str, has_main: bool) -> bool {
    let mut in_article: HashMap<&str, usize> = HashMap::new();
    let mut words_of_article = 0_usize;
    for word in words(article) {
        *in_article.entry(word).or_default() += 1;
        words_of_article += 1;
    }
    let mut left_out = 0_usize;
    let mut in_code = false;
    for line in unlinked.lines() {
        let is_fence = line.starts_with("```");
        in_code ^= is_fence;
        let counts = in_code || line.starts_with(['#', '|']) || is_sentence(line);
        for word in words(line).filter(|_| counts && !is_fence) {
            match in_article.get_mut(word).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => left_out += 1,
            }
        }
    }
    let most = if has_main { MAX_LEFT_OUT_OF_MAIN } else { MAX_LEFT_OUT_OF_WHOLE };
    left_out.saturating_mul(100) <= words_of_article.saturating_mul(most)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_sentence(line: &str) -> bool {
    line.split_whitespace().nth(SENTENCE_WORDS - 1).is_some()
        || line.chars().nth(SENTENCE_CHARS - 1).is_some()
}
