//! The network of BERT and its kin, written in the form that runtimes recognise and fuse.

use ragstone_core::embedding::{Pooling, Precision};

use super::builder::{Attribute, GraphBuilder, Value};
use super::linear::Linear;
use super::proto::{FLOAT, GraphProto, INT64, Size, value};
use super::{EMBEDDING, GraphOptions, Head, INPUTS, SCORE, WeightSign};
use crate::folder::{Activation, Family, FolderError, ModelConfig, Weights};

/// Added to the scores of tokens that are not there: far below any score, and far from overflow.
const ABSENT: f32 = -10_000.0;

/// Writes the graph of a model.
pub(super) fn graph(
    config: &ModelConfig,
    weights: &Weights<'_>,
    options: GraphOptions,
) -> Result<GraphProto, FolderError> {
    let linear = Linear::new(options.precision, options.sign);
    let mut encoder = Encoder { config, weights, graph: GraphBuilder::default(), linear };
    let mask = encoder.mask();
    let mut hidden = encoder.embeddings()?;
    for layer in 0..config.layers {
        hidden = encoder.layer(layer, &hidden, &mask.bias)?;
    }
    let (output, name, width) = match options.head {
        Head::Pool(pooling) => (encoder.pooled(pooling, &hidden, &mask.present)?, EMBEDDING, config.hidden),
        Head::Score => (encoder.score(&hidden)?, SCORE, 1),
    };
    encoder.graph.output(&output, name);
    let sizes = [Size::Any("batch"), Size::Any("sequence")];
    let inputs = INPUTS.iter().map(|input| value(input, INT64, &sizes)).collect();
    let output = value(name, FLOAT, &[Size::Any("batch"), Size::Fixed(width)]);
    Ok(encoder.graph.finish(inputs, output))
}

struct Encoder<'a> {
    config: &'a ModelConfig,
    weights: &'a Weights<'a>,
    graph: GraphBuilder,
    linear: Linear,
}

struct Mask {
    /// 1 where there is a token, `[batch, sequence]`.
    present: Value,
    /// What is added to scores of attention, `[batch, 1, 1, sequence]`.
    bias: Value,
}

impl Encoder<'_> {
    fn mask(&mut self) -> Mask {
        let graph = &mut self.graph;
        let mask = Value::input(INPUTS[1]);
        let present = graph.op_with("Cast", &[&mask], &[("to", Attribute::Int(i64::from(FLOAT)))]);
        let axes = graph.ints(&[1, 2]);
        let wide = graph.op("Unsqueeze", &[&present, &axes]);
        let one = graph.float(1.0);
        let absent = graph.op("Sub", &[&one, &wide]);
        let least = graph.float(ABSENT);
        let bias = graph.op("Mul", &[&absent, &least]);
        Mask { present, bias }
    }

    fn embeddings(&mut self) -> Result<Value, FolderError> {
        let ModelConfig { hidden, vocabulary, positions, token_types, .. } = *self.config;
        let words = self.weights.read("embeddings.word_embeddings.weight", &[vocabulary, hidden])?;
        let places = self.weights.read("embeddings.position_embeddings.weight", &[positions, hidden])?;
        let types = self.weights.read("embeddings.token_type_embeddings.weight", &[token_types, hidden])?;
        let graph = &mut self.graph;
        let words = graph.floats(&[vocabulary, hidden], &words);
        let words = graph.op("Gather", &[&words, &Value::input(INPUTS[0])]);
        let types = graph.floats(&[token_types, hidden], &types);
        let types = graph.op("Gather", &[&types, &Value::input(INPUTS[2])]);
        let used = places.get(self.config.first_position * hidden..).unwrap_or_default();
        let places = graph.floats(&[positions - self.config.first_position, hidden], used);
        let places = first_rows(graph, &places);
        let sum = graph.op("Add", &[&words, &types]);
        let sum = graph.op("Add", &[&sum, &places]);
        self.norm("embeddings.LayerNorm", &sum)
    }

    fn layer(&mut self, number: usize, input: &Value, mask: &Value) -> Result<Value, FolderError> {
        let hidden = self.config.hidden;
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let context = self.attention(&name("attention.self"), input, mask)?;
        let output = self.dense(&name("attention.output.dense"), &context, hidden, hidden)?;
        let sum = self.graph.op("Add", &[&output, input]);
        let attended = self.norm(&name("attention.output.LayerNorm"), &sum)?;
        let middle = self.dense(&name("intermediate.dense"), &attended, hidden, self.config.intermediate)?;
        let middle = activate(&mut self.graph, self.config.activation, &middle);
        let output = self.dense(&name("output.dense"), &middle, self.config.intermediate, hidden)?;
        let sum = self.graph.op("Add", &[&output, &attended]);
        self.norm(&name("output.LayerNorm"), &sum)
    }

    fn attention(&mut self, name: &str, input: &Value, mask: &Value) -> Result<Value, FolderError> {
        let query = self.heads(&format!("{name}.query"), input, &[0, 2, 1, 3])?;
        let key = self.heads(&format!("{name}.key"), input, &[0, 2, 3, 1])?;
        let values = self.heads(&format!("{name}.value"), input, &[0, 2, 1, 3])?;
        let hidden = self.config.hidden;
        let graph = &mut self.graph;
        let scores = graph.op("MatMul", &[&query, &key]);
        #[expect(clippy::cast_precision_loss, reason = "the length of a head is small")]
        let root = graph.float(((hidden / self.config.heads) as f32).sqrt());
        let scores = graph.op("Div", &[&scores, &root]);
        let scores = graph.op("Add", &[&scores, mask]);
        let shares = graph.op_with("Softmax", &[&scores], &[("axis", Attribute::Int(-1))]);
        let context = graph.op("MatMul", &[&shares, &values]);
        let context = graph.op_with("Transpose", &[&context], &[("perm", Attribute::Ints(&[0, 2, 1, 3]))]);
        let shape = graph.ints(&[0, 0, i64::try_from(hidden).unwrap_or(i64::MAX)]);
        Ok(graph.op("Reshape", &[&context, &shape]))
    }

    /// A linear layer whose output is cut into heads; a 0 in the shape keeps a dimension.
    fn heads(&mut self, name: &str, input: &Value, order: &[i64]) -> Result<Value, FolderError> {
        let ModelConfig { hidden, heads, .. } = *self.config;
        let flat = self.dense(name, input, hidden, hidden)?;
        let size = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
        let shape = self.graph.ints(&[0, 0, size(heads), size(hidden / heads)]);
        let cut = self.graph.op("Reshape", &[&flat, &shape]);
        Ok(self.graph.op_with("Transpose", &[&cut], &[("perm", Attribute::Ints(order))]))
    }

    fn dense(
        &mut self,
        name: &str,
        input: &Value,
        inputs: usize,
        outputs: usize,
    ) -> Result<Value, FolderError> {
        let weights = self.weights.read(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = self.weights.read(&format!("{name}.bias"), &[outputs])?;
        Ok(self.linear.layer(&mut self.graph, input, &weights, &bias, inputs))
    }

    fn norm(&mut self, name: &str, input: &Value) -> Result<Value, FolderError> {
        let hidden = self.config.hidden;
        let scale = self.weights.read(&format!("{name}.weight"), &[hidden])?;
        let bias = self.weights.read(&format!("{name}.bias"), &[hidden])?;
        let scale = self.graph.floats(&[hidden], &scale);
        let bias = self.graph.floats(&[hidden], &bias);
        let attributes = [("axis", Attribute::Int(-1)), ("epsilon", Attribute::Float(self.config.epsilon))];
        Ok(self.graph.op_with("LayerNormalization", &[input, &scale, &bias], &attributes))
    }
}

/// As many first rows as the sequence is long.
fn first_rows(graph: &mut GraphBuilder, table: &Value) -> Value {
    let zero = graph.ints(&[0]);
    let one = graph.ints(&[1]);
    let two = graph.ints(&[2]);
    let shape = graph.op("Shape", &[&Value::input(INPUTS[0])]);
    let length = graph.op("Slice", &[&shape, &one, &two, &zero]);
    graph.op("Slice", &[table, &zero, &length, &zero])
}

fn activate(graph: &mut GraphBuilder, activation: Activation, input: &Value) -> Value {
    match activation {
        Activation::Relu => graph.op("Relu", &[input]),
        Activation::Gelu => {
            let root = graph.float(std::f32::consts::SQRT_2);
            let scaled = graph.op("Div", &[input, &root]);
            let error = graph.op("Erf", &[&scaled]);
            let one = graph.float(1.0);
            let sum = graph.op("Add", &[&error, &one]);
            let product = graph.op("Mul", &[input, &sum]);
            let half = graph.float(0.5);
            graph.op("Mul", &[&product, &half])
        }
    }
}

// ---- Heads ----

impl Encoder<'_> {
    fn pooled(&mut self, pooling: Pooling, hidden: &Value, present: &Value) -> Result<Value, FolderError> {
        match pooling {
            Pooling::Mean => Ok(mean(&mut self.graph, hidden, present)),
            Pooling::Cls => Ok(self.first_token(hidden)),
            other @ (Pooling::Served | Pooling::None) => {
                Err(FolderError::Unsupported { what: format!("the pooling {}", other.as_str()) })
            }
        }
    }

    /// The vector of the first token, `[batch, hidden]`.
    fn first_token(&mut self, hidden: &Value) -> Value {
        let graph = &mut self.graph;
        let zero = graph.ints(&[0]);
        let one = graph.ints(&[1]);
        let first = graph.op("Slice", &[hidden, &zero, &one, &one]);
        graph.op("Squeeze", &[&first, &one])
    }

    /// The head of a cross-encoder: two linear layers over the first token's vector.
    fn score(&mut self, hidden: &Value) -> Result<Value, FolderError> {
        match self.config.labels {
            Some(1) => {}
            Some(labels) => {
                return Err(FolderError::Unsupported {
                    what: format!("{labels} labels in place of one score"),
                });
            }
            None => return Err(FolderError::Unsupported { what: "a head that judges pairs".to_owned() }),
        }
        let size = self.config.hidden;
        let first = self.first_token(hidden);
        let (middle, last) = match self.config.family {
            Family::Bert => {
                let weights = self.weights.read("pooler.dense.weight", &[size, size])?;
                let bias = self.weights.read("pooler.dense.bias", &[size])?;
                (self.plain(&first, &weights, &bias, size), "classifier")
            }
            Family::Roberta => {
                (self.head_layer("classifier.dense", &first, size, size)?, "classifier.out_proj")
            }
        };
        let middle = self.graph.op("Tanh", &[&middle]);
        self.head_layer(last, &middle, size, 1)
    }

    /// A linear layer of a head, whose name has no prefix.
    fn head_layer(
        &mut self,
        name: &str,
        input: &Value,
        inputs: usize,
        outputs: usize,
    ) -> Result<Value, FolderError> {
        let weights = self.weights.read_exactly(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = self.weights.read_exactly(&format!("{name}.bias"), &[outputs])?;
        Ok(self.plain(input, &weights, &bias, inputs))
    }

    /// Heads are small and decide the order: they stay in floating point.
    fn plain(&mut self, input: &Value, weights: &[f32], bias: &[f32], inputs: usize) -> Value {
        let mut linear = Linear::new(Precision::F32, WeightSign::Signed);
        linear.layer(&mut self.graph, input, weights, bias, inputs)
    }
}

fn mean(graph: &mut GraphBuilder, hidden: &Value, present: &Value) -> Value {
    let last = graph.ints(&[2]);
    let wide = graph.op("Unsqueeze", &[present, &last]);
    let kept = graph.op("Mul", &[hidden, &wide]);
    let sequence = graph.ints(&[1]);
    let sum = graph.op_with("ReduceSum", &[&kept, &sequence], &[("keepdims", Attribute::Int(0))]);
    let count = graph.op_with("ReduceSum", &[present, &sequence], &[("keepdims", Attribute::Int(1))]);
    graph.op("Div", &[&sum, &count])
}
