//! Calls with an idempotency key: handed to the engine to be done once.

use std::sync::Arc;

use ragstone_api::idempotency::{ARGUMENT, Fingerprint, read};
use ragstone_core::idempotency::{IdempotencyKey, KeptAnswer, KeyedRequest};
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_engine::{Done, Once};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, MetaObject};
use serde_json::{Value, json};

use super::{Call, Entry, of_text};

/// Member of the result's `_meta` that marks an answer which was given before.
const REPLAYED: &str = "ragstone/idempotency_replayed";

/// Adds the argument to what a tool accepts.
pub(super) fn offered(mut schema: Arc<JsonObject>) -> Arc<JsonObject> {
    let properties = Arc::make_mut(&mut schema).entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        properties.insert(
            ARGUMENT.to_owned(),
            json!({
                "description": "Names the call, so that it can be repeated without being done twice: the same key \
                    with the same arguments is answered as the first time. Use a fresh UUID for each change.",
                "type": "string",
                "minLength": 1,
                "maxLength": 255,
            }),
        );
    }
    schema
}

/// Takes the key out of the arguments; what changes nothing has none, and its arguments are checked as they are.
pub(super) fn take(entry: &Entry, arguments: &mut JsonObject) -> Result<Option<IdempotencyKey>> {
    if entry.operation.is_read_only {
        return Ok(None);
    }
    let Some(key) = arguments.remove(ARGUMENT) else { return Ok(None) };
    let key = key.as_str().ok_or_else(|| Error::invalid(ARGUMENT, "must be a string"))?;
    if let Some(needed) = entry.changes_with.filter(|needed| !arguments.contains_key(*needed)) {
        return Err(Error::invalid(ARGUMENT, "belongs to the call that changes something")
            .with_help(format!("leave it out here, and give it together with {needed}")));
    }
    read(ARGUMENT, key).map(Some)
}

/// Does a call once, in a task that outlives it.
pub(super) async fn once(
    entry: &Entry,
    call: Call<'_>,
    key: IdempotencyKey,
    arguments: JsonObject,
) -> Result<CallToolResult> {
    let arguments = Value::Object(arguments);
    let fingerprint = Fingerprint::of("mcp").with(entry.name.as_bytes()).with_json(&arguments).digest();
    let keyed = KeyedRequest { operation: entry.operation.name.to_owned(), key, fingerprint };
    let Call { engine, config, request, context } = call;
    let (run, config, request) = (entry.run, config.clone(), request.clone());
    let work = {
        let engine = engine.clone();
        move |context: CallContext| async move {
            let Value::Object(arguments) = arguments else { return Done::Forget(Err(no_text())) };
            let call = Call { engine: &engine, config: &config, request: &request, context };
            match run(call, arguments).await {
                Ok(result) => match text_of(&result) {
                    Some(text) => Done::Keep(kept(text), Ok(result)),
                    None => Done::Forget(Err(no_text())),
                },
                Err(error) => Done::Forget(Err(error)),
            }
        }
    };
    match engine.once(&context, keyed, work).await? {
        Once::Fresh(result) => result,
        Once::Replayed(answer) => replay(answer),
    }
}

fn kept(text: &str) -> KeptAnswer {
    KeptAnswer { head: String::new(), body: text.as_bytes().to_vec() }
}

fn replay(answer: KeptAnswer) -> Result<CallToolResult> {
    let text = String::from_utf8(answer.body)
        .map_err(|error| Error::new(ErrorKind::Corrupt, "a kept answer cannot be read").with_source(error))?;
    let mut result = of_text(text)?;
    let mut meta = MetaObject::default();
    meta.insert(REPLAYED.to_owned(), Value::Bool(true));
    result.meta = Some(meta);
    Ok(result)
}

fn text_of(result: &CallToolResult) -> Option<&str> {
    match result.content.first()? {
        ContentBlock::Text(text) => Some(&text.text),
        _ => None,
    }
}

fn no_text() -> Error {
    Error::new(ErrorKind::Unexpected, "a tool answered without a text")
}
