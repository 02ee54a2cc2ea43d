//! Libraries of ONNX Runtime that are missing or unfit.

use std::fs;
use std::path::Path;

use ragstone_core::ErrorKind;
use ragstone_models::OnnxRuntime;

fn refusal(path: &Path) -> ErrorKind {
    OnnxRuntime::open(path).expect_err("is refused").kind()
}

#[test]
fn a_missing_library_is_refused() {
    assert_eq!(refusal(Path::new("/nonexistent/libonnxruntime.so")), ErrorKind::FailedPrecondition);
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let folder = tempfile::tempdir().expect("makes a folder");
    for (name, bytes) in [("empty.so", &b""[..]), ("text.so", b"not a library"), ("elf.so", b"\x7fELF")] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("writes");
        assert_eq!(refusal(&path), ErrorKind::FailedPrecondition, "{name}");
    }
    assert_eq!(refusal(folder.path()), ErrorKind::FailedPrecondition);
}

#[test]
fn another_library_is_refused_once_one_is_open() {
    let Some(open) = crate::environment::onnx_runtime() else {
        return;
    };
    assert!(OnnxRuntime::open(open.path()).is_ok(), "the same one is handed out again");
    let folder = tempfile::tempdir().expect("makes a folder");
    let copy = folder.path().join("libonnxruntime.so");
    fs::copy(open.path(), &copy).expect("copies");
    assert_eq!(refusal(&copy), ErrorKind::FailedPrecondition);
}

#[test]
fn libraries_are_found_where_packages_put_them() {
    let folder = tempfile::tempdir().expect("makes a folder");
    assert_eq!(OnnxRuntime::find_in(folder.path()), None);
    let below = folder.path().join("onnxruntime/capi");
    fs::create_dir_all(&below).expect("makes a folder");
    for name in
        ["libonnxruntime.so.1.30.0", "libonnxruntime_providers_shared.so", "onnxruntime_pybind11_state.so"]
    {
        fs::write(below.join(name), "").expect("writes");
    }
    assert_eq!(OnnxRuntime::find_in(folder.path()), Some(below.join("libonnxruntime.so.1.30.0")));
}
