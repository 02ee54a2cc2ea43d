//! Small models made for tests: real files of the layout, with weights drawn from a seed.
#![allow(dead_code, reason = "features decide which tests there are")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Tensors by name: shape and numbers.
pub(crate) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// A model under construction.
#[derive(Debug)]
pub(crate) struct MadeModel {
    pub(crate) config: Value,
    pub(crate) pooling: Option<Value>,
    pub(crate) tensors: Tensors,
    pub(crate) dtype: Dtype,
}

const HIDDEN: usize = 32;
const MIDDLE: usize = 64;
const LAYERS: usize = 2;
const POSITIONS: usize = 128;

/// Words of the tokenizer behind its special ones; the rest of a text is cut into letters.
const WORDS: [&str; 16] = [
    "the", "red", "apple", "table", "on", "a", "prime", "numbers", "and", "their", "gaps", "lies", "capital",
    "of", "germany", "word",
];

/// A linear congruential generator: the same numbers everywhere.
struct Numbers(u64);

impl Numbers {
    /// About normal, by the sum of uniforms.
    fn next(&mut self) -> f32 {
        let mut sum = 0.0;
        for _ in 0..6 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sum += f32::from(u16::try_from(self.0 >> 48).expect("16 bits")) / 65_536.0 - 0.5;
        }
        sum
    }
}

impl MadeModel {
    /// A BERT for embeddings.
    pub(crate) fn bert() -> Self {
        let mut numbers = Numbers(7);
        let tensors = encoder("", POSITIONS, 2, &mut numbers);
        let config = config("bert", "BertModel", POSITIONS, 2);
        let pooling = json!({"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false});
        Self { config, pooling: Some(pooling), tensors, dtype: Dtype::F32 }
    }

    /// A RoBERTa for embeddings, whose positions start behind the padding.
    pub(crate) fn roberta() -> Self {
        let mut numbers = Numbers(8);
        let tensors = encoder("roberta.", POSITIONS + 2, 1, &mut numbers);
        let mut config = config("xlm-roberta", "XLMRobertaModel", POSITIONS + 2, 1);
        config["pad_token_id"] = json!(1);
        let pooling = json!({"pooling_mode_mean_tokens": false, "pooling_mode_cls_token": true});
        Self { config, pooling: Some(pooling), tensors, dtype: Dtype::F32 }
    }

    /// A BERT that judges pairs.
    pub(crate) fn cross_encoder() -> Self {
        let mut numbers = Numbers(9);
        let mut tensors = encoder("bert.", POSITIONS, 2, &mut numbers);
        linear(&mut tensors, "bert.pooler.dense", HIDDEN, HIDDEN, &mut numbers);
        linear(&mut tensors, "classifier", HIDDEN, 1, &mut numbers);
        let mut config = config("bert", "BertForSequenceClassification", POSITIONS, 2);
        config["id2label"] = json!({"0": "LABEL_0"});
        Self { config, pooling: None, tensors, dtype: Dtype::F32 }
    }

    /// A RoBERTa that judges pairs.
    pub(crate) fn roberta_cross_encoder() -> Self {
        let mut numbers = Numbers(10);
        let mut tensors = encoder("roberta.", POSITIONS + 2, 1, &mut numbers);
        linear(&mut tensors, "classifier.dense", HIDDEN, HIDDEN, &mut numbers);
        linear(&mut tensors, "classifier.out_proj", HIDDEN, 1, &mut numbers);
        let mut config = config("roberta", "RobertaForSequenceClassification", POSITIONS + 2, 1);
        config["pad_token_id"] = json!(1);
        config["id2label"] = json!({"0": "LABEL_0"});
        Self { config, pooling: None, tensors, dtype: Dtype::F32 }
    }

    /// Writes the files.
    pub(crate) fn write(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("makes a folder");
        self.write_to(folder.path());
        folder
    }

    pub(crate) fn write_to(&self, folder: &Path) {
        fs::create_dir_all(folder.join("1_Pooling")).expect("makes a folder");
        let is_roberta = self.config["model_type"] != json!("bert");
        write_json(&folder.join("config.json"), &self.config);
        write_json(&folder.join("tokenizer.json"), &tokenizer(is_roberta));
        if let Some(pooling) = &self.pooling {
            write_json(&folder.join("1_Pooling/config.json"), pooling);
        }
        fs::write(folder.join("model.safetensors"), self.weights()).expect("writes");
    }

    /// The file of weights.
    pub(crate) fn weights(&self) -> Vec<u8> {
        let bytes: BTreeMap<&String, Vec<u8>> = self
            .tensors
            .iter()
            .map(|(name, (_, numbers))| {
                let stored = |number: &f32| match self.dtype {
                    // The upper half of the bits.
                    Dtype::BF16 => number.to_le_bytes()[2..].to_vec(),
                    _ => number.to_le_bytes().to_vec(),
                };
                (name, numbers.iter().flat_map(stored).collect())
            })
            .collect();
        let views = self.tensors.iter().map(|(name, (shape, _))| {
            (name.clone(), TensorView::new(self.dtype, shape.clone(), &bytes[name]).expect("fits"))
        });
        safetensors::serialize(views, None).expect("serialises")
    }
}

fn write_json(path: &Path, json: &Value) {
    fs::write(path, json.to_string()).expect("writes");
}

fn config(family: &str, architecture: &str, positions: usize, types: usize) -> Value {
    json!({
        "model_type": family, "architectures": [architecture], "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS, "num_attention_heads": 4, "intermediate_size": MIDDLE,
        "vocab_size": vocabulary().len(), "max_position_embeddings": positions, "type_vocab_size": types,
        "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 0,
    })
}

fn vocabulary() -> Vec<String> {
    let letters = ('a'..='z').chain('0'..='9').chain(['.', ',', '?', '!']);
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map(str::to_owned);
    let words = WORDS.map(str::to_owned);
    let singles: Vec<String> = letters.map(String::from).collect();
    let continued: Vec<String> = singles.iter().map(|letter| format!("##{letter}")).collect();
    let listed = special.into_iter().chain(words).chain(singles).chain(continued);
    // "a" is both a word and a letter.
    let mut seen = std::collections::BTreeSet::new();
    listed.filter(|token| seen.insert(token.clone())).collect()
}

/// A tokenizer of word pieces; around pairs RoBERTa has no types.
fn tokenizer(is_roberta: bool) -> Value {
    let vocabulary: serde_json::Map<String, Value> =
        vocabulary().into_iter().zip(0..).map(|(token, id)| (token, json!(id))).collect();
    let second = i32::from(!is_roberta);
    let special = |name: &str, kind: i32| json!({"SpecialToken": {"id": name, "type_id": kind}});
    let sequence = |name: &str, kind: i32| json!({"Sequence": {"id": name, "type_id": kind}});
    let mut added = Vec::new();
    for (id, name) in ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].iter().enumerate() {
        added.push(json!({"id": id, "content": name, "special": true, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false}));
    }
    json!({
        "version": "1.0", "truncation": null, "added_tokens": added,
        "padding": {"strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
            "pad_type_id": 0, "pad_token": "[PAD]"},
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)],
            "pair": [special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0), sequence("B", second),
                special("[SEP]", second)],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary},
    })
}

fn encoder(prefix: &str, positions: usize, types: usize, numbers: &mut Numbers) -> Tensors {
    let mut tensors = Tensors::new();
    let rows = [("word", vocabulary().len()), ("position", positions), ("token_type", types)];
    for (table, rows) in rows {
        let drawn = (0..rows * HIDDEN).map(|_| numbers.next()).collect();
        tensors.insert(format!("{prefix}embeddings.{table}_embeddings.weight"), (vec![rows, HIDDEN], drawn));
    }
    norm(&mut tensors, &format!("{prefix}embeddings.LayerNorm"), numbers);
    for layer in 0..LAYERS {
        let layer = format!("{prefix}encoder.layer.{layer}");
        for part in ["query", "key", "value"] {
            linear(&mut tensors, &format!("{layer}.attention.self.{part}"), HIDDEN, HIDDEN, numbers);
        }
        linear(&mut tensors, &format!("{layer}.attention.output.dense"), HIDDEN, HIDDEN, numbers);
        norm(&mut tensors, &format!("{layer}.attention.output.LayerNorm"), numbers);
        linear(&mut tensors, &format!("{layer}.intermediate.dense"), HIDDEN, MIDDLE, numbers);
        linear(&mut tensors, &format!("{layer}.output.dense"), MIDDLE, HIDDEN, numbers);
        norm(&mut tensors, &format!("{layer}.output.LayerNorm"), numbers);
    }
    tensors
}

fn linear(tensors: &mut Tensors, name: &str, inputs: usize, outputs: usize, numbers: &mut Numbers) {
    let root = f32::from(u16::try_from(inputs).expect("is small")).sqrt();
    let weights = (0..inputs * outputs).map(|_| numbers.next() * 1.5 / root).collect();
    tensors.insert(format!("{name}.weight"), (vec![outputs, inputs], weights));
    let bias = (0..outputs).map(|_| numbers.next() * 0.1).collect();
    tensors.insert(format!("{name}.bias"), (vec![outputs], bias));
}

fn norm(tensors: &mut Tensors, name: &str, numbers: &mut Numbers) {
    let scale = (0..HIDDEN).map(|_| 1.0 + numbers.next() * 0.1).collect();
    tensors.insert(format!("{name}.weight"), (vec![HIDDEN], scale));
    let bias = (0..HIDDEN).map(|_| numbers.next() * 0.1).collect();
    tensors.insert(format!("{name}.bias"), (vec![HIDDEN], bias));
}
