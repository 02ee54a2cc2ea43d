//! The laws of the ports, on SQLite.

use std::path::PathBuf;
use std::sync::Arc;

use ragstone_catalog::SqliteCatalog;
use ragstone_conformance::{CatalogFixture, JobFixture, LeaseFixture};
use ragstone_core::port::{DynCatalog, DynJobQueue};

use crate::fixture::{open, sqlite};

/// An empty catalog that can be opened again. The old one is dropped, not closed: what it acknowledged is durable.
async fn empty() -> CatalogFixture {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("catalog.sqlite");
    let store = open(path.clone()).await;
    let reopen = move |old: Arc<dyn DynCatalog>| {
        drop(old);
        let path: PathBuf = path.clone();
        async move { shared(open(path).await) }
    };
    CatalogFixture::new(shared(store)).keeping(folder).reopening(reopen).backed_by(sqlite().await)
}

fn shared(catalog: SqliteCatalog) -> Arc<dyn DynCatalog> {
    Arc::new(catalog).ports()
}

ragstone_conformance::catalog_suite!("SQLite", empty());

mod leases {
    use super::{Arc, LeaseFixture, open, sqlite};

    async fn free() -> LeaseFixture {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = open(folder.path().join("catalog.sqlite")).await;
        LeaseFixture::new(Arc::new(store).leases()).keeping(folder).backed_by(sqlite().await)
    }

    ragstone_conformance::leases_suite!("SQLite", free());
}

mod jobs {
    use super::{Arc, DynJobQueue, JobFixture, PathBuf, SqliteCatalog, open, sqlite};

    fn shared(catalog: SqliteCatalog) -> Arc<dyn DynJobQueue> {
        Arc::new(catalog).job_store()
    }

    async fn empty() -> JobFixture {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("catalog.sqlite");
        let store = open(path.clone()).await;
        let reopen = move |old: Arc<dyn DynJobQueue>| {
            drop(old);
            let path: PathBuf = path.clone();
            async move { shared(open(path).await) }
        };
        JobFixture::new(shared(store)).keeping(folder).reopening(reopen).backed_by(sqlite().await)
    }

    ragstone_conformance::jobs_suite!("SQLite", empty());
}

mod keys {
    use ragstone_conformance::{KeyFixture, KeyStores};

    use super::{Arc, PathBuf, SqliteCatalog, open, sqlite};

    fn shared(catalog: SqliteCatalog) -> Arc<KeyStores> {
        let catalog = Arc::new(catalog);
        Arc::new(KeyStores { catalog: catalog.ports(), jobs: catalog.job_store() })
    }

    async fn empty() -> KeyFixture {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("catalog.sqlite");
        let store = open(path.clone()).await;
        let reopen = move |old: Arc<KeyStores>| {
            drop(old);
            let path: PathBuf = path.clone();
            async move { shared(open(path).await) }
        };
        KeyFixture::new(shared(store)).keeping(folder).reopening(reopen).backed_by(sqlite().await)
    }

    ragstone_conformance::keys_suite!("SQLite", empty());
}

mod uploads {
    use ragstone_conformance::UploadFixture;
    use ragstone_core::port::DynJobStore;

    use super::{Arc, PathBuf, SqliteCatalog, open, sqlite};

    fn shared(catalog: SqliteCatalog) -> Arc<dyn DynJobStore> {
        Arc::new(catalog).job_store()
    }

    async fn empty() -> UploadFixture {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("catalog.sqlite");
        let store = open(path.clone()).await;
        let reopen = move |old: Arc<dyn DynJobStore>| {
            drop(old);
            let path: PathBuf = path.clone();
            async move { shared(open(path).await) }
        };
        UploadFixture::new(shared(store)).keeping(folder).reopening(reopen).backed_by(sqlite().await)
    }

    ragstone_conformance::uploads_suite!("SQLite", empty());
}
