//! A certificate authority for tests of TLS, made with `openssl`.
//!
//! Everything here panics where something fails, as a test does.
#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A certificate authority and what it signed, in a folder.
#[derive(Debug)]
pub struct Authority(TempDir);

impl Authority {
    /// Makes an authority, and certificates with keys for `localhost` and for a client.
    pub fn create() -> Self {
        let folder = TempDir::new().expect("makes a folder");
        let authority = Self(folder);
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        authority.openssl(&[
            &["req", "-x509", "-days", "2", "-subj", "/CN=test authority"][..],
            &key,
            &["-keyout", "ca.key", "-out", "ca.crt"],
        ]);
        for (name, extension) in
            [("server", "subjectAltName=DNS:localhost"), ("client", "basicConstraints=CA:FALSE")]
        {
            let subject = format!("/CN={name}");
            let (request, secret) = (format!("{name}.csr"), format!("{name}.key"));
            let (certificate, extensions) = (format!("{name}.crt"), format!("{name}.ext"));
            std::fs::write(authority.path(&extensions), extension).expect("writes the extensions");
            authority.openssl(&[
                &["req", "-subj", &subject][..],
                &key,
                &["-keyout", &secret, "-out", &request],
            ]);
            authority.openssl(&[&[
                "x509",
                "-req",
                "-days",
                "2",
                "-CAcreateserial",
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-in",
                &request,
                "-out",
                &certificate,
                "-extfile",
                &extensions,
            ][..]]);
        }
        authority
    }

    fn openssl(&self, arguments: &[&[&str]]) {
        let arguments: Vec<&str> = arguments.concat();
        let output = Command::new("openssl").current_dir(self.0.path()).args(&arguments).output();
        let output = output.expect("runs openssl");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Path of `ca.crt`, `server.crt`, `server.key`, `client.crt` or `client.key`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What is in one of the files.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("reads a file")
    }
}
