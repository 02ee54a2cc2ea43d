//! Structure of settings: a small file of each, with the keys under which its passages stand.

use crate::passages::check;

#[test]
fn passages_of_yaml() {
    check(
        "yaml.yaml",
        include_str!("../fixtures/settings/yaml.yaml"),
        96,
        r#"
1 [] %YAML 1.2
2-5 [] --- … on: [push, pull_request]
6-7 [env] env: &env … RUST_LOG: info
8-11 [env] TEXT: | … second: line of a text that is not read as keys
12-15 [jobs] jobs: … steps:
16-18 [jobs > test > steps] - uses: actions/checkout@v4 … fetch-depth: 0
19-20 [jobs > test > steps] - name: Run all tests of the workspace … run: >-
21-22 [jobs > test > steps] cargo test … --workspace: true
23-26 [jobs > lint: all] "lint: all": … <<: *env
27-35 [] --- … ...
"#,
    );
}

#[test]
fn passages_of_toml() {
    check(
        "toml.toml",
        include_str!("../fixtures/settings/toml.toml"),
        96,
        r#"
1-3 [package] # About the package. … name = "garden"
4-7 [package] description = """ … """
9 [dependencies] [dependencies]
10-12 [dependencies] # For the weather. … tokio = "1"
14-18 [target > cfg(unix) > dependencies.libc] [target.'cfg(unix)'.dependencies.libc] … ]
20-22 [bin > [0]] [[bin]] … path = "src/bin/plant.rs"
24-26 [bin > [1]] [[bin]] … path = "src/bin/water.rs"
"#,
    );
}

#[test]
fn passages_of_ini() {
    check(
        "ini.ini",
        include_str!("../fixtures/settings/ini.ini"),
        96,
        r#"
1-4 [server] ; Where the server listens. … port = 8080
6-7 [messages] # Texts that go on over lines. … [messages]
8-9 [messages] greeting = Hello \ … [you], how are you today
10 [messages] farewell: Goodbye, and see you again tomorrow
12-13 [section "with name"] [section "with name"] … empty =
"#,
    );
}
