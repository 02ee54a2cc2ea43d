//! Changes of the wire as those of the engine.

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_edge::{
    CreateIndex, DeletePayloadOp, FieldIndexOperations, Filter, PayloadOps, PointId, PointInsertOperations,
    PointOperations, PointStructPersisted, PointVectorsPersisted, SetPayloadOp, UpdateOperation,
    UpdateVectorsOp, VectorOperations, VectorStructInternal,
};
use tonic::Status;

use super::fault::{bad_input, unsupported};
use super::filter::filter;
use super::form;
use super::wire::{id, ids, path, payload, vectors};

type Answer<T> = Result<T, Status>;

/// Points that a change is for.
enum Chosen {
    Ids(Vec<PointId>),
    Where(Filter),
}

fn chosen(selector: Option<wire::PointsSelector>) -> Answer<Chosen> {
    match selector.and_then(|selector| selector.points_selector_one_of) {
        Some(PointsSelectorOneOf::Points(list)) => ids(list.ids).map(Chosen::Ids),
        Some(PointsSelectorOneOf::Filter(given)) => {
            let given = filter(Some(given))?.ok_or_else(|| bad_input("the filter is missing"))?;
            Ok(Chosen::Where(given))
        }
        None => Err(bad_input("PointSelector is missing")),
    }
}

pub(super) fn upsert(request: wire::UpsertPoints) -> Answer<UpdateOperation> {
    if request.update_filter.is_some() || request.update_mode.is_some() {
        return Err(unsupported("conditional updates"));
    }
    let points = request.points.into_iter().map(point).collect::<Answer<_>>()?;
    let insert = PointInsertOperations::PointsList(points);
    Ok(UpdateOperation::PointOperation(PointOperations::UpsertPoints(insert)))
}

fn point(point: wire::PointStruct) -> Answer<PointStructPersisted> {
    Ok(PointStructPersisted {
        id: id(point.id)?,
        vector: VectorStructInternal::from(vectors(point.vectors)?).into(),
        payload: Some(payload(point.payload)?),
    })
}

pub(super) fn delete(request: wire::DeletePoints) -> Answer<UpdateOperation> {
    let delete = match chosen(request.points)? {
        Chosen::Ids(ids) => PointOperations::DeletePoints { ids },
        Chosen::Where(filter) => PointOperations::DeletePointsByFilter(filter),
    };
    Ok(UpdateOperation::PointOperation(delete))
}

pub(super) fn update_vectors(request: wire::UpdatePointVectors) -> Answer<UpdateOperation> {
    let update = |point: wire::PointVectors| -> Answer<PointVectorsPersisted> {
        let vector = VectorStructInternal::from(vectors(point.vectors)?).into();
        Ok(PointVectorsPersisted { id: id(point.id)?, vector })
    };
    let points = request.points.into_iter().map(update).collect::<Answer<_>>()?;
    let update = UpdateVectorsOp { points, update_filter: filter(request.update_filter)? };
    Ok(UpdateOperation::VectorOperation(VectorOperations::UpdateVectors(update)))
}

pub(super) fn delete_vectors(request: wire::DeletePointVectors) -> Answer<UpdateOperation> {
    let names = request.vectors.unwrap_or_default().names;
    let delete = match chosen(request.points_selector)? {
        Chosen::Ids(ids) => VectorOperations::DeleteVectors(ids.into(), names),
        Chosen::Where(filter) => VectorOperations::DeleteVectorsByFilter(filter, names),
    };
    Ok(UpdateOperation::VectorOperation(delete))
}

fn payload_change(request: wire::SetPayloadPoints) -> Answer<SetPayloadOp> {
    let key = request.key.as_deref().map(path).transpose()?;
    let (points, filter) = match chosen(request.points_selector)? {
        Chosen::Ids(ids) => (Some(ids), None),
        Chosen::Where(filter) => (None, Some(filter)),
    };
    Ok(SetPayloadOp { payload: payload(request.payload)?, points, filter, key })
}

pub(super) fn set_payload(request: wire::SetPayloadPoints) -> Answer<UpdateOperation> {
    Ok(UpdateOperation::PayloadOperation(PayloadOps::SetPayload(payload_change(request)?)))
}

pub(super) fn overwrite_payload(request: wire::SetPayloadPoints) -> Answer<UpdateOperation> {
    Ok(UpdateOperation::PayloadOperation(PayloadOps::OverwritePayload(payload_change(request)?)))
}

pub(super) fn delete_payload(request: wire::DeletePayloadPoints) -> Answer<UpdateOperation> {
    let keys = request.keys.iter().map(|key| path(key)).collect::<Answer<_>>()?;
    let (points, filter) = match chosen(request.points_selector)? {
        Chosen::Ids(ids) => (Some(ids), None),
        Chosen::Where(filter) => (None, Some(filter)),
    };
    Ok(UpdateOperation::PayloadOperation(PayloadOps::DeletePayload(DeletePayloadOp { keys, points, filter })))
}

pub(super) fn clear_payload(request: wire::ClearPayloadPoints) -> Answer<UpdateOperation> {
    let clear = match chosen(request.points)? {
        Chosen::Ids(points) => PayloadOps::ClearPayload { points },
        Chosen::Where(filter) => PayloadOps::ClearPayloadByFilter(filter),
    };
    Ok(UpdateOperation::PayloadOperation(clear))
}

pub(super) fn create_index(request: &wire::CreateFieldIndexCollection) -> Answer<UpdateOperation> {
    let (field_name, field_schema) = (path(&request.field_name)?, Some(form::field_schema(request)?));
    let create = CreateIndex { field_name, field_schema };
    Ok(UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(create)))
}

pub(super) fn delete_index(request: &wire::DeleteFieldIndexCollection) -> Answer<UpdateOperation> {
    Ok(UpdateOperation::FieldIndexOperation(FieldIndexOperations::DeleteIndex(path(&request.field_name)?)))
}
