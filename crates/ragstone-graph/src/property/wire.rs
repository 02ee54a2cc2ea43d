//! Deltas as bytes.

mod reader;
mod writer;

use self::reader::Reader;
use self::writer::Writer;
use super::delta::Delta;
use super::error::DeltaError;

/// The form that is written. Every later version of the program has to read it.
const FORM: u8 = 1;

impl Delta {
    /// The delta as bytes.
    ///
    /// The first byte is the form, 1. Then follow the fields one behind the other. Numbers are LEB128; signed ones are
    /// folded first (0, -1, 1, -2 …). A list begins with its length.
    ///
    /// | Field | Form |
    /// |---|---|
    /// | nodes and edges before | two numbers |
    /// | removed edges, removed nodes | rows each |
    /// | renamed nodes | rows, keys |
    /// | graph attributes | list of: name as text, 0, or 1 and a JSON text |
    /// | added nodes | keys |
    /// | added edges | list of sources, list of targets, each as the signed difference from the one before |
    /// | keys of edges | column |
    /// | values of nodes taken out, set; of edges the same | list of name and rows, list of name and column |
    ///
    /// | Part | Form |
    /// |---|---|
    /// | text | length in bytes, UTF-8 |
    /// | rows | list of runs: distance from the end of the run before, length |
    /// | keys | list of runs: twice the length, and 1 more for texts; integers as signed differences, texts |
    /// | column | rows, a kind, values |
    ///
    /// | Kind | Values |
    /// |---|---|
    /// | 0 integers | signed numbers |
    /// | 1 reals | 8 bytes each, little-endian |
    /// | 2 mixed | a bit for each that is real, then numbers and reals as above |
    /// | 3 truth values | a bit each, the lowest first |
    /// | 4 texts | list of distinct texts, then the place of each |
    /// | 5 JSON | texts |
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(FORM);
        writer.number(self.base_nodes.into());
        writer.number(self.base_edges.into());
        writer.rows(&self.removed_edges);
        writer.rows(&self.removed_nodes);
        writer.rows(&self.renamed);
        writer.keys(&self.names);
        writer.attributes(&self.attributes);
        writer.keys(&self.nodes);
        writer.vertices(&self.sources);
        writer.vertices(&self.targets);
        writer.column(&self.edge_keys);
        for (gaps, values) in [(&self.node_gaps, &self.node_values), (&self.edge_gaps, &self.edge_values)] {
            writer.gaps(gaps);
            writer.columns(values);
        }
        writer.finish()
    }

    /// Reads what [`encode`](Self::encode) has written. Takes memory in proportion to the bytes, whatever they say.
    ///
    /// # Errors
    /// `Version` for a form to come, and `Corrupt` for what is none. Whether it fits a graph, [`PropertyGraph::apply`]
    /// says.
    ///
    /// [`PropertyGraph::apply`]: super::PropertyGraph::apply
    pub fn decode(bytes: &[u8]) -> Result<Self, DeltaError> {
        let mut reader = Reader::new(bytes);
        match reader.byte()? {
            FORM => {}
            0 => return Err(DeltaError::corrupt("form 0")),
            found => return Err(DeltaError::Version { found }),
        }
        let delta = Self {
            base_nodes: reader.row()?,
            base_edges: reader.row()?,
            removed_edges: reader.rows()?,
            removed_nodes: reader.rows()?,
            renamed: reader.rows()?,
            names: reader.keys()?,
            attributes: reader.attributes()?,
            nodes: reader.keys()?,
            sources: reader.vertices()?,
            targets: reader.vertices()?,
            edge_keys: reader.column()?,
            node_gaps: reader.gaps()?,
            node_values: reader.columns()?,
            edge_gaps: reader.gaps()?,
            edge_values: reader.columns()?,
        };
        reader.finish()?;
        Ok(delta)
    }
}
