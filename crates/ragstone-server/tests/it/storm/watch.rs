//! What the operating system and PostgreSQL say of the server meanwhile.

use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::load::{Call, Caller, Tenant, word};
use crate::postgres::Database;

use super::COMMON;

/// Between two looks.
const INTERVAL: Duration = Duration::from_millis(50);
/// How long the number of waiting writers must not have changed to be the most that there will be.
const STEADY: Duration = Duration::from_secs(1);
/// Longest wait for something to become steady.
const PATIENCE: Duration = Duration::from_secs(20);

/// Files that a process has open.
pub(super) fn descriptors(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).expect("a process").count()
}

async fn connect(database: &Database) -> PgConnection {
    PgConnection::connect(database.url().as_str()).await.expect("connected")
}

async fn count(connection: &mut PgConnection, condition: &'static str) -> usize {
    // Itself left out.
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND {condition}"
    );
    let count: i64 =
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(connection).await.expect("counted");
    usize::try_from(count).expect("small")
}

const IDLE: &str = "state LIKE 'idle in transaction%'";
const STUCK: &str = "state LIKE 'idle in transaction%' AND now() - state_change > interval '1 second'";

/// Connections that are idle in a transaction; waits for what is about to end.
pub(super) async fn idle_in_transaction(database: &Database, patience: Duration) -> usize {
    let mut connection = connect(database).await;
    let start = SystemClock.instant();
    loop {
        let idle = count(&mut connection, IDLE).await;
        if idle == 0 || SystemClock.instant() - start > patience {
            return idle;
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// What was seen at worst.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) looks: usize,
    pub(super) connections: usize,
    /// In a transaction, without a statement.
    pub(super) idle: usize,
    /// The same for more than a second.
    pub(super) stuck: usize,
}

/// Looks at the connections of a database until told to end.
pub(super) struct Watch {
    stop: CancellationToken,
    task: JoinHandle<Seen>,
}

impl Watch {
    pub(super) async fn start(database: &Database) -> Self {
        let mut connection = connect(database).await;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        #[expect(clippy::disallowed_methods, reason = "the watch owns the task and joins it")]
        let task = tokio::spawn(async move {
            let mut seen = Seen::default();
            while !stopped.is_cancelled() {
                seen.looks += 1;
                seen.connections = seen.connections.max(count(&mut connection, "true").await);
                seen.idle = seen.idle.max(count(&mut connection, IDLE).await);
                seen.stuck = seen.stuck.max(count(&mut connection, STUCK).await);
                tokio::time::sleep(INTERVAL).await;
            }
            seen
        });
        Self { stop, task }
    }

    pub(super) async fn end(self) -> Seen {
        self.stop.cancel();
        self.task.await.expect("the watch ends")
    }
}

/// How many connections the server can use at once.
///
/// Makes all writers wait for a row, counts how many of them get as far as the database, and lets them finish.
pub(super) async fn most_writers(database: &Database, caller: &Caller, tenants: &[Tenant]) -> usize {
    let (mut connection, mut looking) = (connect(database).await, connect(database).await);
    let mut transaction = connection.begin().await.expect("begun");
    sqlx::query("SELECT * FROM counters FOR UPDATE").fetch_all(&mut *transaction).await.expect("locked");
    let (caller, tenants) = (caller.clone(), tenants.to_vec());
    #[expect(clippy::disallowed_methods, reason = "joined below")]
    let writers = tokio::spawn(async move {
        super::all(&tenants, |tenant| {
            let caller = caller.clone();
            async move {
                let text = tenant.text(COMMON, &word("qbusy", 0), 2);
                caller.ok(&tenant.token, Call::put("whole", &text)).await
            }
        })
        .await
    });
    let most = most_waiting(&mut looking).await;
    transaction.rollback().await.expect("let go");
    writers.await.expect("every write succeeds");
    most
}

async fn most_waiting(connection: &mut PgConnection) -> usize {
    let start = SystemClock.instant();
    let (mut most, mut since) = (0, start);
    while SystemClock.instant() - since < STEADY || most == 0 {
        assert!(SystemClock.instant() - start < PATIENCE, "no writer reaches the database");
        let waiting = count(connection, "wait_event_type = 'Lock'").await;
        if waiting > most {
            (most, since) = (waiting, SystemClock.instant());
        }
        tokio::time::sleep(INTERVAL).await;
    }
    most
}
