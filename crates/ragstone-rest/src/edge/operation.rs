//! Which operation of the table a route is.

/// Method and path of each operation, as the description of the interface has them.
const ROUTES: &[(&str, &str, &str)] = &[
    ("POST", "/api/v1/citations/verify", "citations.verify"),
    ("POST", "/api/v1/collections", "collections.create"),
    ("DELETE", "/api/v1/collections/{collection}", "collections.delete"),
    ("DELETE", "/api/v1/collections/{collection}/migration", "collections.drop_generation"),
    ("GET", "/api/v1/collections/{collection}/archive", "collections.export"),
    ("PUT", "/api/v1/collections/{collection}/archive", "collections.import"),
    ("GET", "/api/v1/collections", "collections.list"),
    ("POST", "/api/v1/collections/{collection}/migration", "collections.migrate"),
    ("GET", "/api/v1/collections/{collection}", "collections.read"),
    ("GET", "/api/v1/collections/{collection}/migration", "collections.read_migration"),
    ("POST", "/api/v1/collections/{collection}/migration/switch", "collections.switch_generation"),
    ("POST", "/api/v1/context", "context"),
    ("DELETE", "/api/v1/documents/{document}", "documents.delete"),
    ("GET", "/api/v1/documents/{document}/versions/{version}/diff", "documents.diff"),
    ("GET", "/api/v1/collections/{collection}/duplicates", "documents.duplicates"),
    ("GET", "/api/v1/collections/{collection}/documents", "documents.list"),
    ("GET", "/api/v1/collections/{collection}/deleted-documents", "documents.list_deleted"),
    ("GET", "/api/v1/documents/{document}/versions", "documents.list_versions"),
    ("POST", "/api/v1/documents/{document}/purge", "documents.purge"),
    ("PUT", "/api/v1/collections/{collection}/documents", "documents.put"),
    ("GET", "/api/v1/documents/{document}", "documents.read"),
    ("GET", "/api/v1/documents/{document}/text", "documents.read_text"),
    ("GET", "/api/v1/documents/{document}/versions/{version}/text", "documents.read_version"),
    ("POST", "/api/v1/documents/{document}/restore", "documents.restore"),
    ("GET", "/api/v1/documents/{document}/similar", "documents.similar"),
    ("GET", "/api/v1/graph-algorithms", "graphs.algorithms"),
    ("POST", "/api/v1/graphs/{graph}/analyses", "graphs.analyze"),
    ("POST", "/api/v1/graphs/{graph}/annotate", "graphs.annotate"),
    ("POST", "/api/v1/graphs/{graph}/changes", "graphs.change"),
    ("POST", "/api/v1/graphs", "graphs.create"),
    ("DELETE", "/api/v1/graphs/{graph}", "graphs.delete"),
    ("POST", "/api/v1/graphs/{graph}/picture", "graphs.draw"),
    ("GET", "/api/v1/graphs/{graph}/file", "graphs.export"),
    ("PUT", "/api/v1/graphs/{graph}/file", "graphs.import"),
    ("GET", "/api/v1/graphs", "graphs.list"),
    ("POST", "/api/v1/graphs/{graph}/query", "graphs.query"),
    ("GET", "/api/v1/graphs/{graph}", "graphs.read"),
    ("POST", "/api/v1/graphs/{graph}/rename", "graphs.rename"),
    ("GET", "/api/v1/graphs/{graph}/schema", "graphs.schema"),
    ("POST", "/api/v1/collections/{collection}/ingest", "ingest.paths"),
    ("POST", "/api/v1/jobs/{job}/cancel", "jobs.cancel"),
    ("GET", "/api/v1/jobs/{job}/events", "jobs.events"),
    ("POST", "/api/v1/collections/{collection}/ingest/jobs", "jobs.ingest_paths"),
    ("GET", "/api/v1/jobs", "jobs.list"),
    ("GET", "/api/v1/jobs/{job}", "jobs.read"),
    ("POST", "/api/v1/jobs/{job}/retry", "jobs.retry"),
    ("POST", "/api/v1/collections/{collection}/uploads", "jobs.upload"),
    ("GET", "/api/v1/passages/{chunk}", "passages.read"),
    ("POST", "/api/v1/search", "search"),
    ("POST", "/api/v1/facets", "search.facets"),
    ("POST", "/api/v1/search/suggest", "search.suggest"),
    ("DELETE", "/api/v1/searches/{search}", "searches.delete"),
    ("GET", "/api/v1/searches", "searches.list"),
    ("GET", "/api/v1/searches/{search}", "searches.read"),
    ("POST", "/api/v1/searches/{search}/run", "searches.run"),
    ("PUT", "/api/v1/searches/{search}", "searches.save"),
    ("GET", "/api/v1/status", "status.read"),
    ("PATCH", "/api/v1/uploads/{upload}", "uploads.append"),
    ("POST", "/api/v1/collections/{collection}/uploads/resumable", "uploads.begin"),
    ("DELETE", "/api/v1/uploads/{upload}", "uploads.delete"),
    ("HEAD", "/api/v1/uploads/{upload}", "uploads.read"),
];

/// Name of the operation; `None` for what is none, such as a health check.
pub(crate) fn of(method: &str, route: &str) -> Option<&'static str> {
    ROUTES.iter().find(|(known, path, _)| *known == method && *path == route).map(|(.., name)| *name)
}

#[cfg(test)]
mod tests {
    use ragstone_api::operation::OPERATIONS;
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_table_is_that_of_the_description() {
        let description = serde_json::to_value(crate::openapi()).expect("serializable");
        let mut described = Vec::new();
        for (path, item) in description["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                let Some(name) = operation.get("operationId").and_then(Value::as_str) else { continue };
                described.push((method.to_ascii_uppercase(), path.clone(), name.to_owned()));
            }
        }
        for (method, path, name) in &described {
            assert_eq!(of(method, path), Some(name.as_str()), "{method} {path}");
        }
        assert_eq!(described.len(), ROUTES.len());
        assert_eq!(ROUTES.len(), OPERATIONS.len());
    }
}
