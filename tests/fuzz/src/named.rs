//! Inputs whose first line is a name, such as that of a file.

/// The name and what follows its line; no name where the first line is none.
pub fn split(bytes: &[u8]) -> (Option<&str>, &[u8]) {
    let end = bytes.iter().take(MAX_NAME).position(|byte| *byte == b'\n');
    let Some((name, rest)) = end.and_then(|end| bytes.split_at_checked(end)) else {
        return (None, bytes);
    };
    (std::str::from_utf8(name).ok().filter(|name| !name.is_empty()), rest.get(1..).unwrap_or_default())
}

/// Longest line that is taken for a name, in bytes.
const MAX_NAME: usize = 128;
