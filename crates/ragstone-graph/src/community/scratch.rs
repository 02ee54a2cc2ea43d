//! Sums by community, in dense arrays that threads keep from use to use.

use std::ops::AddAssign;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What edges add up to: a number of edges, or a weight.
pub(super) trait Amount:
    Copy + Default + PartialEq + AddAssign + Into<f64> + Send + Sync + 'static
{
    const ONE: Self;
}

impl Amount for u32 {
    const ONE: Self = 1;
}

impl Amount for f64 {
    const ONE: Self = 1.0;
}

/// Sums by label. All are nothing between uses.
#[derive(Debug)]
pub(super) struct Scratch<W> {
    sums: Vec<W>,
    touched: Vec<u32>,
}

impl<W: Amount> Scratch<W> {
    /// For labels below `bound`.
    pub(super) fn new(bound: usize) -> Self {
        Self { sums: vec![W::default(); bound], touched: Vec::new() }
    }

    /// Adds an amount, which is more than nothing, to a label.
    #[inline]
    pub(super) fn add(&mut self, label: u32, amount: W) {
        let sum = &mut self.sums[label as usize];
        if *sum == W::default() {
            self.touched.push(label);
        }
        *sum += amount;
    }

    #[inline]
    pub(super) fn sum(&self, label: u32) -> W {
        self.sums[label as usize]
    }

    /// Takes all sums, in the order in which their labels first came.
    #[inline]
    pub(super) fn drain(&mut self, mut take: impl FnMut(u32, W)) {
        for &label in &self.touched {
            take(label, std::mem::take(&mut self.sums[label as usize]));
        }
        self.touched.clear();
    }

    /// Labels that were added to.
    pub(super) fn labels(&self) -> &[u32] {
        &self.touched
    }
}

/// One [`Scratch`] for each thread of the pool.
#[derive(Debug)]
pub(super) struct Scratches<W> {
    of_threads: Vec<Mutex<Scratch<W>>>,
    bound: usize,
}

impl<W: Amount> Scratches<W> {
    /// For labels below `bound`.
    pub(super) fn new(bound: usize) -> Self {
        let of_thread = |_| Mutex::new(Scratch::new(bound));
        Self { of_threads: (0..rayon::current_num_threads().max(1)).map(of_thread).collect(), bound }
    }

    /// Bytes.
    pub(super) fn memory(&self) -> u64 {
        (self.of_threads.len() * self.bound * size_of::<W>()) as u64
    }

    /// That of the thread that asks. Whoever holds it must not wait for other tasks.
    pub(super) fn hold(&self) -> MutexGuard<'_, Scratch<W>> {
        let thread = rayon::current_thread_index().unwrap_or(0) % self.of_threads.len();
        self.of_threads[thread].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
