//! Calls about collections and aliases.

use qdrant_client::qdrant::collections_server::Collections;
use qdrant_client::qdrant::{
    ChangeAliases, CollectionDescription, CollectionExists, CollectionExistsRequest,
    CollectionExistsResponse, CollectionOperationResponse, CreateCollection, CreateShardKeyRequest,
    CreateShardKeyResponse, DeleteCollection, GetCollectionInfoRequest, GetCollectionInfoResponse,
    ListAliasesRequest, ListAliasesResponse, ListCollectionAliasesRequest, ListCollectionsRequest,
    ListCollectionsResponse,
};
use tonic::Request;

use super::{Answer, Service, implement};
use crate::qdrant::fault::{bad_input, no_collection, unsupported};
use crate::qdrant::form;
use crate::qdrant::hub;

/// Time that an answer says it took: none is measured.
const TIME: f64 = 0.0;

implement! {
    impl Collections for Service {
        async fn get(&self, request: Request<GetCollectionInfoRequest>) -> Answer<GetCollectionInfoResponse> {
            let name = request.into_inner().collection_name;
            self.run(move |hub| {
                let collection = hub.collection(&name)?;
                let info = form::describe(&collection.request, &collection.all());
                Ok(GetCollectionInfoResponse { result: Some(info), time: TIME })
            })
            .await
        }

        async fn list(&self, _request: Request<ListCollectionsRequest>) -> Answer<ListCollectionsResponse> {
            self.run(|hub| {
                let collections = hub.names().into_iter().map(|name| CollectionDescription { name }).collect();
                Ok(ListCollectionsResponse { collections, time: TIME })
            })
            .await
        }

        async fn create(&self, request: Request<CreateCollection>) -> Answer<CollectionOperationResponse> {
            self.run(|hub| {
                hub.create(request.into_inner())?;
                Ok(CollectionOperationResponse { result: true, time: TIME })
            })
            .await
        }

        async fn delete(&self, request: Request<DeleteCollection>) -> Answer<CollectionOperationResponse> {
            self.run(move |hub| {
                let result = hub.delete(&request.into_inner().collection_name)?;
                Ok(CollectionOperationResponse { result, time: TIME })
            })
            .await
        }

        async fn update_aliases(&self, request: Request<ChangeAliases>) -> Answer<CollectionOperationResponse> {
            self.run(|hub| {
                hub.change_aliases(request.into_inner().actions)?;
                Ok(CollectionOperationResponse { result: true, time: TIME })
            })
            .await
        }

        async fn list_collection_aliases(
            &self,
            request: Request<ListCollectionAliasesRequest>,
        ) -> Answer<ListAliasesResponse> {
            self.run(move |hub| {
                let name = request.into_inner().collection_name;
                if !hub.names().contains(&name) {
                    return Err(no_collection(&name));
                }
                let mut aliases = hub.aliases();
                aliases.retain(|alias| alias.collection_name == name);
                Ok(ListAliasesResponse { aliases, time: TIME })
            })
            .await
        }

        async fn list_aliases(&self, _request: Request<ListAliasesRequest>) -> Answer<ListAliasesResponse> {
            self.run(|hub| Ok(ListAliasesResponse { aliases: hub.aliases(), time: TIME })).await
        }

        async fn collection_exists(
            &self,
            request: Request<CollectionExistsRequest>,
        ) -> Answer<CollectionExistsResponse> {
            self.run(move |hub| {
                let exists = hub.collection(&request.into_inner().collection_name).is_ok();
                Ok(CollectionExistsResponse { result: Some(CollectionExists { exists }), time: TIME })
            })
            .await
        }

        async fn create_shard_key(&self, request: Request<CreateShardKeyRequest>) -> Answer<CreateShardKeyResponse> {
            self.run(move |hub| {
                let request = request.into_inner();
                let key = request.request.ok_or_else(|| bad_input("the shard key is missing"))?;
                let is_plain = key.placement.is_empty() && key.initial_state.is_none();
                let is_single = [key.shards_number, key.replication_factor].iter().all(|n| n.is_none_or(|n| n == 1));
                if !is_plain || !is_single {
                    return Err(unsupported("placing shards"));
                }
                hub.collection(&request.collection_name)?.create_key(&hub::key_text(key.shard_key)?)?;
                Ok(CreateShardKeyResponse { result: true, time: TIME })
            })
            .await
        }
    }
    refuse {
        update(UpdateCollection) -> CollectionOperationResponse;
        collection_cluster_info(CollectionClusterInfoRequest) -> CollectionClusterInfoResponse;
        update_collection_cluster_setup(UpdateCollectionClusterSetupRequest) -> UpdateCollectionClusterSetupResponse;
        delete_shard_key(DeleteShardKeyRequest) -> DeleteShardKeyResponse;
        list_shard_keys(ListShardKeysRequest) -> ListShardKeysResponse;
    }
}
