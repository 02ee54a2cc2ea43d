//! How the value of a cell is written.

use calamine::{Data, DataRef, ExcelDateTime};

/// The value as its sheet shows it, but with dates and durations in the forms of ISO 8601.
pub(super) fn show(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => show_number(*number),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(date) => show_date(date),
    }
}

/// The same value, borrowed.
pub(super) fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => DataRef::SharedString(text),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// A number without the digits that are only an error of its binary form.
fn show_number(number: f64) -> String {
    /// A double has at least this many good digits, which is also what Excel shows.
    const DIGITS: usize = 15;
    let scientific = format!("{number:.*e}", DIGITS - 1);
    let rounded = scientific.parse::<f64>().unwrap_or(number);
    let plain = rounded.to_string();
    if plain.len() > DIGITS + 8 { format!("{rounded:e}") } else { plain }
}

fn show_date(date: &ExcelDateTime) -> String {
    if date.is_duration() {
        return show_number(date.as_f64() * 24.0) + " h";
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if date.as_f64().abs() < 1.0 {
        return time;
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { day } else { format!("{day} {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_what_is_no_digit_of_theirs() {
        for (number, expected) in
            [(0.1 + 0.2, "0.3"), (80.0, "80"), (1e-30, "1e-30"), (-1.5, "-1.5"), (1e15, "1000000000000000")]
        {
            assert_eq!(show_number(number), expected);
        }
    }
}
