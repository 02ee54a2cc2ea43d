//! The weights, from a safetensors file.

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::FolderError;

/// A file of weights, with the prefix that its names have.
pub(crate) struct Weights<'a> {
    tensors: SafeTensors<'a>,
    prefix: &'static str,
}

impl<'a> Weights<'a> {
    /// Reads the head of a file and checks that everything it names is there.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, FolderError> {
        let tensors = SafeTensors::deserialize(bytes)
            .map_err(|error| FolderError::Damaged { reason: error.to_string() })?;
        let marker = "embeddings.word_embeddings.weight";
        let is_there = |prefix: &&str| tensors.tensor(&format!("{prefix}{marker}")).is_ok();
        let prefix = ["", "bert.", "roberta.", "model."].into_iter().find(is_there);
        let prefix = prefix.ok_or_else(|| FolderError::MissingTensor { name: marker.to_owned() })?;
        Ok(Self { tensors, prefix })
    }

    /// A tensor of the encoder, as row-major numbers.
    pub(crate) fn read(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, FolderError> {
        self.read_exactly(&format!("{}{name}", self.prefix), shape)
    }

    /// A tensor of a head, whose name has no prefix.
    pub(crate) fn read_exactly(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, FolderError> {
        let view = self.tensors.tensor(name);
        let view = view.map_err(|_| FolderError::MissingTensor { name: name.to_owned() })?;
        if view.shape() != shape {
            return Err(FolderError::Shape {
                name: name.to_owned(),
                expected: shape.to_vec(),
                found: view.shape().to_vec(),
            });
        }
        let numbers = numbers(name, &view)?;
        match numbers.iter().find(|number| !number.is_finite()) {
            Some(bad) => Err(FolderError::Numbers { name: name.to_owned(), found: bad.to_string() }),
            None => Ok(numbers),
        }
    }
}

fn numbers(name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, FolderError> {
    let pairs = || view.data().as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
    match view.dtype() {
        Dtype::F32 => {
            Ok(view.data().as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect())
        }
        Dtype::BF16 => Ok(pairs().map(|bits| f32::from_bits(u32::from(bits) << 16)).collect()),
        Dtype::F16 => Ok(pairs().map(half).collect()),
        other => Err(FolderError::Numbers { name: name.to_owned(), found: format!("{other:?}") }),
    }
}

/// IEEE 754 binary16 to binary32, exactly.
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10) & 0x1f;
    let fraction = u32::from(bits) & 0x3ff;
    match (exponent, fraction) {
        // A subnormal number is its fraction times 2^-24, which f32 holds exactly.
        (0, _) => {
            #[expect(clippy::cast_precision_loss, reason = "ten bits are exact")]
            let magnitude = fraction as f32 / 16_777_216.0;
            f32::from_bits(magnitude.to_bits() | sign)
        }
        (0x1f, _) => f32::from_bits(sign | 0x7f80_0000 | (fraction << 13)),
        _ => f32::from_bits(sign | ((exponent + 112) << 23) | (fraction << 13)),
    }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_precision_is_widened_exactly() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
            (0x83ff, -6.097_555e-5),
            (0x7bff, 65_504.0),
        ] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(value), "{bits:#x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }
}
