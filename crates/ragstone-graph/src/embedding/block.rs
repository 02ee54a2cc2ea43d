//! Blocks of vectors over all vertices: one row for each vertex, one column for each vector.

use rayon::prelude::*;

use crate::embedding::symmetric::Matrix;

/// Rows whose products one task adds up. Parts are the same on any number of threads, so that sums round alike.
const ADDED_TOGETHER: usize = 2048;

/// Directions of less than this part of the greatest are lost in rounding.
const FLOOR: f64 = 1e-14;

#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) columns: usize,
    pub(super) cells: Vec<f64>,
}

impl Block {
    pub(super) fn zero(rows: usize, columns: usize) -> Self {
        Self { columns, cells: vec![0.0; rows * columns] }
    }

    /// Products of the columns of both.
    pub(super) fn products(&self, other: &Self) -> Matrix {
        let columns = self.columns;
        let together = ADDED_TOGETHER * columns;
        let parts: Vec<Matrix> = self
            .cells
            .par_chunks(together)
            .zip(other.cells.par_chunks(together))
            .map(|(these, those)| {
                let mut part = Matrix::zero(columns);
                for (this, that) in these.chunks(columns).zip(those.chunks(columns)) {
                    for (sums, &a) in part.cells.chunks_mut(columns).zip(this) {
                        for (sum, &b) in sums.iter_mut().zip(that) {
                            *sum += a * b;
                        }
                    }
                }
                part
            })
            .collect();
        let mut sum = Matrix::zero(columns);
        for part in parts {
            for (sum, part) in sum.cells.iter_mut().zip(part.cells) {
                *sum += part;
            }
        }
        sum
    }

    /// Columns that are sums of these, as the columns of `matrix` say.
    pub(super) fn combine(&mut self, matrix: &Matrix) {
        let columns = self.columns;
        self.cells.par_chunks_mut(ADDED_TOGETHER * columns).for_each(|rows| {
            let mut sums = vec![0.0; columns];
            for row in rows.chunks_mut(columns) {
                sums.fill(0.0);
                for (&value, shares) in row.iter().zip(matrix.cells.chunks(columns)) {
                    for (sum, share) in sums.iter_mut().zip(shares) {
                        *sum += value * share;
                    }
                }
                row.copy_from_slice(&sums);
            }
        });
    }

    /// Takes the part along a vector of length 1 out of every column.
    pub(super) fn remove(&mut self, vector: &[f64]) {
        let columns = self.columns;
        let parts: Vec<Vec<f64>> = self
            .cells
            .par_chunks(ADDED_TOGETHER * columns)
            .zip(vector.par_chunks(ADDED_TOGETHER))
            .map(|(rows, values)| {
                let mut part = vec![0.0; columns];
                for (row, value) in rows.chunks(columns).zip(values) {
                    for (sum, cell) in part.iter_mut().zip(row) {
                        *sum += cell * value;
                    }
                }
                part
            })
            .collect();
        let mut along = vec![0.0; columns];
        for part in parts {
            for (sum, part) in along.iter_mut().zip(part) {
                *sum += part;
            }
        }
        self.cells.par_chunks_mut(columns).zip(vector).for_each(|(row, value)| {
            for (cell, along) in row.iter_mut().zip(&along) {
                *cell -= along * value;
            }
        });
    }

    /// Makes the columns orthogonal and of length 1, twice, because rounding spoils the first time (A. Stathopoulos,
    /// K. Wu, A block orthogonalization procedure with constant synchronization requirements, 2002).
    pub(super) fn orthonormalize(&mut self) {
        for _ in 0..2 {
            let products = self.products(self);
            let columns = self.columns;
            let lengths: Vec<f64> = (0..columns).map(|column| products.at(column, column).sqrt()).collect();
            let scale: Vec<f64> =
                lengths.iter().map(|&length| if length > 0.0 { 1.0 / length } else { 0.0 }).collect();
            let mut scaled = Matrix::zero(columns);
            for row in 0..columns {
                for column in 0..columns {
                    scaled.set(row, column, products.at(row, column) * scale[row] * scale[column]);
                }
            }
            let (values, vectors) = scaled.eigen();
            let least = values.first().copied().unwrap_or(0.0).max(f64::MIN_POSITIVE) * FLOOR;
            let mut matrix = Matrix::zero(columns);
            for (row, scale) in scale.iter().enumerate() {
                for (column, value) in values.iter().enumerate() {
                    matrix.set(row, column, vectors.at(row, column) * scale / value.max(least).sqrt());
                }
            }
            self.combine(&matrix);
        }
    }
}
