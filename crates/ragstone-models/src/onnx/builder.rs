//! A graph under construction: nodes, constants and the names between them.

use super::proto::{
    ATTRIBUTE_FLOAT, ATTRIBUTE_INT, ATTRIBUTE_INTS, AttributeProto, FLOAT, GraphProto, INT8, INT64,
    NodeProto, TensorProto, UINT8, ValueInfoProto,
};

/// The name of a tensor in the graph.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Value(String);

impl Value {
    /// An input of the graph.
    pub(super) fn input(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// An attribute of a node.
pub(super) enum Attribute<'a> {
    Float(f32),
    Int(i64),
    Ints(&'a [i64]),
}

#[derive(Default)]
pub(super) struct GraphBuilder {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
}

impl GraphBuilder {
    /// Adds a node with one output.
    pub(super) fn op(&mut self, op: &str, inputs: &[&Value]) -> Value {
        self.op_with(op, inputs, &[])
    }

    /// Adds a node with attributes and one output.
    pub(super) fn op_with(
        &mut self,
        op: &str,
        inputs: &[&Value],
        attributes: &[(&str, Attribute<'_>)],
    ) -> Value {
        let [output] = self.node(op, inputs, attributes);
        output
    }

    /// Adds a node with `N` outputs.
    pub(super) fn node<const N: usize>(
        &mut self,
        op: &str,
        inputs: &[&Value],
        attributes: &[(&str, Attribute<'_>)],
    ) -> [Value; N] {
        let name = format!("{op}_{}", self.nodes.len());
        let outputs: [Value; N] = std::array::from_fn(|index| Value(format!("{name}_{index}")));
        self.push(name, op, inputs, outputs.iter().map(|output| output.0.clone()).collect(), attributes);
        outputs
    }

    /// Gives a value the name of an output of the graph.
    pub(super) fn output(&mut self, value: &Value, name: &str) {
        self.push(format!("output_{name}"), "Identity", &[value], vec![name.to_owned()], &[]);
    }

    fn push(
        &mut self,
        name: String,
        op: &str,
        inputs: &[&Value],
        output: Vec<String>,
        attributes: &[(&str, Attribute<'_>)],
    ) {
        let input = inputs.iter().map(|input| input.0.clone()).collect();
        let attribute = attributes.iter().map(|(name, value)| attribute(name, value)).collect();
        self.nodes.push(NodeProto { input, output, name, op_type: op.to_owned(), attribute });
    }

    /// Adds 32-bit floating-point numbers.
    pub(super) fn floats(&mut self, shape: &[usize], numbers: &[f32]) -> Value {
        self.constant(shape, FLOAT, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
    }

    /// Adds one 32-bit floating-point number without dimensions.
    pub(super) fn float(&mut self, number: f32) -> Value {
        self.floats(&[], &[number])
    }

    /// Adds a list of 64-bit integers.
    pub(super) fn ints(&mut self, numbers: &[i64]) -> Value {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(&[numbers.len()], INT64, bytes)
    }

    /// Adds 8-bit integers with a sign.
    pub(super) fn signed_bytes(&mut self, shape: &[usize], numbers: &[i8]) -> Value {
        self.constant(shape, INT8, numbers.iter().map(|number| number.to_le_bytes()[0]).collect())
    }

    /// Adds 8-bit integers without a sign.
    pub(super) fn bytes(&mut self, shape: &[usize], numbers: Vec<u8>) -> Value {
        self.constant(shape, UINT8, numbers)
    }

    fn constant(&mut self, shape: &[usize], data_type: i32, raw_data: Vec<u8>) -> Value {
        let name = format!("constant_{}", self.constants.len());
        let dims = shape.iter().map(|size| i64::try_from(*size).unwrap_or(i64::MAX)).collect();
        self.constants.push(TensorProto { dims, data_type, name: name.clone(), raw_data });
        Value(name)
    }

    /// The finished graph.
    pub(super) fn finish(self, input: Vec<ValueInfoProto>, output: ValueInfoProto) -> GraphProto {
        GraphProto {
            node: self.nodes,
            name: "encoder".to_owned(),
            initializer: self.constants,
            input,
            output: vec![output],
        }
    }
}

fn attribute(name: &str, value: &Attribute<'_>) -> AttributeProto {
    let name = name.to_owned();
    let plain = AttributeProto { name, f: None, i: None, ints: Vec::new(), r#type: 0 };
    match value {
        Attribute::Float(number) => AttributeProto { f: Some(*number), r#type: ATTRIBUTE_FLOAT, ..plain },
        Attribute::Int(number) => AttributeProto { i: Some(*number), r#type: ATTRIBUTE_INT, ..plain },
        Attribute::Ints(numbers) => {
            AttributeProto { ints: numbers.to_vec(), r#type: ATTRIBUTE_INTS, ..plain }
        }
    }
}
