//! Weights as 8-bit integers with one scale for each output.

/// How 8-bit weights are stored: the same integers, with or without an offset of 128.
///
/// Processors of the x86 family without VNNI add pairs of products in 16 bits, which overflow with signed weights;
/// with an offset they are multiplied in a slower way that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightSign {
    /// Two's complement.
    Signed,
    /// With an offset of 128.
    Offset,
}

impl WeightSign {
    /// What this machine multiplies fast and exactly.
    pub fn of_this_machine() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let has_vnni = is_x86_feature_detected!("avx512vnni") || is_x86_feature_detected!("avxvnni");
            if has_vnni { Self::Signed } else { Self::Offset }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self::Signed
    }
}

/// Quantised weights of a linear layer, `[inputs, outputs]`.
#[derive(Debug)]
pub(super) struct Quantised {
    pub(super) numbers: Vec<i8>,
    pub(super) scales: Vec<f32>,
}

/// Largest integer; the range is symmetric, so that zero stays zero.
const MOST: f32 = 127.0;

/// Turns `[outputs, inputs]` weights around and rounds each output's to integers times a scale of its own.
pub(super) fn quantise(weights: &[f32], outputs: usize, inputs: usize) -> Quantised {
    let rows = || weights.chunks_exact(inputs);
    let scale = |row: &[f32]| {
        let most = row.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        if most > 0.0 { most / MOST } else { 1.0 }
    };
    let scales: Vec<f32> = rows().map(scale).collect();
    let mut numbers = vec![0_i8; outputs * inputs];
    for ((output, row), scale) in rows().enumerate().zip(&scales) {
        for (input, weight) in row.iter().enumerate() {
            #[expect(clippy::cast_possible_truncation, reason = "rounded and within -127 to 127")]
            let rounded = (weight / scale).round().clamp(-MOST, MOST) as i8;
            if let Some(number) = numbers.get_mut(input * outputs + output) {
                *number = rounded;
            }
        }
    }
    Quantised { numbers, scales }
}

/// Turns `[outputs, inputs]` weights around.
pub(super) fn transpose(weights: &[f32], outputs: usize, inputs: usize) -> Vec<f32> {
    let mut turned = Vec::with_capacity(weights.len());
    for input in 0..inputs {
        turned.extend(weights.iter().skip(input).step_by(inputs).take(outputs));
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_has_a_scale_of_its_own() {
        let found = quantise(&[1.0, -0.5, 100.0, 25.0], 2, 2);
        assert_eq!(found.numbers, [127, 127, -64, 32]);
        assert_eq!(found.scales, [1.0 / 127.0, 100.0 / 127.0]);
    }

    #[test]
    fn rows_of_zeros_stay_zero() {
        let found = quantise(&[0.0, 0.0], 1, 2);
        assert_eq!((found.numbers, found.scales), (vec![0, 0], vec![1.0]));
    }

    #[test]
    fn weights_are_turned_around() {
        assert_eq!(transpose(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
