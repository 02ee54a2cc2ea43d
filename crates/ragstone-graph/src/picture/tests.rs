//! What is drawn, and what is refused.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::graph::Direction;
use crate::layout::{Force, force};

fn star(vertices: u32) -> (Graph, Positions) {
    let edges: Vec<(u32, u32)> = (1..vertices).map(|vertex| (0, vertex)).collect();
    let graph = Graph::from_edges(Direction::Directed, vertices as usize, &edges).unwrap();
    let positions = force(&graph, &Force::default(), &Watch::unbounded()).unwrap();
    (graph, positions)
}

fn small() -> Picture {
    Picture { width: 400, height: 300, ..Picture::default() }
}

/// Names of elements, and all text; fails where the document is not well-formed.
fn parsed(svg: &str) -> (Vec<String>, String) {
    let mut reader = Reader::from_str(svg);
    let (mut names, mut text, mut depth) = (Vec::new(), String::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                start.attributes().for_each(|attribute| assert!(attribute.is_ok()));
                names.push(start.name().as_ref().to_owned());
            }
            Event::Empty(start) => {
                start.attributes().for_each(|attribute| assert!(attribute.is_ok()));
                names.push(start.name().as_ref().to_owned());
            }
            Event::End(_) => depth -= 1,
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(name) => text.push_str(match &*name {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "#39" => "'",
                other => panic!("unknown reference {other}"),
            }),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    (names, text)
}

fn counted(names: &[String], name: &str) -> usize {
    names.iter().filter(|found| *found == name).count()
}

#[test]
fn svg_is_xml_with_all_vertices_edges_and_arrows() {
    let (graph, positions) = star(20);
    let drawing = small().svg(&graph, &positions, &Watch::unbounded()).unwrap();
    let (names, _) = parsed(&drawing.content);
    assert_eq!(counted(&names, "circle"), 20);
    assert_eq!(counted(&names, "path"), 2 * 19);
    let undirected = graph.to_undirected();
    let plain = small().svg(&undirected, &positions, &Watch::unbounded()).unwrap();
    assert_eq!(counted(&parsed(&plain.content).0, "path"), 19);
}

#[test]
fn hostile_texts_stay_text() {
    let (graph, positions) = star(3);
    let evil = "</text><script>alert(\"1\")</script>&lt;'\u{0}\u{1b}\u{202e}";
    let categories = Categories { name: evil.to_owned(), categories: vec![evil.to_owned(); 3] };
    let picture = Picture {
        title: evil.to_owned(),
        colours: Colours::Categories(categories),
        labels: Labels {
            texts: vec![evil.to_owned(), "]]>".to_owned(), "<!--".to_owned()],
            ..Labels::default()
        },
        ..Picture::default()
    };
    let drawing = picture.svg(&graph, &positions, &Watch::unbounded()).unwrap();
    let (names, text) = parsed(&drawing.content);
    assert_eq!(counted(&names, "script"), 0);
    assert!(text.contains("</text><script>alert(\"1\")</script>&lt;'"), "{text}");
    assert!(text.contains("]]>") && text.contains("<!--"));
    assert!(!drawing.content.contains(['\u{0}', '\u{1b}', '\u{202e}']));
    assert_eq!(drawing.labels, 3);
}

#[test]
fn labels_without_room_are_counted() {
    let (graph, positions) = star(300);
    let texts: Vec<String> = (0..300).map(|vertex| format!("a long name {vertex}")).collect();
    let picture = Picture { labels: Labels { texts, ..Labels::default() }, ..small() };
    let drawing = picture.svg(&graph, &positions, &Watch::unbounded()).unwrap();
    assert_eq!(drawing.labels + drawing.dropped_labels, 300);
    assert!(drawing.labels > 3 && drawing.dropped_labels > 100, "{}", drawing.labels);
    assert!(parsed(&drawing.content).1.contains("a long name 0"));
    let scene = picture.scene(&graph, &positions, &Watch::unbounded()).unwrap();
    for (index, label) in scene.labels.iter().enumerate() {
        assert!(scene.labels[..index].iter().all(|other| other.area.shared(&label.area) <= 0.0));
    }
}

#[test]
fn important_labels_come_first() {
    let (graph, positions) = star(300);
    let texts: Vec<String> = (0..300).map(|vertex| format!("name {vertex}")).collect();
    let importance = (0..300).map(f64::from).collect();
    let labels = Labels { texts, importance, most: 1, ..Labels::default() };
    let scene = Picture { labels, ..small() }.scene(&graph, &positions, &Watch::unbounded()).unwrap();
    assert_eq!(scene.labels[0].text, "name 299");
}

#[test]
fn everything_lies_inside_the_picture() {
    let edges: Vec<(u32, u32)> =
        (0..30).flat_map(|vertex| [(vertex, (vertex + 1) % 30), (vertex, vertex)]).collect();
    let graph = Graph::from_edges(Direction::Directed, 30, &edges).unwrap();
    let positions = crate::layout::circular(&graph, &[], &Watch::unbounded()).unwrap();
    let values =
        Values { name: "size".to_owned(), values: (0..30).map(f64::from).collect(), ..Values::default() };
    let picture =
        Picture { sizes: Sizes::Values(values.clone()), colours: Colours::Values(values), ..small() };
    let scene = picture.scene(&graph, &positions, &Watch::unbounded()).unwrap();
    let is_inside = |point: Point| (0.0..=400.0).contains(&point.x) && (0.0..=300.0).contains(&point.y);
    for dot in &scene.dots {
        let (centre, radius) = (dot.disc.centre, dot.disc.radius);
        assert!(is_inside(centre.minus(Point::new(radius, radius))));
        assert!(is_inside(centre.plus(Point::new(radius, radius))));
    }
    let mut loops = 0;
    for line in &scene.lines {
        if let way::Way::Loop(_) = line.way {
            loops += 1;
            assert!(line.way.pieces().iter().all(|&(from, to)| is_inside(from) && is_inside(to)));
        }
    }
    assert_eq!(loops, 30);
    assert!(!scene.marks.is_empty());
}

#[test]
fn pictures_without_edges_or_vertices_are_drawn() {
    for count in 0..3 {
        let graph = Graph::from_edges(Direction::Undirected, count, &[]).unwrap();
        let positions = Positions::new(vec![Point::default(); count]).unwrap();
        let empty = Values { values: vec![f64::NAN; count], ..Values::default() };
        let picture =
            Picture { sizes: Sizes::Values(empty.clone()), colours: Colours::Values(empty), ..small() };
        let drawing = picture.svg(&graph, &positions, &Watch::unbounded()).unwrap();
        assert_eq!(counted(&parsed(&drawing.content).0, "circle"), count);
        assert!(!drawing.content.contains("NaN") && !drawing.content.contains("inf"));
    }
}

#[test]
fn what_is_too_large_or_does_not_fit_is_refused() {
    let (graph, positions) = star(3);
    let refused = |picture: Picture| picture.svg(&graph, &positions, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refused(Picture { width: 20_000, ..small() }), GraphError::TooExpensive { .. }));
    assert!(matches!(
        refused(Picture { width: 10_000, height: 10_000, ..small() }),
        GraphError::TooExpensive { .. }
    ));
    assert!(matches!(refused(Picture { width: 3, ..small() }), GraphError::OutOfRange { .. }));
    let labels = Labels { texts: vec![String::new()], ..Labels::default() };
    assert!(matches!(
        refused(Picture { labels, ..small() }),
        GraphError::OutOfRange { option: "labels", .. }
    ));
    let edges = EdgeStyle { opacity: Some(f64::NAN), ..EdgeStyle::default() };
    assert!(matches!(
        refused(Picture { edges, ..small() }),
        GraphError::OutOfRange { option: "opacity", .. }
    ));
    let edges = EdgeStyle { bends: vec![Vec::new()], ..EdgeStyle::default() };
    assert!(matches!(refused(Picture { edges, ..small() }), GraphError::OutOfRange { option: "bends", .. }));
    let large = Graph::from_edges(Direction::Directed, MOST_VERTICES + 1, &[]).unwrap();
    let nowhere = Positions::new(vec![Point::default(); MOST_VERTICES + 1]).unwrap();
    let refusal = small().svg(&large, &nowhere, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { unit: "vertices", .. }));
    assert!(small().svg(&large, &positions, &Watch::unbounded()).is_err());
}

#[cfg(feature = "png")]
mod raster {
    use super::*;

    fn pixels(content: &[u8]) -> tiny_skia::Pixmap {
        tiny_skia::Pixmap::decode_png(content).unwrap()
    }

    #[test]
    fn png_has_its_size_and_shows_vertices_in_their_colours() {
        let (graph, positions) = star(9);
        let red = Colour::new(250, 10, 20);
        let picture = Picture { colours: Colours::One(red), sizes: Sizes::Radius(6.0), ..small() };
        let drawing = picture.png(&graph, &positions, &Watch::unbounded()).unwrap();
        let found = pixels(&drawing.content);
        assert_eq!((found.width(), found.height()), (400, 300));
        let count = |is: &dyn Fn(tiny_skia::PremultipliedColorU8) -> bool| {
            found.pixels().iter().filter(|&&p| is(p)).count()
        };
        let reds = count(&|pixel| (pixel.red(), pixel.green(), pixel.blue()) == (250, 10, 20));
        // Nine discs of radius 6, without their borders.
        assert!((600..1100).contains(&reds), "{reds}");
        assert!(count(&|pixel| (pixel.red(), pixel.green(), pixel.blue()) == (255, 255, 255)) > 100_000);
    }

    #[test]
    fn words_are_drawn_and_missing_characters_counted() {
        let (graph, positions) = star(2);
        let texts = vec!["Ωmega".to_owned(), "漢字".to_owned()];
        let with = Picture { labels: Labels { texts, ..Labels::default() }, ..small() };
        let drawing = with.png(&graph, &positions, &Watch::unbounded()).unwrap();
        assert_eq!((drawing.labels, drawing.missing_characters), (2, 2));
        let without = small().png(&graph, &positions, &Watch::unbounded()).unwrap();
        assert_ne!(drawing.content, without.content);
    }

    #[test]
    fn listed_widths_are_those_of_the_font() {
        use skrifa::MetadataProvider;
        use skrifa::instance::{LocationRef, Size};
        let font = skrifa::FontRef::new(dejavu::sans::regular()).unwrap();
        let metrics = font.glyph_metrics(Size::new(100.0), LocationRef::default());
        let characters = font.charmap();
        for character in (' '..='~').chain('À'..='ž').chain('Α'..='я') {
            let Some(glyph) = characters.map(character) else { continue };
            let width = f64::from(metrics.advance_width(glyph).unwrap());
            assert!((text::width(&character.to_string(), 100.0) - width).abs() < 0.6, "{character}");
        }
    }
}
