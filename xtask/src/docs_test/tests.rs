//! Whole pages in small repositories.

use super::{Options, run};
use crate::workspace::tests::repository;

/// Runs the pages of a repository; the answer is what a failure says.
fn outcome(files: &[(&str, &str)]) -> Result<usize, String> {
    let (_dir, workspace) = repository(files);
    run(&workspace, &Options::default()).map_err(|error| format!("{error:#}"))
}

#[test]
fn a_page_runs_in_order_in_a_checkout_of_its_own() {
    let first = "```sh run\ntest -f data/a.txt\necho made > made.txt\n```\n\n```sh run\ncat made.txt\n```\n\n\
        ```text expect\nmade\n```\n";
    let second = "```sh run\ntest ! -e made.txt\n```\n";
    assert_eq!(outcome(&[("README.md", first), ("docs/other.md", second), ("data/a.txt", "a")]), Ok(3));
}

#[test]
fn blocks_see_a_fresh_home_and_no_settings() {
    let page = "```sh run\ntest -z \"$(ls -A \"$HOME\")\"\ntest -z \"${RAGSTONE_TEST_DATA:-}\"\n\
        test \"${XDG_DATA_HOME#\"$HOME\"}\" != \"$XDG_DATA_HOME\"\n! read -r line\n```\n";
    assert_eq!(outcome(&[("README.md", page)]), Ok(1));
}

#[test]
fn a_server_runs_while_the_next_blocks_ask_it() {
    let server =
        "trap 'rm ready; exit 0' INT\ntouch ready\necho 'ready to answer'\nwhile :; do sleep 0.02; done\n";
    let page = "```sh run background=ready:\"ready to answer\" stop=ctrl-c\nsh server.sh\n```\n\n\
        ```sh run\ntest -f ready\n```\n\n```sh run after=stop\ntest ! -f ready\n```\n";
    assert_eq!(outcome(&[("README.md", page), ("server.sh", server)]), Ok(3));
}

#[test]
fn a_failing_block_names_its_page_and_line() {
    let failure = outcome(&[("docs/a.md", "# A\n\n```sh run\nexit 4\n```\n")]).unwrap_err();
    assert!(
        failure.contains("docs/a.md") && failure.contains("line 3") && failure.contains('4'),
        "{failure}"
    );
}

#[test]
fn an_unmarked_block_fails_before_anything_runs() {
    let failure = outcome(&[("README.md", "```sh run\nexit 4\n```\n\n```sh\nls\n```\n")]).unwrap_err();
    assert!(failure.contains("README.md:5"), "{failure}");
}

#[test]
fn other_markdown_is_left_alone() {
    assert_eq!(outcome(&[("crates/a/README.md", "```sh\nls\n```\n")]), Ok(0));
}
