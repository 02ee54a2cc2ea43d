//! `collections migrate`: another model for a collection.

use std::time::Duration;

use ragstone_api::migration::{
    MigrateRequest, Migration, ModelPrecision, OtherGeneration, Phase, SwitchRequest,
};
use ragstone_core::Result;

use crate::cli::{MigrateArgs, PrecisionArg};
use crate::render::{self, MigrationBar};
use crate::session::Session;

/// How often it is asked how far a migration has come.
const PAUSE: Duration = Duration::from_millis(250);

/// Does what the words say, and waits until it is done unless told not to.
pub(super) async fn run(session: &Session, args: MigrateArgs) -> Result<()> {
    let path = format!("/collections/{}/migration", args.name);
    let mut migration = act(session, &path, &args).await?;
    if args.model.is_some() || args.configured || args.switch || args.rollback {
        let bar = MigrationBar::new();
        while !args.no_wait && is_under_way(&migration) {
            bar.show(&migration);
            tokio::time::sleep(PAUSE).await;
            migration = session.client.get(&path).await?;
        }
    }
    if args.output.json { render::json(&migration) } else { render::migration(&migration) }
}

async fn act(session: &Session, path: &str, args: &MigrateArgs) -> Result<Migration> {
    let client = &session.client;
    let switch = async |to| client.post(&format!("{path}/switch"), &SwitchRequest { to }).await;
    let drop = async |generation: &str| client.delete(&format!("{path}?generation={generation}")).await;
    if args.switch {
        switch(OtherGeneration::Next).await
    } else if args.rollback {
        switch(OtherGeneration::Previous).await
    } else if args.finish {
        drop("previous").await
    } else if args.cancel {
        drop("next").await
    } else if args.status {
        client.get(path).await
    } else {
        let precision = args.precision.map(|precision| match precision {
            PrecisionArg::F32 => ModelPrecision::F32,
            PrecisionArg::Int8 => ModelPrecision::Int8,
        });
        let (model, configured, hold) = (args.model.clone(), args.configured, args.hold);
        client.post(path, &MigrateRequest { model, precision, configured, hold }).await
    }
}

fn is_under_way(migration: &Migration) -> bool {
    matches!(migration.phase, Phase::Embedding | Phase::Indexing)
}
