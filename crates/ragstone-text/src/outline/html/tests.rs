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
