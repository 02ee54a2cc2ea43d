//! Times on the wire: RFC 3339 in UTC.

use ragstone_core::Timestamp;

pub(crate) fn rfc3339(timestamp: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(timestamp.as_millis()).unwrap_or(jiff::Timestamp::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(rfc3339(Timestamp::from_millis(1_577_836_800_123)), "2020-01-01T00:00:00.123Z");
    }
}
