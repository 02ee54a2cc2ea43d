//! Linear layers, in either precision.

use std::collections::HashMap;

use ragstone_core::embedding::Precision;

use super::builder::{Attribute, GraphBuilder, Value};
use super::proto::FLOAT;
use super::quantise::{WeightSign, quantise, transpose};

/// Writes linear layers, and each quantisation of an activation once.
pub(super) struct Linear {
    precision: Precision,
    sign: WeightSign,
    quantised: HashMap<Value, [Value; 3]>,
}

impl Linear {
    pub(super) fn new(precision: Precision, sign: WeightSign) -> Self {
        Self { precision, sign, quantised: HashMap::new() }
    }

    /// `input · weightsᵀ + bias`, with `[outputs, inputs]` weights.
    pub(super) fn layer(
        &mut self,
        graph: &mut GraphBuilder,
        input: &Value,
        weights: &[f32],
        bias: &[f32],
        inputs: usize,
    ) -> Value {
        let outputs = bias.len();
        let product = match self.precision {
            Precision::Int8 => self.quantised_product(graph, input, weights, outputs, inputs),
            Precision::F32 | Precision::Served => {
                let weights = graph.floats(&[inputs, outputs], &transpose(weights, outputs, inputs));
                graph.op("MatMul", &[input, &weights])
            }
        };
        let bias = graph.floats(&[outputs], bias);
        graph.op("Add", &[&product, &bias])
    }

    /// The activation is quantised when the graph runs, with one scale for all of it.
    fn quantised_product(
        &mut self,
        graph: &mut GraphBuilder,
        input: &Value,
        weights: &[f32],
        outputs: usize,
        inputs: usize,
    ) -> Value {
        let [numbers, scale, zero] = self
            .quantised
            .entry(input.clone())
            .or_insert_with(|| graph.node("DynamicQuantizeLinear", &[input], &[]))
            .clone();
        let weights = quantise(weights, outputs, inputs);
        let shape = [inputs, outputs];
        let product = match self.sign {
            WeightSign::Signed => {
                let weights = graph.signed_bytes(&shape, &weights.numbers);
                graph.op("MatMulInteger", &[&numbers, &weights, &zero])
            }
            WeightSign::Offset => {
                let offset = weights.numbers.iter().map(|number| number.to_le_bytes()[0] ^ 0x80);
                let weights = graph.bytes(&shape, offset.collect());
                let middle = graph.bytes(&[], vec![128]);
                graph.op("MatMulInteger", &[&numbers, &weights, &zero, &middle])
            }
        };
        let product = graph.op_with("Cast", &[&product], &[("to", Attribute::Int(i64::from(FLOAT)))]);
        let scales = graph.floats(&[outputs], &weights.scales);
        let scales = graph.op("Mul", &[&scale, &scales]);
        graph.op("Mul", &[&product, &scales])
    }
}
