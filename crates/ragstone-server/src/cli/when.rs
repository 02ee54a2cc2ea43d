//! When and in which order a job runs, as words of the command line.

use clap::Args;
use ragstone_api::idempotency;
use ragstone_core::{Error, Result};

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct WhenArgs {
    /// Queue that the job waits in: urgent or bulk.
    #[arg(long, value_name = "LANE", requires = "background")]
    pub(crate) lane: Option<String>,
    /// Priority of the job within its lane, 0 to 9; greater ones go first.
    #[arg(long, value_name = "NUMBER", requires = "background")]
    pub(crate) priority: Option<u32>,
    /// Time until the job may run, such as `90s`, `10m`, `2h` or `1d`; at most 366 days.
    #[arg(long, value_name = "TIME", requires = "background", value_parser = seconds)]
    pub(crate) delay: Option<u64>,
    /// Does the job again and again, so long after the end of each run, such as `1h`; from 1 second to 366 days.
    #[arg(long, value_name = "TIME", requires = "background", value_parser = seconds)]
    pub(crate) every: Option<u64>,
    /// Names the request, so that repeating the command makes no second job: 1 to 255 printable ASCII characters.
    #[arg(long, value_name = "KEY", requires = "background", value_parser = key)]
    pub(crate) idempotency_key: Option<String>,
}

/// Reads a whole number with a unit; a number alone counts seconds.
fn seconds(text: &str) -> Result<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..).unwrap_or_default() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => return Err(unreadable()),
    };
    let number: u64 = digits.parse().map_err(|_| unreadable())?;
    number.checked_mul(unit).ok_or_else(unreadable)
}

fn key(text: &str) -> Result<String> {
    idempotency::read("idempotency-key", text).map(|key| key.as_str().to_owned())
}

fn unreadable() -> Error {
    Error::invalid("time", "must be a whole number with s, m, h or d, such as 90s, 10m, 2h or 1d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, read) in [("5", 5), ("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("0", 0)] {
            assert_eq!(seconds(text).ok(), Some(read), "{text}");
        }
        for bad in ["", "h", "1.5h", "-1s", "1w", "1hh", "99999999999999999d", "ä"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
