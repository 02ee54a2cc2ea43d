//! The laws of the ports: directly, through PgBouncer in transaction mode, and with a standby as the replica.

use std::sync::Arc;

use ragstone_catalog::{PostgresCatalog, PostgresConfig};
use ragstone_conformance::{CatalogFixture, JobFixture, KeyFixture, KeyStores, LeaseFixture, UploadFixture};
use ragstone_core::port::{DynCatalog, DynJobQueue, DynJobStore};

use super::server::{TestDatabase, open};

fn shared(catalog: PostgresCatalog) -> Arc<dyn DynCatalog> {
    Arc::new(catalog).ports()
}

/// An empty catalog that can be opened again. The old one is dropped, not closed: what it acknowledged is durable.
async fn fixture(database: TestDatabase, config: PostgresConfig) -> CatalogFixture {
    let (store, backend) = (shared(open(config.clone()).await), database.backend().await);
    CatalogFixture::new(store).backed_by(backend).keeping(database).reopening(
        move |old: Arc<dyn DynCatalog>| {
            drop(old);
            let config = config.clone();
            async move { shared(open(config).await) }
        },
    )
}

/// A store of leases, in which nothing was ever leased.
async fn lease_fixture(database: TestDatabase, config: PostgresConfig) -> LeaseFixture {
    let (store, backend) = (open(config).await, database.backend().await);
    LeaseFixture::new(Arc::new(store).leases()).backed_by(backend).keeping(database)
}

/// An empty queue of jobs that can be opened again.
async fn job_fixture(database: TestDatabase, config: PostgresConfig) -> JobFixture {
    let queue = |catalog: PostgresCatalog| -> Arc<dyn DynJobQueue> { Arc::new(catalog).job_store() };
    let (store, backend) = (queue(open(config.clone()).await), database.backend().await);
    JobFixture::new(store).backed_by(backend).keeping(database).reopening(move |old: Arc<dyn DynJobQueue>| {
        drop(old);
        let config = config.clone();
        async move { queue(open(config).await) }
    })
}

/// A store of keyed requests that can be opened again.
async fn key_fixture(database: TestDatabase, config: PostgresConfig) -> KeyFixture {
    let stores = |catalog: PostgresCatalog| {
        let catalog = Arc::new(catalog);
        Arc::new(KeyStores { catalog: catalog.ports(), jobs: catalog.job_store() })
    };
    let (store, backend) = (stores(open(config.clone()).await), database.backend().await);
    KeyFixture::new(store).backed_by(backend).keeping(database).reopening(move |old: Arc<KeyStores>| {
        drop(old);
        let config = config.clone();
        async move { stores(open(config).await) }
    })
}

/// An empty store of uploads that can be opened again.
async fn upload_fixture(database: TestDatabase, config: PostgresConfig) -> UploadFixture {
    let stores = |catalog: PostgresCatalog| -> Arc<dyn DynJobStore> { Arc::new(catalog).job_store() };
    let (store, backend) = (stores(open(config.clone()).await), database.backend().await);
    UploadFixture::new(store).backed_by(backend).keeping(database).reopening(
        move |old: Arc<dyn DynJobStore>| {
            drop(old);
            let config = config.clone();
            async move { stores(open(config).await) }
        },
    )
}

mod direct {
    use super::{
        CatalogFixture, JobFixture, KeyFixture, LeaseFixture, TestDatabase, fixture, job_fixture,
        key_fixture, lease_fixture,
    };

    mod keys {
        use super::{KeyFixture, TestDatabase, key_fixture};

        async fn empty() -> Option<KeyFixture> {
            let database = TestDatabase::create().await?;
            let config = database.config();
            Some(key_fixture(database, config).await)
        }

        ragstone_conformance::keys_suite!("PostgreSQL", empty());
    }

    mod uploads {
        use super::super::{TestDatabase, UploadFixture, upload_fixture};

        async fn empty() -> Option<UploadFixture> {
            let database = TestDatabase::create().await?;
            let config = database.config();
            Some(upload_fixture(database, config).await)
        }

        ragstone_conformance::uploads_suite!("PostgreSQL", empty());
    }

    mod jobs {
        use super::{JobFixture, TestDatabase, job_fixture};

        async fn empty() -> Option<JobFixture> {
            let database = TestDatabase::create().await?;
            let config = database.config();
            Some(job_fixture(database, config).await)
        }

        ragstone_conformance::jobs_suite!("PostgreSQL", empty());
    }

    mod leases {
        use super::{LeaseFixture, TestDatabase, lease_fixture};

        async fn free() -> Option<LeaseFixture> {
            let database = TestDatabase::create().await?;
            let config = database.config();
            Some(lease_fixture(database, config).await)
        }

        ragstone_conformance::leases_suite!("PostgreSQL", free());
    }

    async fn empty() -> Option<CatalogFixture> {
        let database = TestDatabase::create().await?;
        let config = database.config();
        Some(fixture(database, config).await)
    }

    ragstone_conformance::catalog_suite!("PostgreSQL", empty());
}

mod pooled {
    use ragstone_catalog::{Pooler, PostgresConfig};

    use super::{
        CatalogFixture, JobFixture, KeyFixture, LeaseFixture, TestDatabase, fixture, job_fixture,
        key_fixture, lease_fixture,
    };

    mod keys {
        use super::{KeyFixture, create, key_fixture};

        async fn empty() -> Option<KeyFixture> {
            let (database, config, backend) = create().await?;
            Some(key_fixture(database, config).await.backed_by(backend))
        }

        ragstone_conformance::keys_suite!("PostgreSQL through PgBouncer", empty());
    }

    mod uploads {
        use super::super::{UploadFixture, upload_fixture};
        use super::create;

        async fn empty() -> Option<UploadFixture> {
            let (database, config, backend) = create().await?;
            Some(upload_fixture(database, config).await.backed_by(backend))
        }

        ragstone_conformance::uploads_suite!("PostgreSQL through PgBouncer", empty());
    }

    mod jobs {
        use super::{JobFixture, create, job_fixture};

        async fn empty() -> Option<JobFixture> {
            let (database, config, backend) = create().await?;
            Some(job_fixture(database, config).await.backed_by(backend))
        }

        ragstone_conformance::jobs_suite!("PostgreSQL through PgBouncer", empty());
    }

    async fn create() -> Option<(TestDatabase, PostgresConfig, String)> {
        let database = TestDatabase::create().await?;
        let config = PostgresConfig::from_url(&database.url_of_pooler()?).expect("a configuration");
        let backend = database.backend_with_pooler().await;
        Some((database, config.with_pooler(Pooler::Transaction).expect("a pooler"), backend))
    }

    mod leases {
        use super::{LeaseFixture, create, lease_fixture};

        async fn free() -> Option<LeaseFixture> {
            let (database, config, backend) = create().await?;
            Some(lease_fixture(database, config).await.backed_by(backend))
        }

        ragstone_conformance::leases_suite!("PostgreSQL through PgBouncer", free());
    }

    async fn empty() -> Option<CatalogFixture> {
        let (database, config, backend) = create().await?;
        Some(fixture(database, config).await.backed_by(backend))
    }

    ragstone_conformance::catalog_suite!("PostgreSQL through PgBouncer", empty());
}

mod replicated {
    use super::{CatalogFixture, TestDatabase, fixture};

    async fn empty() -> Option<CatalogFixture> {
        let database = TestDatabase::create().await?;
        let standby = database.url_of_standby().await?;
        let config = database.config().with_replica(&standby).expect("a replica");
        Some(fixture(database, config).await)
    }

    ragstone_conformance::catalog_suite!("PostgreSQL with a replica", empty());
}
