//! Writing BibTeX.

use serde_json::Value;

use super::{CITATIONS, PEOPLE, RELATION, TYPE, VERBATIM, YEAR, is_name_byte, tex};
use crate::document::{DocumentEdge, DocumentNode, KeyRef};
use crate::format::pen::{NEEDS_JSON, NEEDS_VALUES, Pen, text as key_text};
use crate::format::{KeyWriting, Place, Result, scalar};
use crate::graph::Vertex;

const NO_NAMES: [&str; 3] = ["comment", "preamble", "string"];

pub(in crate::format) fn write(pen: &mut Pen<'_>) -> Result<()> {
    pen.no_graph_attributes()?;
    pen.no_edge_keys()?;
    if !pen.is_directed() {
        let remedy = "make each edge lead from the work that cites, or write another format";
        return Err(pen.refusal("edges without direction", Place::Graph, remedy));
    }
    for (place, _) in pen.nodes() {
        check_key(pen, place)?;
    }
    pen.check_keys_apart()?;
    let mut order: Vec<(usize, &DocumentEdge)> = pen.edges().collect();
    order.sort_by_key(|(_, edge)| edge.source);
    let mut is_cited = vec![false; pen.document.nodes.len()];
    for (_, edge) in &order {
        is_cited[edge.target as usize] = true;
    }
    let mut rest = order.as_slice();
    for (place, node) in pen.nodes() {
        let length = rest.iter().take_while(|(_, edge)| edge.source as usize == place).count();
        let (cited, others) = rest.split_at(length);
        rest = others;
        // What is only cited needs no entry.
        if node.attributes.is_empty() && cited.is_empty() && is_cited[place] {
            continue;
        }
        let entry = entry(pen, place, node, cited)?;
        pen.put(&entry)?;
    }
    Ok(())
}

fn key<'a>(pen: &Pen<'a>, place: usize) -> KeyRef<'a> {
    pen.key(Vertex::try_from(place).unwrap_or(Vertex::MAX))
}

fn check_key(pen: &Pen<'_>, place: usize) -> Result<()> {
    match key(pen, place) {
        KeyRef::Integer(_) if pen.options.keys == KeyWriting::Exact => {
            let remedy = "ask for keys as text, or write node-link JSON, GraphML, GEXF, GML or DOT";
            Err(pen.refusal("integer keys", Place::Node(place), remedy))
        }
        KeyRef::Text(text)
            if text.is_empty() || !text.bytes().all(|byte| is_name_byte(byte) && byte != b';') =>
        {
            let remedy = "write node-link JSON, GraphML, GEXF, GML or DOT, which hold them";
            Err(pen.refusal("keys that are empty or have blanks or signs of TeX", Place::Node(place), remedy))
        }
        _ => Ok(()),
    }
}

fn entry(
    pen: &Pen<'_>,
    place: usize,
    node: &DocumentNode,
    cited: &[(usize, &DocumentEdge)],
) -> Result<String> {
    let here = Place::Node(place);
    let kind = match node.attributes.get(TYPE) {
        Some(Value::String(kind)) if is_field(kind) && !NO_NAMES.contains(&kind.as_str()) => kind,
        _ => {
            let remedy = "give each node a type such as misc, in lower case";
            return Err(pen.attribute_refusal("an entry without a type", here, TYPE, remedy));
        }
    };
    let mut entry = format!("@{kind}{{{},\n", key_text(key(pen, place)));
    for (name, value) in node.attributes.iter().filter(|(name, _)| *name != TYPE) {
        if let Some((field, _)) = PEOPLE.iter().find(|(_, list)| *list == name) {
            put(field, &people(pen, value, &here, name)?, &mut entry);
            continue;
        }
        let is_taken = CITATIONS.contains(&name) || PEOPLE.iter().any(|(field, _)| *field == name);
        if is_taken || !is_field(name) {
            let remedy = "rename it: a word in lower case that names no citations; lists of names are authors and editors";
            return Err(pen.attribute_refusal("an attribute of this name", here, name, remedy));
        }
        put(name, &field(pen, name, value, &here)?, &mut entry);
    }
    for relation in CITATIONS {
        let mut names = Vec::new();
        for (index, edge) in cited {
            if relation_of(pen, *index, edge)? == relation {
                names.push(key_text(key(pen, edge.target as usize)));
            }
        }
        if !names.is_empty() {
            put(relation, &names.join(", "), &mut entry);
        }
    }
    entry.push_str("}\n\n");
    Ok(entry)
}

fn put(name: &str, text: &str, entry: &mut String) {
    entry.extend(["  ", name, " = {", text, "},\n"]);
}

fn is_field(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_name_byte) && !name.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn relation_of<'a>(pen: &Pen<'_>, index: usize, edge: &'a DocumentEdge) -> Result<&'a str> {
    let mut attributes = edge.attributes.iter();
    match (attributes.next(), attributes.next()) {
        (None, _) => Ok(CITATIONS[0]),
        (Some((RELATION, Value::String(relation))), None) if CITATIONS[1..].contains(&relation.as_str()) => {
            Ok(relation)
        }
        (Some((name, _)), _) => {
            let what = "attributes of edges but the relations references and crossref";
            let remedy = "write node-link JSON, GraphML, GEXF, GML or DOT, which hold them";
            Err(pen.attribute_refusal(what, Place::Edge(index), name, remedy))
        }
    }
}

/// Names joined by `and`, in braces where they hold that word.
fn people(pen: &Pen<'_>, value: &Value, place: &Place, name: &str) -> Result<String> {
    let people: Option<Vec<&str>> =
        value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    let Some(people) = people.filter(|people| people.iter().all(|person| !person.is_empty())) else {
        return Err(pen.attribute_refusal(
            "names that are no list of texts",
            place.clone(),
            name,
            NEEDS_JSON,
        ));
    };
    let mut joined = Vec::new();
    for person in people {
        folded(pen, person, place, name)?;
        let escaped = tex::escape(person);
        let has_and = format!(" {person} ").to_ascii_lowercase().contains(" and ");
        joined.push(if has_and { format!("{{{escaped}}}") } else { escaped });
    }
    Ok(joined.join(" and "))
}

fn field(pen: &Pen<'_>, name: &str, value: &Value, place: &Place) -> Result<String> {
    let text = match value {
        Value::String(text) if name == YEAR && scalar::integer(text).is_some() => {
            pen.stringified(value, place.clone(), name)?
        }
        Value::String(text) => text.clone(),
        Value::Number(year) if name == YEAR && year.is_i64() => year.to_string(),
        _ => pen.stringified(value, place.clone(), name)?,
    };
    folded(pen, &text, place, name)?;
    if !VERBATIM.contains(&name) {
        return Ok(tex::escape(&text));
    }
    let mut depth = Some(0_usize);
    for byte in text.bytes() {
        depth = match byte {
            b'{' => depth.map(|depth| depth + 1),
            b'}' => depth.and_then(|depth| depth.checked_sub(1)),
            _ => depth,
        };
    }
    if depth == Some(0) {
        return Ok(text);
    }
    Err(pen.attribute_refusal("braces that are not in pairs", place.clone(), name, NEEDS_JSON))
}

/// Refuses white space that would not come back.
fn folded(pen: &Pen<'_>, text: &str, place: &Place, name: &str) -> Result<()> {
    if !pen.is_exact() || tex::fold(text) == text {
        return Ok(());
    }
    Err(pen.attribute_refusal("blanks in a row or at the ends of a text", place.clone(), name, NEEDS_VALUES))
}
