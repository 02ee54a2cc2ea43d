//! The shape of the network, from `config.json`.

use serde_json::Value;

use super::FolderError;

/// Families that differ in names and positions, and compute the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Positions start at 0.
    Bert,
    /// RoBERTa and those that took its layout: positions start behind the padding's id.
    Roberta,
}

/// Function between the two halves of a feed-forward layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The exact Gaussian error linear unit.
    Gelu,
    /// The rectified linear unit.
    Relu,
}

/// The numbers that decide the network.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelConfig {
    /// Which family it is of.
    pub family: Family,
    /// Length of a token's vector.
    pub hidden: usize,
    /// Layers of the encoder.
    pub layers: usize,
    /// Heads of attention.
    pub heads: usize,
    /// Length of the middle of a feed-forward layer.
    pub intermediate: usize,
    /// Number of tokens.
    pub vocabulary: usize,
    /// Rows of the table of positions.
    pub positions: usize,
    /// First row that a text uses.
    pub first_position: usize,
    /// Rows of the table of token types.
    pub token_types: usize,
    /// Added to variances.
    pub epsilon: f32,
    /// Function of the feed-forward layers.
    pub activation: Activation,
    /// Outputs of the head that judges pairs, where the configuration names one.
    pub labels: Option<usize>,
}

impl ModelConfig {
    pub(super) fn parse(json: &Value) -> Result<Self, FolderError> {
        let family = match json.get("model_type").and_then(Value::as_str) {
            Some("bert") => Family::Bert,
            Some("roberta" | "xlm-roberta" | "camembert") => Family::Roberta,
            other => return Err(FolderError::Family { family: other.unwrap_or("unknown").to_owned() }),
        };
        let first_position = match family {
            Family::Bert => 0,
            Family::Roberta => number(json, "pad_token_id", 0, 1 << 20)? + 1,
        };
        let config = Self {
            family,
            hidden: number(json, "hidden_size", 1, 1 << 16)?,
            layers: number(json, "num_hidden_layers", 1, 256)?,
            heads: number(json, "num_attention_heads", 1, 1 << 10)?,
            intermediate: number(json, "intermediate_size", 1, 1 << 18)?,
            vocabulary: number(json, "vocab_size", 1, 1 << 22)?,
            positions: number(json, "max_position_embeddings", 9, 1 << 16)?,
            first_position,
            token_types: number(json, "type_vocab_size", 1, 16)?,
            epsilon: epsilon(json)?,
            activation: activation(json)?,
            labels: labels(json),
        };
        config.check(json)?;
        Ok(config)
    }

    fn check(&self, json: &Value) -> Result<(), FolderError> {
        if !self.hidden.is_multiple_of(self.heads) {
            return Err(FolderError::Config { key: "num_attention_heads" });
        }
        if self.positions < self.first_position + 8 {
            return Err(FolderError::Config { key: "max_position_embeddings" });
        }
        for (key, plain) in [("position_embedding_type", "absolute")] {
            if let Some(other) = json.get(key).and_then(Value::as_str).filter(|other| *other != plain) {
                return Err(FolderError::Unsupported { what: format!("{key} {other}") });
            }
        }
        for key in ["is_decoder", "add_cross_attention"] {
            if json.get(key).and_then(Value::as_bool) == Some(true) {
                return Err(FolderError::Unsupported { what: key.to_owned() });
            }
        }
        Ok(())
    }

    /// Tokens that there are positions for.
    pub fn max_positions(&self) -> u32 {
        u32::try_from(self.positions - self.first_position).unwrap_or(u32::MAX)
    }
}

fn number(json: &Value, key: &'static str, least: usize, most: usize) -> Result<usize, FolderError> {
    let found = json.get(key).and_then(Value::as_u64).and_then(|found| usize::try_from(found).ok());
    found.filter(|found| (least..=most).contains(found)).ok_or(FolderError::Config { key })
}

fn epsilon(json: &Value) -> Result<f32, FolderError> {
    let found = json.get("layer_norm_eps").map_or(Some(1e-12), Value::as_f64);
    #[expect(clippy::cast_possible_truncation, reason = "a small constant, rounded to what is computed with")]
    let rounded = found.map(|found| found as f32);
    rounded.filter(|found| *found >= 0.0 && *found < 1.0).ok_or(FolderError::Config { key: "layer_norm_eps" })
}

fn activation(json: &Value) -> Result<Activation, FolderError> {
    match json.get("hidden_act").and_then(Value::as_str) {
        None | Some("gelu") => Ok(Activation::Gelu),
        Some("relu") => Ok(Activation::Relu),
        Some(other) => Err(FolderError::Unsupported { what: format!("the activation {other}") }),
    }
}

/// `num_labels` is written as the list of labels.
fn labels(json: &Value) -> Option<usize> {
    let is_classifier = json.get("architectures").and_then(Value::as_array).is_some_and(|names| {
        names.iter().filter_map(Value::as_str).any(|name| name.ends_with("ForSequenceClassification"))
    });
    if !is_classifier {
        return None;
    }
    let listed = json.get("id2label").and_then(Value::as_object).map(serde_json::Map::len);
    let counted =
        json.get("num_labels").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    listed.or(counted).or(Some(2))
}
