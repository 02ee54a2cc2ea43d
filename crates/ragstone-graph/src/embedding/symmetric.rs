//! Eigenvalues and eigenvectors of small symmetric matrices.

/// Rounds after which Jacobi's method has long converged: about log² of the size are enough.
const MAX_ROUNDS: usize = 60;

/// A square matrix by rows.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    pub(super) size: usize,
    pub(super) cells: Vec<f64>,
}

impl Matrix {
    pub(super) fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    pub(super) fn set(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] = value;
    }

    /// Eigenvalues, falling, and a matrix whose columns are the eigenvectors (C. Jacobi 1846, by cyclic rotations).
    pub(super) fn eigen(mut self) -> (Vec<f64>, Self) {
        let size = self.size;
        let mut vectors = Self::zero(size);
        for place in 0..size {
            vectors.set(place, place, 1.0);
        }
        let total: f64 = self.cells.iter().map(|cell| cell * cell).sum();
        for _ in 0..MAX_ROUNDS {
            let mut off = 0.0;
            for row in 0..size {
                for column in row + 1..size {
                    off += self.at(row, column).powi(2);
                    self.rotate(row, column, &mut vectors);
                }
            }
            if off <= total * 1e-32 {
                break;
            }
        }
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by(|&one, &other| self.at(other, other).total_cmp(&self.at(one, one)));
        let values = order.iter().map(|&place| self.at(place, place)).collect();
        let mut sorted = Self::zero(size);
        for (column, &from) in order.iter().enumerate() {
            for row in 0..size {
                sorted.set(row, column, vectors.at(row, from));
            }
        }
        (values, sorted)
    }

    /// Turns the plane of two axes so that their common cell becomes 0.
    fn rotate(&mut self, p: usize, q: usize, vectors: &mut Self) {
        let off = self.at(p, q);
        if off == 0.0 {
            return;
        }
        let theta = (self.at(q, q) - self.at(p, p)) / (2.0 * off);
        let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
        let cosine = 1.0 / tangent.hypot(1.0);
        let sine = tangent * cosine;
        for place in 0..self.size {
            let (a, b) = (self.at(place, p), self.at(place, q));
            self.set(place, p, cosine * a - sine * b);
            self.set(place, q, sine * a + cosine * b);
        }
        for place in 0..self.size {
            let (a, b) = (self.at(p, place), self.at(q, place));
            self.set(p, place, cosine * a - sine * b);
            self.set(q, place, sine * a + cosine * b);
            let (a, b) = (vectors.at(place, p), vectors.at(place, q));
            vectors.set(place, p, cosine * a - sine * b);
            vectors.set(place, q, sine * a + cosine * b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvectors_are_those_of_the_matrix() {
        let size = 7;
        let mut matrix = Matrix::zero(size);
        for row in 0..size {
            for column in 0..=row {
                let value = crate::number::real((row * 31 + column * 17) % 11) - 4.0;
                matrix.set(row, column, value);
                matrix.set(column, row, value);
            }
        }
        let (values, vectors) = matrix.clone().eigen();
        assert!(values.is_sorted_by(|a, b| a >= b));
        for (column, value) in values.iter().enumerate() {
            for row in 0..size {
                let product: f64 = (0..size).map(|k| matrix.at(row, k) * vectors.at(k, column)).sum();
                assert!((product - value * vectors.at(row, column)).abs() < 1e-12);
            }
        }
    }
}
