//! What pages become.

use super::*;

#[track_caller]
fn check(html: &str, expected: &str) {
    assert_eq!(read(html).text.trim_end(), expected, "{html}");
}

#[test]
fn headings_paragraphs_and_lists_become_markdown() {
    check(
        "<html><head><title>T</title><style>x{}</style></head><body><h1>A &amp; B</h1><p>one<br>two <b>bo</b>ld</p>\
         <ul><li><p>x</p></li><li>y<ol><li>z</li></ol></li></ul><p>after</p></body></html>",
        "# A & B\n\none\ntwo bold\n\n- x\n- y\n  - z\n\nafter",
    );
}

#[test]
fn what_is_not_for_reading_is_left_out() {
    check(
        "<nav><a>menu</a><nav>inner</nav> still</nav><script>if (a < b) '</p>'</script><p>kept<!-- no --></p><footer>f</footer>",
        "kept",
    );
    check("<p>a<script>x</script>b</p>", "a b");
}

#[test]
fn tables_become_rows() {
    check(
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1<td><p>2</p></table><p>after</p>",
        "| a | b |\n| 1 | 2 |\n\nafter",
    );
}

#[test]
fn preformatted_text_keeps_its_lines() {
    check(
        "<p>x</p><pre><code>\nfn a() {\n    b &lt; c\n}</code></pre><p>y",
        "x\n\n```\nfn a() {\n    b < c\n}\n```\n\ny",
    );
}

#[test]
fn broken_markup_is_read_as_far_as_it_goes() {
    check("<p>a < b and <c", "a < b and");
    check("<p title=\"a > b\">x</p>", "x");
    check("<p title='it\"s'>x</p>", "x");
    check("</p>x<!-->y<!--->z", "xyz");
    check("<head><meta charset=x><p>body", "body");
    check("<script>never closed", "");
    check("&nbsp;&#x41;&unknown;", "\u{a0}A&unknown;");
}

#[test]
fn title_is_that_of_the_page() {
    assert_eq!(
        read("<svg><title>no</title></svg><title> A\n B </title><h1>H</h1>").title.as_deref(),
        Some("A B")
    );
    assert_eq!(read("<h2>First</h2>").title.as_deref(), Some("First"));
}

#[test]
fn nesting_without_end_costs_linear_time() {
    for unit in [
        "<div>",
        "<ul><li>",
        "<table><tr><td>",
        "<h1>",
        "<b a=\"",
        "<!--",
        "</",
        "<a b='c' ",
        "&amp",
        "<pre>",
    ] {
        let page = read(&unit.repeat(200_000));
        assert!(page.text.len() <= 4_000_000);
    }
}

/// A page with as much around its content as a page of the wild has.
fn page(content: &str) -> String {
    let menu = "<li><a href='/x'>An entry of the menu</a></li>".repeat(20);
    format!(
        "<html><head><title>Owners - The Site</title></head><body><div class='header'><ul>{menu}</ul></div>\
         {content}<div class='sidebar'><h3>More</h3><ul>{menu}</ul></div></body></html>"
    )
}

const PARAGRAPH: &str = "<p>Each value has one owner, and when the owner goes out of scope, the value is dropped, \
     as the chapter on memory says, with all that it holds.</p>";

#[test]
fn article_is_read_without_its_surroundings_but_with_its_heading() {
    let content = format!(
        "<div class='content'><h1>Owners</h1>{}<h2>Code</h2><pre>let a = 1;</pre>{PARAGRAPH}</div>",
        PARAGRAPH.repeat(4)
    );
    let found = read_article(&page(&content));
    assert!(!found.text.contains("menu"), "{}", found.text);
    assert!(found.text.starts_with("# Owners\n\nEach value"), "{}", found.text);
    assert!(found.text.contains("## Code\n\n```\nlet a = 1;\n```"), "{}", found.text);
    assert_eq!(found.title.as_deref(), Some("Owners - The Site"));
}

#[test]
fn page_with_more_than_an_article_is_read_as_a_whole() {
    let method = "<section class='comment'><h4>fn name()</h4><p>Does what its name says, and nothing else that would \
                  have to be said in so many words here.</p></section>";
    let methods = method.repeat(40);
    let content = format!("<main>{}<div class='comments'>{methods}</div></main>", PARAGRAPH.repeat(4));
    let found = read_article(&page(&content));
    assert_eq!(found.text.matches("fn name()").count(), 40, "{}", found.text);
    assert!(!found.text.contains("menu"), "{}", found.text);
}

#[test]
fn short_pages_are_read_as_a_whole() {
    for html in
        ["<p>kept", "<main></main><p>kept", "<div role='main'>kept</div><p>not", "<main><p>kept</main><p>not"]
    {
        assert_eq!(read_article(html).text.trim_end(), "kept", "{html}");
    }
}

#[test]
fn scores_that_a_page_brings_along_do_no_harm() {
    let nan = f32::NAN.to_bits();
    let scored = format!("<div data-readability-score='{nan}'>{}</div>", PARAGRAPH.repeat(3));
    let content = scored.repeat(20);
    assert!(read_article(&page(&content)).text.contains("Each value has one owner"));
}
