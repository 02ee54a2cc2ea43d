//! The generations of a collection: one row beside that of the collection, written and compared as a whole.

use ragstone_core::embedding::{Dimensions, Precision};
use ragstone_core::generation::{ChosenModel, Generation, Generations, ModelReference, Standby, StandbyRole};
use ragstone_core::index::IndexSlot;
use ragstone_core::{CollectionId, Error, ErrorKind, Result, Sequence, TenantId};

use super::not_found;
use crate::sql::{Connection, Row, Statement, Value, corrupt};
use crate::transaction::WriteTransaction;

/// Puts generations in place of those that are expected, and tells everybody by a place in the feed.
pub(super) async fn set(
    mut tx: WriteTransaction,
    tenant: TenantId,
    collection: CollectionId,
    expected: Option<Generations>,
    new: Generations,
) -> Result<Sequence> {
    if stored(&mut tx, &tenant, collection).await?.ok_or_else(|| not_found(collection))? != expected {
        return Err(Error::new(ErrorKind::Conflict, "the generations of the collection have changed")
            .with_context("collection", collection));
    }
    let sequence = tx.next_sequence();
    write(&mut tx, collection, &new).await?;
    let raise = Statement::new("UPDATE collections SET head = $2 WHERE id = $1");
    tx.execute(raise.bind(collection).bind(sequence)).await?;
    tx.commit().await?;
    Ok(sequence)
}

/// The generations of a live collection of the tenant; the outer `None` where there is no such collection.
pub(crate) async fn stored(
    tx: &mut WriteTransaction,
    tenant: &TenantId,
    collection: CollectionId,
) -> Result<Option<Option<Generations>>> {
    let find = Statement::new(
        "SELECT g.active_slot, g.active_build, g.active_model, g.active_dimensions, g.active_name,
                g.active_precision, g.active_is_chosen, g.standby_role, g.standby_since, g.standby_build,
                g.standby_model, g.standby_dimensions, g.standby_name, g.standby_precision, g.standby_is_chosen,
                g.is_untidy
         FROM collections k LEFT JOIN collection_generations g ON g.collection = k.id
         WHERE k.id = $1 AND k.tenant = $2 AND k.deleted_sequence IS NULL",
    )
    .bind(collection)
    .bind(tenant);
    let rows = tx.fetch(find).await?;
    rows.into_iter().next().map(|mut row| read(&mut row)).transpose()
}

/// Writes a row whose collection is known to be there.
pub(crate) async fn write(
    tx: &mut WriteTransaction,
    collection: CollectionId,
    generations: &Generations,
) -> Result<()> {
    let forget = Statement::new("DELETE FROM collection_generations WHERE collection = $1");
    tx.execute(forget.bind(collection)).await?;
    let Generations { active, standby, is_untidy } = generations;
    let generation = standby.as_ref().map(|standby| &standby.generation);
    let insert = Statement::new(
        "INSERT INTO collection_generations
             (collection, active_slot, active_build, active_model, active_dimensions, active_name,
              active_precision, active_is_chosen, standby_build, standby_model, standby_dimensions, standby_name,
              standby_precision, standby_is_chosen, standby_role, standby_since, is_untidy)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(collection)
    .bind(number_of(active.slot))
    .bind_all(values(Some(active)))
    .bind_all(values(generation))
    .bind_all([
        standby.as_ref().map_or(Value::Null, |standby| Value::from(standby.role.as_str())),
        standby.as_ref().map_or(Value::Null, |standby| Value::from(standby.since)),
    ])
    .bind(*is_untidy);
    tx.execute(insert).await.map(|_| ())
}

fn values(generation: Option<&Generation>) -> [Value<'_>; 6] {
    let Some(Generation { build, model, is_chosen, .. }) = generation else {
        return [const { Value::Null }; 6];
    };
    [
        Value::from(*build),
        Value::from(&model.digest),
        Value::length(model.dimensions.get()),
        Value::from(model.reference.name()),
        Value::from(model.reference.precision().as_str()),
        Value::from(*is_chosen),
    ]
}

/// Reads the columns that are listed above; `None` where the collection has no row.
pub(super) fn read(row: &mut Row) -> Result<Option<Generations>> {
    let Some(slot) = row.optional_integer()? else {
        row.skip(15);
        return Ok(None);
    };
    let slot = slot_of(slot)?;
    let active = generation(row, slot)?;
    let standby = match row.optional_text()? {
        None => {
            row.skip(7);
            None
        }
        Some(role) => {
            let role =
                StandbyRole::named(&role).ok_or_else(|| corrupt("a generation has an unknown role"))?;
            let since = row.sequence()?;
            Some(Standby { generation: generation(row, slot.other())?, role, since })
        }
    };
    Ok(Some(Generations { active, standby, is_untidy: row.flag()? }))
}

fn generation(row: &mut Row, slot: IndexSlot) -> Result<Generation> {
    let build = row.optional_generation()?.ok_or_else(|| corrupt("a generation has no id"))?;
    let (digest, dimensions, name) = (row.digest()?, row.length()?, row.text()?);
    let precision =
        Precision::named(&row.text()?).ok_or_else(|| corrupt("a model has an unknown precision"))?;
    let invalid = |error: Error| corrupt("a model is described wrongly").with_source(error);
    let model = ChosenModel {
        reference: ModelReference::try_new(name, precision).map_err(invalid)?,
        digest,
        dimensions: Dimensions::try_new(dimensions).map_err(invalid)?,
    };
    Ok(Generation { slot, build, model, is_chosen: row.flag()? })
}

fn number_of(slot: IndexSlot) -> u32 {
    match slot {
        IndexSlot::First => 0,
        IndexSlot::Second => 1,
    }
}

fn slot_of(number: i64) -> Result<IndexSlot> {
    match number {
        0 => Ok(IndexSlot::First),
        1 => Ok(IndexSlot::Second),
        _ => Err(corrupt("a generation has an unknown slot")),
    }
}
