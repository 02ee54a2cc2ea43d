//! Tables of two laws: what stands, what does not, and how it is shown.

use super::*;
use crate::conformance::laws::Law;

const HELD: &str =
    "r\tRedis\tcache\ta::x\theld\t\tRedis 7.0.15\nr\tRedis\tcache\ta::y\theld\t\tRedis 7.0.15\n";

fn suites() -> Vec<Suite> {
    let law = |name: &str, meaning: &str| Law { name: name.to_owned(), meaning: meaning.to_owned() };
    let laws = vec![law("a::x", "An [`X`] is a|b."), law("a::y", "A y.")];
    vec![Suite { name: "cache".to_owned(), laws }]
}

fn needed(package: &str, is_adapter: bool) -> Implementation {
    Implementation { suite: "cache", package: package.to_owned(), is_adapter }
}

fn gaps(report: &str) -> Vec<String> {
    let report = Report::parse(report).unwrap();
    Table::new(&suites(), &report, &[needed("r", true)]).gaps()
}

#[test]
fn a_full_table_has_no_gaps() {
    assert_eq!(gaps(HELD), Vec::<String>::new());
}

#[test]
fn a_law_that_an_adapter_does_not_run_is_a_gap() {
    let half = HELD.split_inclusive('\n').next().expect("a line");
    assert_eq!(gaps(half), ["Redis (r): `cache::a::y` was not run"]);
}

#[test]
fn a_law_that_nobody_runs_is_a_gap() {
    let report = Report::default();
    let suites = suites();
    let needed = [needed("r", true)];
    let table = Table::new(&suites, &report, &needed);
    assert_eq!(table.gaps(), ["r implements the port but ran no law of `cache`"]);
    assert!(table.page("").unwrap().contains("| `a::y` | A y. |\n"));
}

#[test]
fn broken_doubled_unknown_and_nameless_ones_are_gaps() {
    let line = |verdict: &str, backend: &str| format!("r\tRedis\tcache\ta::x\t{verdict}\t\t{backend}\n");
    let y = "r\tRedis\tcache\ta::y\theld\t\t\n";
    assert_eq!(gaps(&(line("broken", "R") + y)), ["Redis (r): `cache::a::x` is broken"]);
    let twice = gaps(&(line("held", "R") + &line("held", "R") + y));
    assert!(twice[0].contains("more than once"), "{twice:?}");
    let stranger = gaps(&format!("{HELD}r\tRedis\tcache\ta::z\theld\t\tR\n"));
    assert_eq!(stranger, ["r reported `cache::a::z`, which is not in the list"]);
    let nameless = gaps(&(line("held", "") + y));
    assert!(nameless[0].contains("does not name"), "{nameless:?}");
}

#[test]
fn what_had_no_server_is_named_and_no_gap() {
    let text = HELD.replace("\theld\t\tRedis 7.0.15", "\tnot tried\t\t");
    let (report, suites, needed) = (Report::parse(&text).unwrap(), suites(), [needed("r", true)]);
    let table = Table::new(&suites, &report, &needed);
    assert_eq!((table.gaps(), table.untried()), (Vec::new(), vec!["Redis".to_owned()]));
}

#[test]
fn the_page_shows_every_cell_with_reasons_and_versions() {
    let text = "m\tmemory\tcache\ta::x\tnot applicable\tit has no clock\t\n".to_owned()
        + HELD
        + "e\tEdge\tcache\ta::x\theld\t\tqdrant-edge\n";
    let report = Report::parse(&text).unwrap();
    let needed = [needed("r", true), needed("e", true), needed("m", false)];
    let lock = "[[package]]\nname = \"qdrant-edge\"\nversion = \"0.7.2\"\n";
    let page = Table::new(&suites(), &report, &needed).page(lock).unwrap();
    let expected = "\n## Cache\n\n`Cache`.\n\n| Law | Meaning | Edge | Redis | memory |\n|---|---|---|---|---|\n\
        | `a::x` | An `X` is a\\|b. | held | held | 1 |\n\
        | `a::y` | A y. | **not run** | held | **not run** |\n\n1. Not applicable: it has no clock.\n";
    assert!(page.contains(expected), "{page}");
    let backends = page.split(BACKENDS).nth(1).unwrap();
    assert!(backends.contains("| Cache | Edge | `e` | qdrant-edge 0.7.2 |"), "{backends}");
    assert!(backends.contains("| Cache | Redis | `r` | Redis 7.0.15 |"), "{backends}");
    assert!(backends.contains("| Cache | memory | `m` | none |"), "{backends}");
}
