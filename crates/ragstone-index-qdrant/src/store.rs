//! Requests to one Qdrant server, each with what the settings add to it.

use std::time::Duration;

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::shard_key::Key;
use qdrant_client::qdrant::{
    AliasDescription, AliasOperations, ChangeAliases, CollectionInfo, CountPoints, CreateAlias,
    CreateCollection, CreateFieldIndexCollection, CreateShardKey, CreateShardKeyRequest, DeleteAlias,
    DeleteCollection, DeletePoints, FacetCounts, FacetHit, Filter, GetCollectionInfoRequest, GetPoints,
    HealthCheckRequest, ListAliasesRequest, ListCollectionsRequest, PointId, PointStruct, PointsIdsList,
    PointsOperationResponse, PointsSelector, PrefetchQuery, Query, QueryPoints,
    ReadConsistency as WireConsistency, ReadConsistencyType, RetrievedPoint, ScoredPoint, ScrollPoints,
    SearchParams, ShardKey, ShardKeySelector, UpdateResult, UpdateStatus, UpsertPoints, WithPayloadSelector,
    WithVectorsSelector, facet_value, read_consistency,
};
use ragstone_core::{Result, TenantId};

use crate::config::{QdrantConfig, ReadConsistency};
use crate::connection::Connection;
use crate::fault;

/// A collection or an alias, and how long each request to it may take.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Name of the collection or alias.
    pub(crate) collection: String,
    /// Tenant whose shard key is used, where tenants have one.
    pub(crate) tenant: TenantId,
    /// Time for one request.
    pub(crate) limit: Duration,
}

impl Place {
    /// The same with another collection.
    pub(crate) fn with_collection(&self, collection: String) -> Self {
        Self { collection, ..self.clone() }
    }
}

/// A question for scored points.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranking {
    /// What is asked first.
    pub(crate) prefetch: Vec<PrefetchQuery>,
    /// What orders the points.
    pub(crate) query: Option<Query>,
    /// Vector that the query is for.
    pub(crate) using: Option<String>,
    /// Which points may be found.
    pub(crate) filter: Option<Filter>,
    /// Most points.
    pub(crate) limit: u64,
    /// How the points are looked for; the server's default where `None`.
    pub(crate) params: Option<SearchParams>,
}

/// A server, as one index uses it.
#[derive(Debug)]
pub(crate) struct Store {
    wire: Connection,
    config: QdrantConfig,
}

impl Store {
    /// Wraps prepared connections.
    pub(crate) fn new(wire: Connection, config: QdrantConfig) -> Self {
        Self { wire, config }
    }

    /// The settings.
    pub(crate) fn config(&self) -> &QdrantConfig {
        &self.config
    }

    fn shard_keys(&self, tenant: &TenantId) -> Option<ShardKeySelector> {
        let keys = || ShardKeySelector { shard_keys: vec![shard_key(tenant)], fallback: None };
        self.config.is_sharded_by_tenant.then(keys)
    }

    fn consistency(&self) -> Option<WireConsistency> {
        let value = match self.config.read_consistency? {
            ReadConsistency::Majority => read_consistency::Value::Type(ReadConsistencyType::Majority.into()),
            ReadConsistency::Quorum => read_consistency::Value::Type(ReadConsistencyType::Quorum.into()),
            ReadConsistency::All => read_consistency::Value::Type(ReadConsistencyType::All.into()),
            ReadConsistency::Copies(copies) => read_consistency::Value::Factor(u64::from(copies.get())),
        };
        Some(WireConsistency { value: Some(value) })
    }
}

fn shard_key(tenant: &TenantId) -> ShardKey {
    ShardKey { key: Some(Key::Keyword(tenant.as_str().to_owned())) }
}

impl Store {
    /// Ends what is under way.
    pub(crate) async fn close(&self) {
        self.wire.close().await;
    }
}

// ---- Points ----

impl Store {
    /// Reads the payload of points by id; those that are not there are left out.
    pub(crate) async fn get(
        &self,
        place: &Place,
        ids: Vec<PointId>,
        with_vectors: bool,
    ) -> Result<Vec<RetrievedPoint>> {
        let request = GetPoints {
            collection_name: place.collection.clone(),
            ids,
            with_payload: Some(WithPayloadSelector::from(!with_vectors)),
            with_vectors: Some(WithVectorsSelector::from(with_vectors)),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_keys(&place.tenant),
            ..GetPoints::default()
        };
        let mut points = self.wire.points()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { points.get(asked).await }).await?;
        Ok(answer.result)
    }

    /// Reads a page of points with their vectors, without payload, and where the next page begins.
    pub(crate) async fn scroll(
        &self,
        place: &Place,
        filter: Filter,
        offset: Option<PointId>,
        limit: u32,
    ) -> Result<(Vec<RetrievedPoint>, Option<PointId>)> {
        let request = ScrollPoints {
            filter: Some(filter),
            offset,
            limit: Some(limit),
            with_payload: Some(WithPayloadSelector::from(false)),
            with_vectors: Some(WithVectorsSelector::from(vec![crate::point::KEYWORD_VECTOR])),
            ..ScrollPoints::default()
        };
        self.page(place, request).await
    }

    /// Reads a page of points with one field, without vectors, and where the next page begins.
    pub(crate) async fn scroll_field(
        &self,
        place: &Place,
        filter: Filter,
        offset: Option<PointId>,
        field: &str,
        limit: u32,
    ) -> Result<(Vec<RetrievedPoint>, Option<PointId>)> {
        let request = ScrollPoints {
            filter: Some(filter),
            offset,
            limit: Some(limit),
            with_payload: Some(WithPayloadSelector::from(vec![field])),
            with_vectors: Some(WithVectorsSelector::from(false)),
            ..ScrollPoints::default()
        };
        self.page(place, request).await
    }

    /// Asks for a page in a place.
    async fn page(
        &self,
        place: &Place,
        wanted: ScrollPoints,
    ) -> Result<(Vec<RetrievedPoint>, Option<PointId>)> {
        let request = ScrollPoints {
            collection_name: place.collection.clone(),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_keys(&place.tenant),
            ..wanted
        };
        let mut points = self.wire.points()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { points.scroll(asked).await }).await?;
        Ok((answer.result, answer.next_page_offset))
    }

    /// Counts the points that have each keyword of a field, exactly; those of most points first.
    pub(crate) async fn facet(
        &self,
        place: &Place,
        filter: Filter,
        field: String,
        limit: u64,
    ) -> Result<Vec<(String, u64)>> {
        let request = FacetCounts {
            collection_name: place.collection.clone(),
            key: field,
            filter: Some(filter),
            limit: Some(limit),
            exact: Some(true),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_keys(&place.tenant),
            ..FacetCounts::default()
        };
        let mut points = self.wire.points()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { points.facet(asked).await }).await?;
        let keyword = |hit: FacetHit| match hit.value.and_then(|value| value.variant) {
            Some(facet_value::Variant::StringValue(word)) => Ok((word, hit.count)),
            _ => Err(fault::corrupt("a value is no word")),
        };
        answer.hits.into_iter().map(keyword).collect()
    }

    /// Ranks points.
    pub(crate) async fn rank(&self, place: &Place, ranking: Ranking) -> Result<Vec<ScoredPoint>> {
        let request = QueryPoints {
            collection_name: place.collection.clone(),
            prefetch: ranking.prefetch,
            query: ranking.query,
            using: ranking.using,
            filter: ranking.filter,
            limit: Some(ranking.limit),
            params: ranking.params,
            with_payload: Some(WithPayloadSelector::from(false)),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_keys(&place.tenant),
            ..QueryPoints::default()
        };
        let mut points = self.wire.points()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { points.query(asked).await }).await?;
        Ok(answer.result)
    }

    /// Counts points exactly.
    pub(crate) async fn count(&self, place: &Place, filter: Filter) -> Result<u64> {
        let request = CountPoints {
            collection_name: place.collection.clone(),
            filter: Some(filter),
            exact: Some(true),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_keys(&place.tenant),
            ..CountPoints::default()
        };
        let mut points = self.wire.points()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { points.count(asked).await }).await?;
        answer.result.map(|result| result.count).ok_or_else(|| fault::corrupt("a count has no result"))
    }

    /// Writes points, replacing those of the same ids, and waits until they can be found.
    pub(crate) async fn upsert(&self, place: &Place, batch: Vec<PointStruct>) -> Result<()> {
        let request = UpsertPoints {
            collection_name: place.collection.clone(),
            wait: Some(true),
            points: batch,
            shard_key_selector: self.shard_keys(&place.tenant),
            ..UpsertPoints::default()
        };
        let mut points = self.wire.points()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { points.upsert(asked).await }).await?;
        applied(&answer)
    }

    /// Removes points, and waits until they can be found no more.
    pub(crate) async fn delete(&self, place: &Place, ids: Vec<PointId>) -> Result<()> {
        let selector = PointsSelectorOneOf::Points(PointsIdsList { ids });
        let request = DeletePoints {
            collection_name: place.collection.clone(),
            wait: Some(true),
            points: Some(PointsSelector { points_selector_one_of: Some(selector) }),
            shard_key_selector: self.shard_keys(&place.tenant),
            ..DeletePoints::default()
        };
        let mut points = self.wire.points()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { points.delete(asked).await }).await?;
        applied(&answer)
    }

    /// Makes an index of a field, and waits for it.
    pub(crate) async fn create_index(
        &self,
        limit: Duration,
        request: CreateFieldIndexCollection,
    ) -> Result<()> {
        let mut points = self.wire.points()?;
        let answer = self
            .wire
            .ask(limit, request, |asked| async move { points.create_field_index(asked).await })
            .await?;
        applied(&answer)
    }
}

/// What Qdrant has only taken note of may still fail, and cannot be found yet.
fn applied(answer: &PointsOperationResponse) -> Result<()> {
    match answer.result.as_ref().map(UpdateResult::status) {
        Some(UpdateStatus::Completed) => Ok(()),
        _ => Err(fault::late()),
    }
}

// ---- Collections ----

impl Store {
    /// Version that the server reports.
    pub(crate) async fn version(&self, limit: Duration) -> Result<String> {
        let mut server = self.wire.server()?;
        let answer = self
            .wire
            .ask(limit, HealthCheckRequest {}, |asked| async move { server.health_check(asked).await });
        Ok(answer.await?.version)
    }

    /// What a collection is made of.
    pub(crate) async fn info(&self, place: &Place) -> Result<CollectionInfo> {
        let request = GetCollectionInfoRequest { collection_name: place.collection.clone() };
        let mut collections = self.wire.collections()?;
        let answer =
            self.wire.ask(place.limit, request, |asked| async move { collections.get(asked).await }).await?;
        answer.result.ok_or_else(|| fault::corrupt("a collection has no description"))
    }

    /// Makes a collection, with the shard key of the tenant where tenants have one.
    pub(crate) async fn create_collection(&self, place: &Place, request: CreateCollection) -> Result<()> {
        let mut collections = self.wire.collections()?;
        self.wire.ask(place.limit, request, |asked| async move { collections.create(asked).await }).await?;
        if !self.config.is_sharded_by_tenant {
            return Ok(());
        }
        let key = CreateShardKey {
            shard_key: Some(shard_key(&place.tenant)),
            shards_number: self.config.shards,
            replication_factor: self.config.replicas,
            ..CreateShardKey::default()
        };
        let request = CreateShardKeyRequest {
            collection_name: place.collection.clone(),
            request: Some(key),
            timeout: None,
        };
        let mut collections = self.wire.collections()?;
        self.wire
            .ask(place.limit, request, |asked| async move { collections.create_shard_key(asked).await })
            .await?;
        Ok(())
    }

    /// Removes a collection with its aliases; one that is not there is fine.
    pub(crate) async fn delete_collection(&self, limit: Duration, name: String) -> Result<()> {
        let request = DeleteCollection { collection_name: name, timeout: None };
        let mut collections = self.wire.collections()?;
        self.wire.ask(limit, request, |asked| async move { collections.delete(asked).await }).await?;
        Ok(())
    }

    /// Names of all collections.
    pub(crate) async fn collections(&self, limit: Duration) -> Result<Vec<String>> {
        let mut collections = self.wire.collections()?;
        let answer = self
            .wire
            .ask(limit, ListCollectionsRequest {}, |asked| async move { collections.list(asked).await });
        Ok(answer.await?.collections.into_iter().map(|collection| collection.name).collect())
    }

    /// All aliases.
    pub(crate) async fn aliases(&self, limit: Duration) -> Result<Vec<AliasDescription>> {
        let mut collections = self.wire.collections()?;
        let answer = self
            .wire
            .ask(limit, ListAliasesRequest {}, |asked| async move { collections.list_aliases(asked).await });
        Ok(answer.await?.aliases)
    }

    /// Lets an alias stand for another collection, or for none, at once.
    pub(crate) async fn switch_alias(
        &self,
        limit: Duration,
        alias: &str,
        from_any: bool,
        to: Option<String>,
    ) -> Result<()> {
        let delete = from_any.then(|| Action::DeleteAlias(DeleteAlias { alias_name: alias.to_owned() }));
        let create = to.map(|collection_name| {
            Action::CreateAlias(CreateAlias { collection_name, alias_name: alias.to_owned() })
        });
        let actions = delete.into_iter().chain(create);
        let actions = actions.map(|action| AliasOperations { action: Some(action) }).collect();
        let mut collections = self.wire.collections()?;
        let request = ChangeAliases { actions, timeout: None };
        self.wire.ask(limit, request, |asked| async move { collections.update_aliases(asked).await }).await?;
        Ok(())
    }
}
