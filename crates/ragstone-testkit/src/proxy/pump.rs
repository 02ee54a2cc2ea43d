//! One direction of a connection: reads, holds back, and forwards or not.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::connection::Reset;
use super::faults::LinkFaults;
use super::{Direction, Settings, Shared};

/// Most bytes that are held back, as the buffers of a real path are bounded.
const MAX_HELD: usize = 1024 * 1024;
const READ_SIZE: usize = 16 * 1024;
/// Pieces of a limited stream are those of so many parts of a second.
const TICKS: u64 = 50;

/// Where a pump reads and where it writes.
pub(super) struct Ends<'a> {
    pub(super) from: ReadHalf<'a>,
    pub(super) to: WriteHalf<'a>,
}

pub(super) struct Pump<'a> {
    direction: Direction,
    ends: Ends<'a>,
    settings: watch::Receiver<Settings>,
    link: LinkFaults,
    cuts: u64,
    shared: &'a Shared,
    held: VecDeque<Piece>,
    held_bytes: usize,
    is_at_end: bool,
    /// Bytes forwarded under these faults.
    passed: u64,
    is_garbage_sent: bool,
    has_lost_bytes: bool,
}

/// Bytes on their way.
struct Piece {
    due: Instant,
    bytes: Vec<u8>,
    sent: usize,
}

impl<'a> Pump<'a> {
    pub(super) fn new(
        direction: Direction,
        ends: Ends<'a>,
        mut settings: watch::Receiver<Settings>,
        shared: &'a Shared,
    ) -> Self {
        let (link, cuts) = {
            let now = settings.borrow_and_update();
            (now.faults.link(direction).clone(), now.cuts)
        };
        Self {
            direction,
            ends,
            settings,
            link,
            cuts,
            shared,
            held: VecDeque::new(),
            held_bytes: 0,
            is_at_end: false,
            passed: 0,
            is_garbage_sent: false,
            has_lost_bytes: false,
        }
    }

    /// Forwards until the direction has ended; an error ends the whole connection.
    pub(super) async fn run(mut self) -> Result<(), Reset> {
        let mut buffer = vec![0; READ_SIZE];
        loop {
            if self.link.reset_after.is_some_and(|limit| self.passed >= limit) {
                return Err(Reset);
            }
            if self.link.close_after.is_some_and(|limit| self.passed >= limit) {
                return self.finish().await;
            }
            self.send_garbage().await?;
            let holds_back = self.link.stall || self.link.blackhole;
            if self.is_at_end && self.held.is_empty() && !holds_back {
                return self.finish().await;
            }
            let due = self.held.front().map_or_else(Instant::now, |piece| piece.due);
            let can_send = !self.held.is_empty() && !self.link.stall;
            let can_read = !self.is_at_end && self.held_bytes < MAX_HELD;
            tokio::select! {
                changed = self.settings.changed() => match changed {
                    Ok(()) => self.take_settings()?,
                    Err(_) => return Err(Reset),
                },
                () = sleep_until(due), if can_send => self.send().await?,
                read = self.ends.from.read(&mut buffer), if can_read => match read {
                    Ok(0) => self.is_at_end = true,
                    Ok(count) => self.hold(buffer.get(..count).unwrap_or_default()),
                    // The sender reset the connection, and the receiver learns just that.
                    Err(_) => return Err(Reset),
                },
            }
        }
    }

    fn take_settings(&mut self) -> Result<(), Reset> {
        let (link, cuts) = {
            let now = self.settings.borrow_and_update();
            (now.faults.link(self.direction).clone(), now.cuts)
        };
        let is_freed = self.has_lost_bytes && !link.blackhole;
        if cuts != self.cuts || is_freed {
            return Err(Reset);
        }
        if link != self.link {
            (self.link, self.passed, self.is_garbage_sent) = (link, 0, false);
        }
        Ok(())
    }

    fn hold(&mut self, bytes: &[u8]) {
        let due = Instant::now() + self.link.latency + self.shared.chance.up_to(self.link.jitter);
        // Order stays: no piece overtakes the one before it.
        let due = self.held.back().map_or(due, |before| before.due.max(due));
        self.held.push_back(Piece { due, bytes: bytes.to_vec(), sent: 0 });
        self.held_bytes += bytes.len();
    }

    /// Forwards a part of the first piece, as much as the faults let through at once.
    async fn send(&mut self) -> Result<(), Reset> {
        let most = self.room();
        let Some(piece) = self.held.front_mut() else {
            return Ok(());
        };
        let rest = piece.bytes.get(piece.sent..).unwrap_or_default();
        let part = rest.get(..most.min(rest.len())).unwrap_or_default();
        let count = if self.link.blackhole {
            self.has_lost_bytes = true;
            self.shared.counts.swallowed.fetch_add(as_count(rest.len()), Ordering::Relaxed);
            rest.len()
        } else {
            // A receiver that does not read must not keep the faults from changing.
            let written = tokio::select! {
                written = self.ends.to.write(part) => written,
                changed = self.settings.changed() => {
                    return if changed.is_ok() { self.take_settings() } else { Err(Reset) };
                }
            };
            match written {
                Ok(count) if count > 0 => count,
                _ => return Err(Reset),
            }
        };
        piece.sent += count;
        self.held_bytes -= count;
        if piece.sent >= piece.bytes.len() {
            self.held.pop_front();
        }
        if !self.link.blackhole {
            self.count(count);
            self.slow_down(count).await?;
        }
        Ok(())
    }

    /// Bytes that may be forwarded before the next fault is due.
    fn room(&self) -> usize {
        let LinkFaults { reset_after, close_after, garbage, slice, bytes_per_second, .. } = &self.link;
        let garbage = garbage.filter(|_| !self.is_garbage_sent).map(|garbage| garbage.after);
        let marks = [*reset_after, *close_after, garbage].into_iter().flatten();
        let until_mark = marks.map(|mark| mark.saturating_sub(self.passed)).filter(|left| *left > 0);
        let sizes = [slice.map(u64::from), bytes_per_second.map(|rate| u64::from(rate).div_ceil(TICKS))];
        let most = until_mark.chain(sizes.into_iter().flatten()).min().unwrap_or(u64::MAX);
        usize::try_from(most).unwrap_or(usize::MAX)
    }

    async fn send_garbage(&mut self) -> Result<(), Reset> {
        let Some(garbage) = self.link.garbage else {
            return Ok(());
        };
        if self.is_garbage_sent || self.passed < garbage.after {
            return Ok(());
        }
        self.is_garbage_sent = true;
        let bytes = self.shared.chance.bytes(garbage.length);
        self.ends.to.write_all(&bytes).await.map_err(|_| Reset)?;
        let counts = &self.shared.counts;
        let counter = match self.direction {
            Direction::ToServer => &counts.to_server,
            Direction::ToClient => &counts.to_client,
        };
        counter.fetch_add(as_count(bytes.len()), Ordering::Relaxed);
        Ok(())
    }

    /// Waits as long as the forwarded bytes take at the limited rate.
    async fn slow_down(&mut self, count: usize) -> Result<(), Reset> {
        if let Some(rate) = self.link.bytes_per_second {
            let micros = as_count(count).saturating_mul(1_000_000) / rate;
            tokio::select! {
                () = sleep(Duration::from_micros(micros)) => {}
                changed = self.settings.changed() => {
                    return if changed.is_ok() { self.take_settings() } else { Err(Reset) };
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) {
        self.passed = self.passed.saturating_add(as_count(bytes));
        let counts = &self.shared.counts;
        let counter = match self.direction {
            Direction::ToServer => &counts.to_server,
            Direction::ToClient => &counts.to_client,
        };
        counter.fetch_add(as_count(bytes), Ordering::Relaxed);
    }

    /// Ends this direction in order; what still comes is not read.
    async fn finish(&mut self) -> Result<(), Reset> {
        self.ends.to.shutdown().await.map_err(|_| Reset)
    }
}

fn as_count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
