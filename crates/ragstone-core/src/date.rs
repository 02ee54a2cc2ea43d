//! Dates in texts, as instants.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;

/// Bytes of a date without a time.
const DATE_LEN: usize = "2026-01-31".len();
/// Bytes of the shortest date with a time.
const TIME_LEN: usize = "2026-01-31T12:00:00Z".len();

/// The instant that a text names, to the millisecond, where the text is a date of RFC 3339: `2026-01-31`, which is
/// midnight UTC, or a date with a time and an offset, such as `2026-01-31T12:00:00+01:00`.
///
/// `None` for every other text, also for dates that there are not, such as the 30th of February.
pub fn instant(text: &str) -> Option<Timestamp> {
    if !has_shape(text.as_bytes()) {
        return None;
    }
    let instant = match text.len() {
        DATE_LEN => {
            let date: Date = text.parse().ok()?;
            date.to_zoned(TimeZone::UTC).ok()?.timestamp()
        }
        _ => text.parse::<jiff::Timestamp>().ok()?,
    };
    Some(Timestamp::from_millis(instant.as_millisecond()))
}

/// Whether a text is written as RFC 3339 has it; ISO 8601 knows many more ways.
fn has_shape(text: &[u8]) -> bool {
    let digits_at = |places: &[usize]| places.iter().all(|at| text.get(*at).is_some_and(u8::is_ascii_digit));
    let is_at = |at: usize, marks: &[u8]| text.get(at).is_some_and(|byte| marks.contains(byte));
    let is_date = digits_at(&[0, 1, 2, 3, 5, 6, 8, 9]) && is_at(4, b"-") && is_at(7, b"-");
    if text.len() == DATE_LEN {
        return is_date;
    }
    let is_time =
        is_at(10, b"Tt ") && digits_at(&[11, 12, 14, 15, 17, 18]) && is_at(13, b":") && is_at(16, b":");
    let rest = text.get(TIME_LEN - 1..).unwrap_or_default();
    is_date && is_time && has_offset(rest)
}

/// Whether what follows the seconds is an optional fraction and an offset.
fn has_offset(rest: &[u8]) -> bool {
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            fraction.get(digits..).unwrap_or_default()
        }
        None => rest,
    };
    match rest {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', hours @ .., b':', tens, ones] => {
            hours.len() == 2 && hours.iter().chain([tens, ones]).all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, millis: i64) {
        assert_eq!(instant(text), Some(Timestamp::from_millis(millis)), "{text}");
    }

    #[test]
    fn dates_are_midnight_and_times_have_offsets() {
        check("1970-01-01", 0);
        check("2020-01-01", 1_577_836_800_000);
        check("2020-02-29", 1_582_934_400_000);
        check("2020-01-01T00:00:00Z", 1_577_836_800_000);
        check("2020-01-01t00:00:00z", 1_577_836_800_000);
        check("2020-01-01 00:00:00Z", 1_577_836_800_000);
        check("2020-01-01T01:00:00+01:00", 1_577_836_800_000);
        check("2019-12-31T18:30:00-05:30", 1_577_836_800_000);
        check("2020-01-01T00:00:00.123456Z", 1_577_836_800_123);
        check("1969-12-31T23:59:59.999Z", -1);
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "2020",
            "2020-01",
            "20200101",
            "2020-1-1",
            "2020-13-01",
            "2020-02-30",
            "2021-02-29",
            "+02020-01-01",
            "2020-01-01T00:00:00",
            "2020-01-01T00:00Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00+01",
            "2020-01-01T00:00:00+0100",
            "2020-01-01T00:00:00Z[UTC]",
            "2020-01-01T00:00:00Z ",
            " 2020-01-01",
            "2020-01-01x",
            "２０２０-01-01",
            "2020-01-01T00:00:00+é1:00",
        ] {
            assert_eq!(instant(text), None, "{text:?}");
        }
    }
}
