//! Eigenvectors of small symmetric matrices (Jacobi).

/// Rounds over all pairs; far fewer are needed for matrices of this size.
const ROUNDS: usize = 60;

/// Eigenvalues, the greatest first, and their vectors.
pub(super) fn symmetric(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let count = matrix.len();
    let mut vectors: Vec<Vec<f64>> =
        (0..count).map(|row| (0..count).map(|column| f64::from(u8::from(row == column))).collect()).collect();
    for _ in 0..ROUNDS {
        let off: f64 = (0..count)
            .flat_map(|row| (0..row).map(move |column| (row, column)))
            .map(|(r, c)| matrix[r][c].powi(2))
            .sum();
        if off < 1e-32 {
            break;
        }
        for p in 0..count {
            for q in p + 1..count {
                rotate(&mut matrix, &mut vectors, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| matrix[b][b].total_cmp(&matrix[a][a]).then(a.cmp(&b)));
    let values = order.iter().map(|&index| matrix[index][index]).collect();
    (values, order.iter().map(|&index| std::mem::take(&mut vectors[index])).collect())
}

/// Turns rows and columns `p` and `q` so that nothing is left between them.
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let between = matrix[p][q];
    if between.abs() < 1e-300 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * between);
    let tangent = 1.0_f64.copysign(theta) / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    for row in matrix.iter_mut() {
        (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
    }
    for rows in [matrix, vectors] {
        for column in 0..rows[p].len() {
            let (a, b) = (rows[p][column], rows[q][column]);
            rows[p][column] = cosine * a - sine * b;
            rows[q][column] = sine * a + cosine * b;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_belong_to_their_values() {
        let matrix: Vec<Vec<f64>> = (0..7_i32)
            .map(|row| (0..7_i32).map(|column| f64::from((row * column * 3 + row + column) % 11)).collect())
            .collect();
        let (values, vectors) = symmetric(matrix.clone());
        assert!(values.is_sorted_by(|a, b| a >= b));
        for (value, vector) in values.iter().zip(&vectors) {
            for row in 0..7 {
                let image: f64 = (0..7).map(|column| matrix[row][column] * vector[column]).sum();
                assert!((image - value * vector[row]).abs() < 1e-9);
            }
            assert!((vector.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}
