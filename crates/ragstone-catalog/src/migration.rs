//! The embedded schema and its history: one list of steps, one way to take them, for every database.
//!
//! All steps that are missing are taken in one transaction, so a catalog is at one version or at another and never
//! between. A step that was released never changes; its checksum is compared at every start.

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::{Error, ErrorKind, Result};

use self::steps::{Step, steps};
use crate::sql::{Access, Database, Dialect, Row, Statement, Transaction, Value};

mod steps;

/// Brings the catalog to the newest schema, and checks that all of it is there.
///
/// A catalog of a newer version, or with a step that this version does not know as it is, is
/// [`ErrorKind::FailedPrecondition`]. Of several processes that start together one takes the steps and the others
/// wait for it. A catalog that is up to date is only read. The future must run to its end.
pub(crate) async fn migrate(database: &dyn Database) -> Result<()> {
    let dialect = database.dialect();
    let steps = steps(dialect.engine);
    let mut snapshot = database.begin(Access::Snapshot, database.queue(Access::Snapshot)).await?;
    if pending(&steps, &history(&mut *snapshot, dialect).await?)?.is_empty() {
        check(&mut *snapshot, &steps).await?;
        return snapshot.rollback().await;
    }
    snapshot.rollback().await?;

    let mut tx = database.begin(Access::Migrate, database.queue(Access::Migrate)).await?;
    if !dialect.lock_schema.is_empty() {
        tx.execute(Statement::new(dialect.lock_schema)).await?;
    }
    tx.run_script(dialect.create_history).await?;
    let taken = history(&mut *tx, dialect).await?;
    for step in pending(&steps, &taken)? {
        take(&mut *tx, dialect, step).await.map_err(|error| error.with_context("schema", step.version))?;
        reach(FailPoint::CatalogMigrationStep)?;
    }
    check(&mut *tx, &steps).await?;
    reach(FailPoint::CatalogMigrationCommit)?;
    tx.commit().await?;
    reach(FailPoint::CatalogMigrationCommitted)
}

/// A step that was taken.
#[derive(Debug)]
struct Taken {
    version: i64,
    checksum: Vec<u8>,
    is_whole: bool,
}

async fn history(connection: &mut dyn Transaction, dialect: &'static Dialect) -> Result<Vec<Taken>> {
    if connection.fetch(Statement::new(dialect.find_history)).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows = connection.fetch(Statement::new(dialect.list_history)).await?;
    rows.into_iter().map(read_taken).collect()
}

fn read_taken(mut row: Row) -> Result<Taken> {
    Ok(Taken { version: row.integer()?, checksum: row.bytes()?, is_whole: row.flag()? })
}

/// The steps that are still to be taken, in order.
fn pending<'s>(steps: &'s [Step], taken: &[Taken]) -> Result<Vec<&'s Step>> {
    for taken in taken {
        if !taken.is_whole {
            return Err(half_done(taken.version));
        }
        match steps.iter().find(|step| step.version == taken.version) {
            None => return Err(newer(taken.version)),
            Some(step) if *step.checksum != *taken.checksum => return Err(foreign(taken.version)),
            Some(_) => {}
        }
    }
    let is_taken = |step: &&Step| taken.iter().any(|taken| taken.version == step.version);
    Ok(steps.iter().filter(|step| !is_taken(step)).collect())
}

async fn take(tx: &mut dyn Transaction, dialect: &'static Dialect, step: &Step) -> Result<()> {
    let start = tokio::time::Instant::now();
    tx.run_script(step.up).await?;
    let nanos = i64::try_from(start.elapsed().as_nanos()).unwrap_or(i64::MAX);
    let record = Statement::new(dialect.record_step)
        .bind(step.version)
        .bind(step.description)
        .bind(Value::Bytes(step.checksum.as_ref().into()))
        .bind(nanos);
    tx.execute(record).await?;
    Ok(())
}

/// Asks each step whether all of it is there.
async fn check(connection: &mut dyn Transaction, steps: &[Step]) -> Result<()> {
    let mut missing = Vec::new();
    for step in steps {
        for mut row in connection.fetch(Statement::new(step.check)).await? {
            missing.push(row.text()?);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FailedPrecondition, "the catalog's schema lacks parts that were there")
        .with_context("missing", missing.join(", "))
        .with_help("restore the catalog from a backup; nothing was changed"))
}

fn newer(version: i64) -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the catalog was written by a newer version")
        .with_context("schema", version)
        .with_help("start the newer version of Ragstone, or restore a backup that this one made")
}

fn foreign(version: i64) -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the catalog's schema is not one this version ever made")
        .with_context("schema", version)
        .with_help("start the build of Ragstone that wrote the catalog, or restore a backup")
}

fn half_done(version: i64) -> Error {
    Error::new(ErrorKind::Corrupt, "a change of the catalog's schema was left half done")
        .with_context("schema", version)
        .with_help("restore the catalog from a backup")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Engine;

    fn all_taken(steps: &[Step]) -> Vec<Taken> {
        let taken =
            |step: &Step| Taken { version: step.version, checksum: step.checksum.to_vec(), is_whole: true };
        steps.iter().map(taken).collect()
    }

    #[test]
    fn what_is_missing_is_pending_in_order() {
        let steps = steps(Engine::Sqlite);
        let versions = |steps: Vec<&Step>| steps.iter().map(|step| step.version).collect::<Vec<_>>();
        assert_eq!(versions(pending(&steps, &[]).expect("steps")), (1..=15).collect::<Vec<_>>());
        let mut taken = all_taken(&steps);
        assert!(pending(&steps, &taken).expect("steps").is_empty());
        taken.truncate(1);
        assert_eq!(versions(pending(&steps, &taken).expect("steps")), (2..=15).collect::<Vec<_>>());
    }

    #[test]
    fn a_history_that_is_not_ours_is_refused() {
        let steps = steps(Engine::Postgres);
        let kind = |change: &dyn Fn(&mut Taken)| {
            let mut taken = all_taken(&steps);
            change(&mut taken[1]);
            pending(&steps, &taken).map(|_| ()).map_err(|error| (error.kind(), error.help().is_some()))
        };
        assert_eq!(kind(&|taken| taken.version = 9999), Err((ErrorKind::FailedPrecondition, true)));
        assert_eq!(kind(&|taken| taken.checksum[0] ^= 1), Err((ErrorKind::FailedPrecondition, true)));
        assert_eq!(kind(&|taken| taken.is_whole = false), Err((ErrorKind::Corrupt, true)));
    }
}
