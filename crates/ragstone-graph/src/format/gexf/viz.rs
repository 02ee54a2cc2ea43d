//! How a node or an edge is drawn: elements of `viz` as an attribute of nested values, and back.

use serde_json::{Map, Value};

use crate::format::Result;
use crate::format::scalar::{self, Parsed};
use crate::format::sink::Sink;
use crate::format::xml::Element;

/// Elements of viz, with what they say.
const ELEMENTS: [(&str, &[&str]); 5] = [
    ("color", &["r", "g", "b", "a"]),
    ("position", &["x", "y", "z"]),
    ("size", &["value"]),
    ("shape", &["value"]),
    ("thickness", &["value"]),
];

pub(super) fn is_element(name: &str) -> bool {
    ELEMENTS.iter().any(|(known, _)| *known == name)
}

/// Puts an element into the attribute. An element of one value is that value, others are objects.
pub(super) fn read(element: &Element, viz: &mut Map<String, Value>, sink: &Sink<'_>) -> Result<()> {
    let Some((_, fields)) = ELEMENTS.iter().find(|(known, _)| *known == element.name) else {
        return Ok(());
    };
    let mut object = Map::new();
    for &field in *fields {
        let Some(text) = element.attribute(field) else { continue };
        let value = match scalar::number(text.trim()) {
            Parsed::Number(number) if element.name != "shape" => Value::Number(number),
            Parsed::NotFinite if element.name != "shape" => return Err(sink.not_finite(element.position)),
            _ => Value::String(text.to_owned()),
        };
        object.insert(field.to_owned(), value);
    }
    let value = match object.remove("value") {
        Some(value) => value,
        None => Value::Object(object),
    };
    if viz.insert(element.name.clone(), value).is_some() {
        return Err(sink.malformed(element.position, "an element of viz is there twice"));
    }
    Ok(())
}

/// The elements of an attribute; `None` where it is none that [`read`] makes.
pub(super) fn write(value: &Value, escape: impl Fn(&str) -> String) -> Option<String> {
    let viz = value.as_object().filter(|viz| !viz.is_empty())?;
    let mut text = String::new();
    for (name, value) in viz {
        let (_, fields) = ELEMENTS.iter().find(|(known, _)| *known == name)?;
        text.push_str("<viz:");
        text.push_str(name);
        if let Some(object) = value.as_object() {
            if *fields == ["value"] {
                return None;
            }
            for (field, value) in object {
                if !fields.contains(&field.as_str()) || !value.is_number() {
                    return None;
                }
                text.extend([" ", field, "=\"", &value.to_string(), "\""]);
            }
        } else if *fields == ["value"] {
            let written = match value {
                Value::String(shape) if name == "shape" => escape(shape),
                Value::Number(number) if name != "shape" => number.to_string(),
                _ => return None,
            };
            text.extend([" value=\"", &written, "\""]);
        } else {
            return None;
        }
        text.push_str("/>");
    }
    Some(text)
}
