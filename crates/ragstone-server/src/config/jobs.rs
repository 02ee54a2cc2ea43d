//! Work in the background.

use std::time::Duration;

use ragstone_core::Result;
use ragstone_core::job::Retention;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct JobsConfig {
    /// Uploads that this server reads at the same time; 0 leaves them to other servers. At most 64.
    pub(crate) urgent_workers: usize,
    /// Ingests of folders that this server does at the same time; 0 leaves them to other servers. At most 64.
    pub(crate) bulk_workers: usize,
    /// Jobs of one kind that run at the same time on all servers. From 1 to 1000.
    pub(crate) running_per_kind: u32,
    /// Jobs of one tenant that run at the same time on all servers. From 1 to 1000.
    pub(crate) running_per_tenant: u32,
    /// Seconds after which a job whose server vanished is another one's. From 1 to 3600.
    pub(crate) lease_seconds: u64,
    /// Minutes that one attempt may take. From 1 to 10080.
    pub(crate) longest_run_minutes: u64,
    /// Days for which jobs that succeeded or were called off are shown. From 0 to 3650.
    pub(crate) keep_done_days: u64,
    /// Days for which jobs that were given up are shown, with what was uploaded. From 0 to 3650.
    pub(crate) keep_dead_days: u64,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            urgent_workers: 2,
            bulk_workers: 1,
            running_per_kind: 8,
            running_per_tenant: 4,
            lease_seconds: 60,
            longest_run_minutes: 360,
            keep_done_days: 7,
            keep_dead_days: 30,
        }
    }
}

impl JobsConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("jobs.urgent_workers", self.urgent_workers, 0, 64)?;
        within("jobs.bulk_workers", self.bulk_workers, 0, 64)?;
        within("jobs.running_per_kind", self.running_per_kind, 1, 1000)?;
        within("jobs.running_per_tenant", self.running_per_tenant, 1, 1000)?;
        within("jobs.lease_seconds", self.lease_seconds, 1, 3600)?;
        within("jobs.longest_run_minutes", self.longest_run_minutes, 1, 10_080)?;
        within("jobs.keep_done_days", self.keep_done_days, 0, 3650)?;
        within("jobs.keep_dead_days", self.keep_dead_days, 0, 3650)
    }

    /// Has this process do no job.
    pub(crate) fn leave_to_others(&mut self) {
        (self.urgent_workers, self.bulk_workers) = (0, 0);
    }

    /// What the engine does with it.
    pub(crate) fn settings(&self) -> ragstone_engine::JobsConfig {
        let days = |days: u64| Duration::from_hours(days * 24);
        ragstone_engine::JobsConfig {
            urgent_workers: self.urgent_workers,
            bulk_workers: self.bulk_workers,
            running_per_kind: self.running_per_kind,
            running_per_tenant: self.running_per_tenant,
            lease: Duration::from_secs(self.lease_seconds),
            longest_run: Duration::from_mins(self.longest_run_minutes),
            retention: Retention { done: days(self.keep_done_days), dead: days(self.keep_dead_days) },
            ..ragstone_engine::JobsConfig::default()
        }
    }
}
