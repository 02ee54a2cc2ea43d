//! Pictures by request.

use ragstone_graph::illustration::Illustration;
use ragstone_graph::{Direction, Watch};
use serde_json::{Value, json};

use super::karate;

fn draw(direction: Direction, request: &Value) -> String {
    let illustration: Illustration = serde_json::from_value(request.clone()).unwrap();
    let again = serde_json::to_value(&illustration).unwrap();
    assert_eq!(serde_json::from_value::<Illustration>(again).unwrap(), illustration);
    let drawn = illustration.run(&karate(direction), &Watch::unbounded());
    let drawn = drawn.map_err(|error| format!("{request}: {error}")).unwrap();
    assert_eq!(drawn.media_type, "image/svg+xml");
    String::from_utf8(drawn.content).unwrap()
}

#[test]
fn every_layout_places_every_node() {
    for layout in [
        json!({"kind": "force", "seed": 3}),
        json!({"kind": "communities", "from": {"analysis": {"algorithm": "leiden"}}}),
        json!({"kind": "circular", "order": {"attribute": "age"}}),
        json!({"kind": "shells", "from": {"analysis": {"algorithm": "core-numbers"}}}),
        json!({"kind": "grid"}),
        json!({"kind": "spectral"}),
        json!({"kind": "layered"}),
        json!({"kind": "given", "x": "x", "y": "y"}),
    ] {
        let picture = draw(Direction::Directed, &json!({"layout": layout}));
        assert_eq!(picture.matches("<circle").count(), 34, "{layout}");
    }
}

#[test]
fn sizes_and_colours_come_from_attributes_and_analyses() {
    let picture = draw(
        Direction::Undirected,
        &json!({
            "layout": {"kind": "force"},
            "title": "Club",
            "theme": "dark",
            "width": 600,
            "height": 400,
            "sizes": {"values": {"from": {"analysis": {"algorithm": "pagerank"}}, "scale": "ranks"}},
            "colours": {"categories": {"attribute": "club"}},
            "labels": {"text": {"attribute": "club"}, "importance": {"attribute": "age"}, "most": 5},
            "edges": {"widths": "weights", "colour": "ends", "opacity": 0.5},
            "weight": "weight",
        }),
    );
    for part in ["PageRank", "instructor", "officer", "Club", "#111827", "width=\"600\""] {
        assert!(picture.contains(part), "{part}");
    }
    let plain =
        draw(Direction::Undirected, &json!({"labels": {"text": "none"}, "colours": {"one": "#ff0000"}}));
    assert!(plain.contains("#ff0000"));
}

#[test]
fn wrong_choices_name_what_is_wrong() {
    let subject = karate(Direction::Undirected);
    for (request, part) in [
        (json!({"colours": {"one": "red"}}), "colours"),
        (json!({"sizes": {"values": {"from": {"attribute": "weight"}}}}), "sizes"),
        (json!({"sizes": {"values": {"from": {"attribute": "club"}}}}), "sizes"),
        (json!({"sizes": {"values": {"from": {"analysis": {"algorithm": "bridges"}}}}}), "sizes"),
        (json!({"layout": {"kind": "layered"}}), "directed"),
    ] {
        let illustration: Illustration = serde_json::from_value(request.clone()).unwrap();
        let error = illustration.run(&subject, &Watch::unbounded()).unwrap_err().to_string();
        assert!(error.contains(part), "{request}: {error}");
    }
}

#[cfg(feature = "png")]
#[test]
fn pixels_are_drawn_where_they_are_asked_for() {
    let illustration: Illustration = serde_json::from_value(json!({"format": "png", "width": 200})).unwrap();
    let drawn = illustration.run(&karate(Direction::Undirected), &Watch::unbounded()).unwrap();
    assert_eq!((drawn.media_type, &drawn.content[1..4]), ("image/png", b"PNG".as_slice()));
}
