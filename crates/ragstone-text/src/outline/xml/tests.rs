//! What documents become.

use std::fmt::Write;

use super::*;

/// Blocks as `[heading path] text`, one per line.
#[track_caller]
fn check(xml: &str, expected: &str) {
    let page = read(xml).expect("is read");
    let blocks = page.outline.blocks();
    let mut found = String::new();
    for (at, block) in blocks.iter().enumerate() {
        let end = blocks.get(at + 1).map_or(page.text.len(), |next| next.start);
        let headings = page.outline.headings(block.section).join(" > ");
        writeln!(found, "[{headings}] {}", page.text[block.start..end].trim_end()).unwrap();
    }
    assert_eq!(found.trim_end(), expected.trim(), "{xml}");
}

#[test]
fn fields_stand_under_the_elements_around_them() {
    check(
        "<?xml version=\"1.0\"?><shop><!-- no --><order id=\"7\"><name>Ann &amp; Bob</name><city>Bonn</city></order>\
         <order id=\"8\"><name>Cid</name></order></shop>",
        "[shop > order 7] name: Ann & Bob\n[shop > order 7] city: Bonn\n[shop > order 8] name: Cid",
    );
}

#[test]
fn elements_within_text_do_not_break_it() {
    check(
        "<doc><p>One <b>bold</b> word, &#x41;&lt; and a\n   <i>second</i>one.</p><p><![CDATA[a < b]]></p></doc>",
        "[doc] One bold word, A< and a secondone.\n[doc] p: a < b",
    );
}

#[test]
fn declared_entities_stay_as_they_are_written() {
    check(
        "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><b>&l;&l; &x;</b></a>",
        "[a] b: &l;&l; &x;",
    );
}

#[test]
fn what_is_not_for_reading_is_none() {
    assert!(read("<a b='the only text is here, in the attributes of an empty element'/>").is_none());
    assert!(read(&"<a>".repeat(100_000)).is_none());
    assert!(read("").is_some_and(|page| page.text.is_empty()));
}

#[cfg(feature = "html")]
#[test]
fn feeds_become_pages_with_an_entry_per_heading() {
    let rss = "<rss><channel><title>News</title><description>All of it</description><image><title>No</title></image>\
               <item><title>One &amp; all</title><pubDate>Monday</pubDate><description>&lt;p&gt;Hello &lt;b&gt;you&lt;/b&gt;&lt;/p&gt;</description></item>\
               <item><title>Two</title><description>short</description><encoded><![CDATA[<p>long text</p>]]></encoded></item></channel></rss>";
    let html = feed::page(rss).expect("is a feed");
    assert_eq!(
        crate::outline::html::read(&html).text.trim_end(),
        "# News\n\nAll of it\n\n## One & all\n\nMonday\n\nHello you\n\n## Two\n\nlong text"
    );
    assert!(feed::page("<html><title>x</title></html>").is_none());
    let atom = "<feed><title>F</title><entry><title>E</title><author><name>Ann</name></author>\
                <content type=\"xhtml\"><div><p>a</p><p>b</p></div></content></entry></feed>";
    let html = feed::page(atom).expect("is a feed");
    assert_eq!(crate::outline::html::read(&html).text.trim_end(), "# F\n\n## E\n\nAnn\n\na b");
}
