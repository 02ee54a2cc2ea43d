//! What can go wrong on the way.

use std::num::NonZeroU64;
use std::time::Duration;

use super::Direction;

/// Faults of a proxy; the default has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyFaults {
    /// Refuses new connections, as a port without a listener does; the port stays reserved.
    pub refuse: bool,
    /// Of 1,000 new connections, so many are reset as soon as they are accepted.
    pub drop_permille: u16,
    /// Faults of requests.
    pub to_server: LinkFaults,
    /// Faults of responses.
    pub to_client: LinkFaults,
}

impl ProxyFaults {
    /// The same faults in both directions.
    pub fn both(faults: LinkFaults) -> Self {
        Self { to_server: faults.clone(), to_client: faults, ..Self::default() }
    }

    /// Faults of responses alone.
    pub fn responses(faults: LinkFaults) -> Self {
        Self { to_client: faults, ..Self::default() }
    }

    /// Faults of requests alone.
    pub fn requests(faults: LinkFaults) -> Self {
        Self { to_server: faults, ..Self::default() }
    }

    /// Connections are accepted, and nothing that is sent arrives anywhere.
    pub fn blackhole() -> Self {
        Self::both(LinkFaults { blackhole: true, ..LinkFaults::default() })
    }

    /// Connections are accepted and stay open, and nothing moves until the fault ends: a stopped process.
    pub fn stall() -> Self {
        Self::both(LinkFaults { stall: true, ..LinkFaults::default() })
    }

    /// New connections are refused.
    pub fn refusal() -> Self {
        Self { refuse: true, ..Self::default() }
    }

    /// Every piece of data takes this much longer in each direction.
    pub fn slowness(latency: Duration) -> Self {
        Self::both(LinkFaults { latency, ..LinkFaults::default() })
    }

    pub(super) fn link(&self, direction: Direction) -> &LinkFaults {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }
}

/// Faults of one direction; the default has none.
///
/// Numbers of bytes are counted on each connection since it was opened or the faults were set, whichever was later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkFaults {
    /// Holds each piece of data back for so long; order and throughput stay.
    pub latency: Duration,
    /// Adds up to so much to the latency of each piece, by chance.
    pub jitter: Duration,
    /// Lets at most so many bytes through in a second, on each connection.
    pub bytes_per_second: Option<NonZeroU64>,
    /// Cuts what is forwarded into pieces of at most so many bytes.
    pub slice: Option<NonZeroU64>,
    /// Swallows everything, the end of the stream included.
    pub blackhole: bool,
    /// Holds everything back until the fault ends.
    pub stall: bool,
    /// Ends the connection with a reset after so many bytes.
    pub reset_after: Option<u64>,
    /// Ends this direction after so many bytes, and leaves the other one open.
    pub close_after: Option<u64>,
    /// Puts bytes of chance into the stream.
    pub garbage: Option<Garbage>,
}

/// Bytes that nobody sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Garbage {
    /// Where they stand: after so many bytes.
    pub after: u64,
    /// How many there are.
    pub length: usize,
}
