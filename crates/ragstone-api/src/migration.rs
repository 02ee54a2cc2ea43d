//! Migrations of collections to other models.

use ragstone_core::Error;
use ragstone_core::embedding::Precision;
use ragstone_core::generation::StandbyRole;
use ragstone_core::report::{GenerationReport, MigrationPhase, MigrationReport, StandbyReport};
use ragstone_core::request::{MigrateCollection, MigrationTarget};
use serde::{Deserialize, Serialize};

/// A migration to begin. Exactly one of `model` and `configured` is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MigrateRequest {
    /// Name of a model of the server: a folder among its models, as `ragstone model pull` makes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Numbers that the model computes with; what the configuration says where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<ModelPrecision>,
    /// Whether the collection is to have the configured model, now and whenever another one is configured.
    #[serde(default)]
    pub configured: bool,
    /// Whether the new generation waits to be told to answer, once it can.
    #[serde(default)]
    pub hold: bool,
}

/// Numbers that a model computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(rename_all = "snake_case")]
pub enum ModelPrecision {
    /// 32-bit floating point.
    F32,
    /// 8-bit integers: faster and a little less exact.
    Int8,
}

impl TryFrom<MigrateRequest> for MigrateCollection {
    type Error = Error;

    fn try_from(request: MigrateRequest) -> Result<Self, Error> {
        let MigrateRequest { model, precision, configured, hold } = request;
        let precision = precision.map(|precision| match precision {
            ModelPrecision::F32 => Precision::F32,
            ModelPrecision::Int8 => Precision::Int8,
        });
        let target = match (model, configured) {
            (Some(name), false) => MigrationTarget::Model { name: checked(name)?, precision },
            (None, true) if precision.is_none() => MigrationTarget::Configured,
            (None, true) => {
                return Err(Error::invalid(
                    "precision",
                    "is that of the configuration for the configured model",
                ));
            }
            _ => {
                return Err(Error::invalid("model", "or `configured` must be given, and not both")
                    .with_help("name a folder of the server's models, or set `configured` to true"));
            }
        };
        Ok(Self { target, is_held: hold })
    }
}

/// A name leads nowhere but to a folder of models.
fn checked(name: String) -> Result<String, Error> {
    let is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter));
    if is_plain && !name.is_empty() && name.len() <= 128 && !name.starts_with('.') {
        return Ok(name);
    }
    Err(Error::invalid("model", "must be the name of a folder: 1 to 128 letters, digits, `.`, `_` and `-`")
        .with_help("`ragstone model pull` says the name of the folder that it makes"))
}

/// Which generation beside the active one is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(rename_all = "snake_case")]
pub enum OtherGeneration {
    /// The one that a migration builds.
    Next,
    /// The one that answered before.
    Previous,
}

impl From<OtherGeneration> for StandbyRole {
    fn from(generation: OtherGeneration) -> Self {
        match generation {
            OtherGeneration::Next => Self::Next,
            OtherGeneration::Previous => Self::Previous,
        }
    }
}

/// Which generation is to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SwitchRequest {
    /// The generation that is to answer.
    pub to: OtherGeneration,
}

/// Which generation is to be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropQuery {
    /// The generation that is to go, with its vectors and its index.
    pub generation: OtherGeneration,
}

/// The models of a collection, and how far a migration has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Migration {
    /// The collection.
    pub collection: String,
    /// Where the migration stands.
    pub phase: Phase,
    /// What answers; left out where there is no model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<GenerationOfModel>,
    /// The other generation; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standby: Option<StandbyGeneration>,
}

/// Where a migration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is no migration.
    Settled,
    /// Vectors of the next generation are being computed.
    Embedding,
    /// The index of the next generation is being filled.
    Indexing,
    /// The next generation waits to be told to answer.
    Held,
    /// The next generation answers; the previous one is kept up to date for a way back.
    Switched,
}

/// One set of vectors of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GenerationOfModel {
    /// Name of the model.
    pub model: String,
    /// Numbers that it computes with: `f32`, `int8`, or `served` where another server decides.
    pub precision: String,
    /// Length of its vectors.
    pub dimensions: u64,
    /// Whether it is the configured model, and changes with the configuration.
    pub follows_configuration: bool,
    /// What keeps it from answering or from getting further; left out where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// A set of vectors that does not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StandbyGeneration {
    /// The generation.
    #[serde(flatten)]
    pub generation: GenerationOfModel,
    /// `next` or `held` while it is built, `previous` where it answered before.
    pub role: String,
    /// Documents of the collection.
    pub documents: u64,
    /// Documents that have vectors of the model; those without text never have.
    pub embedded_documents: u64,
    /// Passages of the collection.
    pub passages: u64,
    /// Passages in the index of the generation.
    pub indexed_passages: u64,
}

impl From<MigrationReport> for Migration {
    fn from(report: MigrationReport) -> Self {
        let MigrationReport { collection, phase, active, standby } = report;
        Self {
            collection: collection.into(),
            phase: match phase {
                MigrationPhase::Settled => Phase::Settled,
                MigrationPhase::Embedding => Phase::Embedding,
                MigrationPhase::Indexing => Phase::Indexing,
                MigrationPhase::Held => Phase::Held,
                MigrationPhase::Switched => Phase::Switched,
            },
            active: active.map(GenerationOfModel::from),
            standby: standby.map(StandbyGeneration::from),
        }
    }
}

impl From<GenerationReport> for GenerationOfModel {
    fn from(report: GenerationReport) -> Self {
        let GenerationReport { model, dimensions, is_chosen, trouble } = report;
        Self {
            model: model.name().to_owned(),
            precision: model.precision().as_str().to_owned(),
            dimensions: dimensions.get() as u64,
            follows_configuration: !is_chosen,
            trouble,
        }
    }
}

impl From<StandbyReport> for StandbyGeneration {
    fn from(report: StandbyReport) -> Self {
        Self {
            generation: report.generation.into(),
            role: report.role.as_str().to_owned(),
            documents: report.documents,
            embedded_documents: report.embedded_documents,
            passages: report.passages,
            indexed_passages: report.indexed_passages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(request: serde_json::Value) -> Option<MigrateCollection> {
        let request: MigrateRequest = serde_json::from_value(request).ok()?;
        request.try_into().ok()
    }

    #[test]
    fn a_migration_has_one_target() {
        let model = asked(serde_json::json!({ "model": "e5-small", "precision": "int8", "hold": true }));
        let target = MigrationTarget::Model { name: "e5-small".to_owned(), precision: Some(Precision::Int8) };
        assert_eq!(model, Some(MigrateCollection { target, is_held: true }));
        let configured = asked(serde_json::json!({ "configured": true }));
        let target = MigrationTarget::Configured;
        assert_eq!(configured, Some(MigrateCollection { target, is_held: false }));
        for wrong in [
            serde_json::json!({}),
            serde_json::json!({ "model": "a", "configured": true }),
            serde_json::json!({ "configured": true, "precision": "f32" }),
            serde_json::json!({ "model": "a", "precision": "served" }),
            serde_json::json!({ "model": "a", "later": true }),
        ] {
            assert_eq!(asked(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_leads_to_no_other_folder() {
        for wrong in ["", "..", ".hidden", "a/b", "/etc", "a\\b", "a b", "ä"] {
            assert_eq!(asked(serde_json::json!({ "model": wrong })), None, "{wrong}");
        }
    }
}
