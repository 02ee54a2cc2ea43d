//! Text with TeX in it, and back.

use unicode_normalization::char::compose;

/// Commands that stand for a character.
const CHARACTERS: [(&str, &str); 32] = [
    ("ss", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("o", "ø"),
    ("O", "Ø"),
    ("aa", "å"),
    ("AA", "Å"),
    ("l", "ł"),
    ("L", "Ł"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("dh", "ð"),
    ("DH", "Ð"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("dj", "đ"),
    ("DJ", "Đ"),
    ("ng", "ŋ"),
    ("NG", "Ŋ"),
    ("dots", "…"),
    ("ldots", "…"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textbackslash", "\\"),
    ("textasciitilde", "~"),
    ("textasciicircum", "^"),
    ("textbraceleft", "{"),
    ("textbraceright", "}"),
    ("textbar", "|"),
    ("textquotedbl", "\""),
];

/// Accents, with the mark that is put over the letter that follows.
const ACCENTS: [(&str, char); 14] = [
    ("`", '\u{300}'),
    ("'", '\u{301}'),
    ("^", '\u{302}'),
    ("~", '\u{303}'),
    ("=", '\u{304}'),
    ("u", '\u{306}'),
    (".", '\u{307}'),
    ("\"", '\u{308}'),
    ("r", '\u{30a}'),
    ("H", '\u{30b}'),
    ("v", '\u{30c}'),
    ("d", '\u{323}'),
    ("c", '\u{327}'),
    ("k", '\u{328}'),
];

/// Folds white space, drops braces, and resolves accents and signs. Formulas between dollars and unknown commands stay.
pub(super) fn resolve(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_formula = false;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        match character {
            '$' => {
                is_formula = !is_formula;
                resolved.push('$');
                rest = after;
            }
            _ if is_formula => {
                resolved.push(character);
                rest = after;
            }
            '{' | '}' => rest = after,
            '~' => {
                resolved.push(' ');
                rest = after;
            }
            '\\' => rest = command(after, &mut resolved),
            _ => {
                resolved.push(character);
                rest = after;
            }
        }
    }
    fold(&resolved)
}

/// Makes one blank of each run of ASCII white space, and none at the ends.
pub(super) fn fold(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Resolves what follows a backslash; gives the rest of the text.
fn command<'a>(text: &'a str, resolved: &mut String) -> &'a str {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let length = match text.chars().next() {
        None => {
            resolved.push('\\');
            return text;
        }
        Some(first) if letters == 0 => first.len_utf8(),
        Some(_) => letters,
    };
    let (name, rest) = text.split_at(length);
    if let Some((_, character)) = CHARACTERS.iter().find(|(known, _)| *known == name) {
        resolved.push_str(character);
        // White space behind a word belongs to it.
        return rest.strip_prefix("{}").unwrap_or_else(|| rest.trim_ascii_start());
    }
    if let Some(&(_, mark)) = ACCENTS.iter().find(|(known, _)| *known == name)
        && let Some((letter, rest)) = letter(rest)
    {
        match compose(letter, mark) {
            Some(composed) => resolved.push(composed),
            None => resolved.extend([letter, mark]),
        }
        return rest;
    }
    match name {
        "&" | "%" | "$" | "#" | "_" | "{" | "}" => resolved.push_str(name),
        " " | "\n" | "\\" => resolved.push(' '),
        "-" => {}
        _ => {
            resolved.push('\\');
            resolved.push_str(name);
        }
    }
    rest
}

/// The letter that an accent is put over, bare or in braces, also a dotless one.
fn letter(text: &str) -> Option<(char, &str)> {
    let text = text.trim_ascii_start();
    let (inside, is_braced) = match text.strip_prefix('{') {
        Some(inside) => (inside.trim_ascii_start(), true),
        None => (text, false),
    };
    let (letter, rest) = match inside.strip_prefix("\\i").or_else(|| inside.strip_prefix("\\j")) {
        Some(rest) if !rest.starts_with(|next: char| next.is_ascii_alphabetic()) => {
            (if inside.starts_with("\\i") { 'i' } else { 'j' }, rest)
        }
        _ => {
            let letter = inside.chars().next().filter(|letter| letter.is_alphabetic())?;
            (letter, &inside[letter.len_utf8()..])
        }
    };
    if is_braced {
        rest.trim_ascii_start().strip_prefix('}').map(|rest| (letter, rest))
    } else {
        Some((letter, rest))
    }
}

/// Writes signs that mean something to TeX as commands.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '{' => escaped.push_str("\\textbraceleft{}"),
            '}' => escaped.push_str("\\textbraceright{}"),
            '&' | '%' | '$' | '#' | '_' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Cuts names at the word `and` outside of braces.
pub(super) fn people(text: &str) -> Vec<&str> {
    let mut people = Vec::new();
    let (mut begin, mut depth) = (0, 0_usize);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'a' | b'A' if depth == 0 && is_and(text.as_bytes(), place) && place >= begin => {
                people.push(text[begin..place].trim());
                begin = place + 3;
            }
            _ => {}
        }
    }
    people.push(text[begin..].trim());
    people.retain(|person| !person.is_empty());
    people
}

fn is_and(bytes: &[u8], place: usize) -> bool {
    let is_blank = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_whitespace);
    bytes[place..].len() > 3
        && bytes[place..place + 3].eq_ignore_ascii_case(b"and")
        && place > 0
        && is_blank(place - 1)
        && is_blank(place + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_signs_and_braces_are_resolved() {
        let cases = [
            (r#"{\"O}sterreich und {M}\"unchen"#, "Österreich und München"),
            (r"Erd{\H{o}}s and R\'enyi", "Erdős and Rényi"),
            (r#"Gar\c{c}on, na\"{\i}ve, {\L}\'od\'z"#, "Garçon, naïve, Łódź"),
            (r#"\o re \ss{} \AA ngstr\"om"#, "øre ß Ångström"),
            (r"50\% of R\&D in {\TeX} \textit{now}", r"50% of R&D in \TeX \textitnow"),
            ("a  line\n\t break~here", "a line break here"),
            (r"$O(n^{2})$ {T}ime", "$O(n^{2})$ Time"),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }

    #[test]
    fn escaped_text_comes_back() {
        for text in [r"\{}~^&%$#_", "$x$ and $", r"\'e", "ß {a}", "a\\"] {
            assert_eq!(resolve(&escape(text)), text);
        }
    }

    #[test]
    fn names_are_cut_at_and() {
        assert_eq!(people("A. Band and {B and C} AND\nD"), ["A. Band", "{B and C}", "D"]);
        assert_eq!(people(" and "), [""; 0]);
    }
}
