//! Memory for what is unpacked ahead of the workers.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Bytes that may be held at a time.
#[derive(Clone)]
pub(super) struct Budget {
    shared: Arc<Shared>,
}

struct Shared {
    most: usize,
    held: Mutex<usize>,
    freed: Condvar,
}

impl Budget {
    pub(super) fn new(most: usize) -> Self {
        Self { shared: Arc::new(Shared { most, held: Mutex::new(0), freed: Condvar::new() }) }
    }

    /// Waits until there is room, on a thread that may block; what is larger than everything waits until nothing is held.
    pub(super) fn reserve(&self, bytes: usize) -> Reserved {
        let shared = &self.shared;
        let held = shared.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |held: &mut usize| *held > 0 && held.saturating_add(bytes) > shared.most;
        let mut held = shared.freed.wait_while(held, is_full).unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_add(bytes);
        drop(held);
        Reserved { shared: Arc::clone(shared), bytes }
    }
}

/// A part of the budget, given back when it is dropped.
pub(super) struct Reserved {
    shared: Arc<Shared>,
    bytes: usize,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let mut held = self.shared.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(self.bytes);
        drop(held);
        self.shared.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_does_not_fit_waits_for_room_and_what_never_fits_goes_alone() {
        let budget = Budget::new(10);
        let (first, second) = (budget.reserve(6), budget.reserve(4));
        let (tell, told) = mpsc::channel();
        let other = budget.clone();
        let waiting = std::thread::spawn(move || {
            let large = other.reserve(100);
            tell.send(()).expect("somebody listens");
            drop(large);
        });
        assert!(told.recv_timeout(Duration::from_millis(50)).is_err());
        drop(first);
        assert!(told.recv_timeout(Duration::from_millis(50)).is_err());
        drop(second);
        told.recv_timeout(Duration::from_mins(1)).expect("there is room");
        waiting.join().expect("ends");
        assert_eq!(*budget.shared.held.lock().expect("no panic"), 0);
    }
}
