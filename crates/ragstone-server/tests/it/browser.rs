//! What a browser asks before and while a page calls the MCP endpoint.

use reqwest::Method;

use crate::cli::ragstone;
use crate::http::install_cryptography;
use crate::server::Server;

const ORIGIN: &str = "https://app.example";

fn preflight(server: &Server, origin: &str) -> reqwest::Response {
    install_cryptography();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let client = reqwest::Client::builder().no_proxy().build().expect("client");
    let request = client
        .request(Method::OPTIONS, format!("{}/mcp", server.http.base))
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type,mcp-protocol-version");
    runtime.block_on(request.send()).expect("an answer")
}

#[test]
fn a_preflight_needs_no_token_and_allows_only_named_origins() {
    let data = tempfile::tempdir().expect("folder");
    let config = data.path().join("ragstone.toml");
    std::fs::write(&config, format!("[server]\nallowed_origins = [\"{ORIGIN}\"]\n")).expect("written");
    let mut command = ragstone(data.path());
    let server = Server::spawn(data.path(), command.args(["serve", "--config"]).arg(&config));

    let allowed = preflight(&server, ORIGIN);
    assert!(allowed.status().is_success(), "{allowed:?}");
    assert_eq!(allowed.headers()["access-control-allow-origin"], ORIGIN);
    let headers = allowed.headers()["access-control-allow-headers"].to_str().expect("text").to_lowercase();
    for header in ["authorization", "mcp-protocol-version"] {
        assert!(headers.contains(header), "{headers}");
    }
    let refused = preflight(&server, "https://evil.example");
    assert!(!refused.headers().contains_key("access-control-allow-origin"), "{refused:?}");
    server.stop();
}
