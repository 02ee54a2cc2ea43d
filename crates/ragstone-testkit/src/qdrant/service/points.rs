//! Calls about points.

use qdrant_client::qdrant::points_server::Points;
use qdrant_client::qdrant::{
    BatchResult, ClearPayloadPoints, CountPoints, CountResponse, CountResult, CreateFieldIndexCollection,
    DeleteFieldIndexCollection, DeletePayloadPoints, DeletePointVectors, DeletePoints, FacetCounts,
    FacetResponse, GetPoints, GetResponse, PointsOperationResponse, QueryBatchPoints, QueryBatchResponse,
    QueryPoints, QueryResponse, ScoredPoint, ScrollPoints, ScrollResponse, SetPayloadPoints,
    ShardKeySelector, UpdatePointVectors, UpdateResult, UpdateStatus, UpsertPoints,
};
use qdrant_edge::UpdateOperation;
use tonic::{Request, Status};

use super::{Answer, Service, engine, implement};
use crate::qdrant::change;
use crate::qdrant::hub::Hub;
use crate::qdrant::question;
use crate::qdrant::wire;

/// Time that an answer says it took: none is measured.
const TIME: f64 = 0.0;

/// Every change is applied before it is answered, whether the request waits or not.
fn completed() -> PointsOperationResponse {
    let result = UpdateResult { operation_id: None, status: UpdateStatus::Completed.into() };
    PointsOperationResponse { result: Some(result), time: TIME, usage: None }
}

impl Service {
    async fn change(
        &self,
        collection: String,
        selector: Option<ShardKeySelector>,
        operation: Result<UpdateOperation, Status>,
    ) -> Answer<PointsOperationResponse> {
        self.run(move |hub| {
            let shard = hub.collection(&collection)?.shard(selector)?;
            let operation = operation?;
            engine(&shard, |shard| shard.update(operation))?;
            Ok(completed())
        })
        .await
    }

    async fn change_all(
        &self,
        collection: String,
        operation: Result<UpdateOperation, Status>,
    ) -> Answer<PointsOperationResponse> {
        self.run(move |hub| {
            let shards = hub.collection(&collection)?.all();
            let operation = operation?;
            for shard in shards {
                engine(&shard, |shard| shard.update(operation.clone()))?;
            }
            Ok(completed())
        })
        .await
    }
}

fn ranked(hub: &Hub, request: QueryPoints) -> Result<Vec<ScoredPoint>, Status> {
    let shard = hub.collection(&request.collection_name)?.shard(request.shard_key_selector.clone())?;
    let asked = question::query(request)?;
    let found = engine(&shard, |shard| shard.query(asked))?;
    Ok(found.into_iter().map(question::scored).collect())
}

implement! {
    impl Points for Service {
        async fn upsert(&self, request: Request<UpsertPoints>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::upsert(request)).await
        }

        async fn delete(&self, request: Request<DeletePoints>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::delete(request)).await
        }

        async fn get(&self, request: Request<GetPoints>) -> Answer<GetResponse> {
            self.run(move |hub| {
                let request = request.into_inner();
                let shard = hub.collection(&request.collection_name)?.shard(request.shard_key_selector)?;
                let ids = wire::ids(request.ids)?;
                let with_payload = wire::with_payload(request.with_payload, true)?;
                let with_vectors = wire::with_vectors(request.with_vectors);
                let found = engine(&shard, |shard| shard.retrieve(&ids, Some(with_payload), Some(with_vectors)))?;
                let result = found.into_iter().map(question::retrieved).collect();
                Ok(GetResponse { result, time: TIME, usage: None })
            })
            .await
        }

        async fn update_vectors(&self, request: Request<UpdatePointVectors>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::update_vectors(request)).await
        }

        async fn delete_vectors(&self, request: Request<DeletePointVectors>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::delete_vectors(request)).await
        }

        async fn set_payload(&self, request: Request<SetPayloadPoints>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::set_payload(request)).await
        }

        async fn overwrite_payload(&self, request: Request<SetPayloadPoints>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::overwrite_payload(request)).await
        }

        async fn delete_payload(&self, request: Request<DeletePayloadPoints>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::delete_payload(request)).await
        }

        async fn clear_payload(&self, request: Request<ClearPayloadPoints>) -> Answer<PointsOperationResponse> {
            let mut request = request.into_inner();
            let collection = std::mem::take(&mut request.collection_name);
            self.change(collection, request.shard_key_selector.take(), change::clear_payload(request)).await
        }

        async fn create_field_index(
            &self,
            request: Request<CreateFieldIndexCollection>,
        ) -> Answer<PointsOperationResponse> {
            let request = request.into_inner();
            let operation = change::create_index(&request);
            self.change_all(request.collection_name, operation).await
        }

        async fn delete_field_index(
            &self,
            request: Request<DeleteFieldIndexCollection>,
        ) -> Answer<PointsOperationResponse> {
            let request = request.into_inner();
            let operation = change::delete_index(&request);
            self.change_all(request.collection_name, operation).await
        }

        async fn scroll(&self, request: Request<ScrollPoints>) -> Answer<ScrollResponse> {
            self.run(move |hub| {
                let mut request = request.into_inner();
                let shard = hub.collection(&request.collection_name)?.shard(request.shard_key_selector.take())?;
                let asked = question::scroll(request)?;
                let (found, next) = engine(&shard, |shard| shard.scroll(asked))?;
                let result = found.into_iter().map(question::retrieved).collect();
                let next_page_offset = next.map(wire::wire_id);
                Ok(ScrollResponse { next_page_offset, result, time: TIME, usage: None })
            })
            .await
        }

        async fn count(&self, request: Request<CountPoints>) -> Answer<CountResponse> {
            self.run(move |hub| {
                let mut request = request.into_inner();
                let shard = hub.collection(&request.collection_name)?.shard(request.shard_key_selector.take())?;
                let asked = question::count(request)?;
                let count = engine(&shard, |shard| shard.count(asked))? as u64;
                Ok(CountResponse { result: Some(CountResult { count }), time: TIME, usage: None })
            })
            .await
        }

        async fn facet(&self, request: Request<FacetCounts>) -> Answer<FacetResponse> {
            self.run(move |hub| {
                let mut request = request.into_inner();
                let shard = hub.collection(&request.collection_name)?.shard(request.shard_key_selector.take())?;
                let asked = question::facet(request)?;
                let found = engine(&shard, |shard| shard.facet(asked))?;
                let hits = found.hits.into_iter().map(question::facet_hit).collect::<Result<_, Status>>()?;
                Ok(FacetResponse { hits, time: TIME, usage: None })
            })
            .await
        }

        async fn query(&self, request: Request<QueryPoints>) -> Answer<QueryResponse> {
            self.run(move |hub| {
                Ok(QueryResponse { result: ranked(hub, request.into_inner())?, time: TIME, usage: None })
            })
            .await
        }

        async fn query_batch(&self, request: Request<QueryBatchPoints>) -> Answer<QueryBatchResponse> {
            self.run(move |hub| {
                let QueryBatchPoints { collection_name, query_points, .. } = request.into_inner();
                let one = |asked| -> Result<BatchResult, Status> {
                    let asked = QueryPoints { collection_name: collection_name.clone(), ..asked };
                    Ok(BatchResult { result: ranked(hub, asked)? })
                };
                let result = query_points.into_iter().map(one).collect::<Result<_, Status>>()?;
                Ok(QueryBatchResponse { result, time: TIME, usage: None })
            })
            .await
        }
    }
    refuse {
        create_vector_name(CreateVectorNameRequest) -> PointsOperationResponse;
        delete_vector_name(DeleteVectorNameRequest) -> PointsOperationResponse;
        search(SearchPoints) -> SearchResponse;
        search_batch(SearchBatchPoints) -> SearchBatchResponse;
        search_groups(SearchPointGroups) -> SearchGroupsResponse;
        recommend(RecommendPoints) -> RecommendResponse;
        recommend_batch(RecommendBatchPoints) -> RecommendBatchResponse;
        recommend_groups(RecommendPointGroups) -> RecommendGroupsResponse;
        discover(DiscoverPoints) -> DiscoverResponse;
        discover_batch(DiscoverBatchPoints) -> DiscoverBatchResponse;
        update_batch(UpdateBatchPoints) -> UpdateBatchResponse;
        query_groups(QueryPointGroups) -> QueryGroupsResponse;
        search_matrix_pairs(SearchMatrixPoints) -> SearchMatrixPairsResponse;
        search_matrix_offsets(SearchMatrixPoints) -> SearchMatrixOffsetsResponse;
    }
}
