//! Dense vectors: what a text means, as a direction.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::{IndexOperation, IndexSchema};
use crate::error::{Error, ErrorKind, Result};

/// Number of components of a dense vector, from 1 to [`Dimensions::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimensions(NonZeroU32);

impl Dimensions {
    /// The largest number.
    pub const MOST: u32 = 65_535;

    /// Checks the range.
    pub fn try_new(number: u32) -> Result<Self> {
        NonZeroU32::new(number)
            .filter(|number| number.get() <= Self::MOST)
            .map(Self)
            .ok_or_else(|| Error::invalid("dimensions", format!("must be from 1 to {}", Self::MOST)))
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far the length of a vector may be from 1 and still count as 1.
const ROUNDING: f64 = 1e-5;

/// A direction in the space of a model: finite components, of length 1. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseVector(Arc<[f32]>);

impl DenseVector {
    /// Scales components to length 1, unless their length is 1 already.
    ///
    /// `InvalidArgument` where there are none or too many, where one is not finite, or where all are 0.
    pub fn try_new(values: impl Into<Arc<[f32]>>) -> Result<Self> {
        let mut values = values.into();
        let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
        Dimensions::try_new(count)?;
        let length = dot(&values, &values).sqrt();
        if !length.is_finite() || length == 0.0 {
            return Err(Error::invalid("dense vector", "needs finite components that are not all 0"));
        }
        if (length - 1.0).abs() > ROUNDING {
            values = values.iter().map(|value| single(f64::from(*value) / length)).collect();
        }
        Ok(Self(values))
    }

    /// Components.
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// Number of components.
    pub fn dimensions(&self) -> Dimensions {
        // Checked when the vector was made.
        let count = u32::try_from(self.0.len()).ok().and_then(NonZeroU32::new);
        Dimensions(count.unwrap_or(NonZeroU32::MIN))
    }

    /// Cosine of the angle to a vector of the same size, from -1 to 1, by double precision.
    pub fn cosine(&self, other: &Self) -> f32 {
        self.cosine_of(&other.0)
    }

    /// The same for components of length 1 that come from an engine.
    pub fn cosine_of(&self, components: &[f32]) -> f32 {
        single(dot(&self.0, components))
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
        let held = self.dimensions();
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
        let many = vec![1.0; Dimensions::MOST as usize + 1];
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
