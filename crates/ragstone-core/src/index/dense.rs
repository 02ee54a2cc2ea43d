//! Dense vectors: what a text means, as a direction.

use std::sync::Arc;

use super::{IndexOperation, IndexSchema};
use crate::embedding::Dimensions;
use crate::error::{Error, ErrorKind, Result};

/// How far the length of a vector may be from 1 and still count as 1.
const ROUNDING: f64 = 1e-5;

/// A direction in the space of a model: finite components, of length 1. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseVector {
    values: Arc<[f32]>,
    dimensions: Dimensions,
}

impl DenseVector {
    /// Scales components to length 1, unless their length is 1 already.
    ///
    /// `InvalidArgument` where there are none or too many, where one is not finite, or where all are 0.
    pub fn try_new(values: impl Into<Arc<[f32]>>) -> Result<Self> {
        let mut values = values.into();
        let dimensions = Dimensions::try_new(values.len())?;
        let length = dot(&values, &values).sqrt();
        if !length.is_finite() || length == 0.0 {
            return Err(Error::invalid("dense vector", "needs finite components that are not all 0"));
        }
        if (length - 1.0).abs() > ROUNDING {
            values = values.iter().map(|value| single(f64::from(*value) / length)).collect();
        }
        Ok(Self { values, dimensions })
    }

    /// Components.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Number of components.
    pub const fn dimensions(&self) -> Dimensions {
        self.dimensions
    }

    /// Cosine of the angle to a vector of the same size, from -1 to 1, by double precision.
    pub fn cosine(&self, other: &Self) -> f32 {
        self.cosine_of(&other.values)
    }

    /// The same for components of length 1 that come from an engine.
    pub fn cosine_of(&self, components: &[f32]) -> f32 {
        single(dot(&self.values, components))
    }

    /// Checks that a target of this schema can be asked for the vector.
    pub fn check(&self, schema: IndexSchema) -> Result<()> {
        match schema.dense {
            None => Err(Error::new(ErrorKind::FailedPrecondition, "the index holds no dense vectors")
                .with_help("search by keyword, or build the index with a model")),
            Some(wanted) => self.check_size(wanted),
        }
    }

    fn check_size(&self, wanted: Dimensions) -> Result<()> {
        let held = self.dimensions;
        if held == wanted {
            return Ok(());
        }
        Err(Error::invalid("dense vector", format!("must have {wanted} dimensions, has {held}")))
    }
}

impl IndexOperation {
    /// Checks that a target of this schema can take the chunks: each dense vector has its size.
    pub fn check(&self, schema: IndexSchema) -> Result<()> {
        let Self::Replace { chunks, .. } = self else { return Ok(()) };
        for vector in chunks.iter().filter_map(|chunk| chunk.dense.as_ref()) {
            match schema.dense {
                None => return Err(Error::invalid("dense vector", "is not part of the index")),
                Some(wanted) => vector.check_size(wanted)?,
            }
        }
        Ok(())
    }
}

fn dot(left: &[f32], right: &[f32]) -> f64 {
    left.iter().zip(right).map(|(left, right)| f64::from(*left) * f64::from(*right)).sum()
}

#[expect(clippy::cast_possible_truncation, reason = "components and scores are single precision")]
fn single(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_have_length_one() {
        let vector = DenseVector::try_new(vec![3.0, 4.0]).expect("a vector");
        assert_eq!(vector.values(), [0.6, 0.8]);
        let again = DenseVector::try_new(vector.values().to_vec()).expect("a vector");
        assert_eq!(again, vector, "what has length 1 is left as it is");
        assert!((vector.cosine(&vector) - 1.0).abs() < 1e-6);
        let opposite = DenseVector::try_new(vec![-3.0, -4.0]).expect("a vector");
        assert!((vector.cosine(&opposite) + 1.0).abs() < 1e-6);
        let tiny = DenseVector::try_new(vec![1e-30, 0.0]).expect("a vector");
        assert_eq!(tiny.values(), [1.0, 0.0]);
    }

    #[test]
    fn what_is_no_direction_is_refused() {
        let many = vec![1.0; Dimensions::MAX as usize + 1];
        for values in [vec![], vec![0.0, 0.0], vec![f32::NAN], vec![1.0, f32::INFINITY], many] {
            let refused = DenseVector::try_new(values).map_err(|error| error.kind());
            assert_eq!(refused, Err(ErrorKind::InvalidArgument));
        }
    }

    #[test]
    fn a_schema_admits_its_own_size() {
        let vector = DenseVector::try_new(vec![1.0, 0.0]).expect("a vector");
        let of = |dimensions| IndexSchema { dense: Dimensions::try_new(dimensions).ok() };
        assert!(vector.check(of(2)).is_ok());
        assert_eq!(vector.check(of(3)).map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument));
        let none = vector.check(IndexSchema::default()).map_err(|error| error.kind());
        assert_eq!(none, Err(ErrorKind::FailedPrecondition));
    }
}
