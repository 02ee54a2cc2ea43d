//! A picture as SVG.

use std::fmt::Write as _;

use crate::error::Result;
use crate::layout::positions::Point;
use crate::picture::colour::Colour;
use crate::picture::labels::Anchor;
use crate::picture::legend::Mark;
use crate::picture::scene::{Line, Scene, feet};
use crate::picture::way::Way;
use crate::watch::Watch;

/// Fonts with the widths that labels were placed by, then any.
const FONTS: &str = "DejaVu Sans, Verdana, Bitstream Vera Sans, sans-serif";

pub(super) fn write(scene: &Scene, watch: &Watch) -> Result<String> {
    let mut svg = Svg { text: String::with_capacity(1024 + 70 * scene.lines.len() + 60 * scene.dots.len()) };
    svg.begin(scene);
    svg.lines(scene, watch)?;
    svg.dots(scene, watch)?;
    svg.labels(scene);
    svg.marks(scene);
    svg.text.push_str("</svg>\n");
    Ok(svg.text)
}

struct Svg {
    text: String,
}

impl Svg {
    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.text.write_fmt(arguments);
    }

    fn begin(&mut self, scene: &Scene) {
        let Scene { width, height, background, .. } = scene;
        let name = if scene.title.is_empty() { "Graph" } else { &scene.title };
        self.put(format_args!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FONTS}\">\n<title>{}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{background}\"/>\n",
            escaped(name)
        ));
        if !scene.title.is_empty() {
            self.word(&scene.title, scene.title_place(), scene.title_size(), true, scene.ink);
        }
    }

    /// Lines that look alike come in one group.
    fn lines(&mut self, scene: &Scene, watch: &Watch) -> Result<()> {
        let mut step = 0;
        let look = |line: &Line| (line.colour, format!("{}", round(line.width)));
        for alike in scene.lines.chunk_by(|a, b| look(a) == look(b)) {
            let Some(first) = alike.first() else { continue };
            let (colour, width) = look(first);
            let opacity = round(scene.opacity);
            self.put(format_args!(
                "<g stroke=\"{colour}\" stroke-width=\"{width}\" stroke-opacity=\"{opacity}\" fill=\"none\">\n"
            ));
            for line in alike {
                watch.pace(&mut step)?;
                self.way(&line.way);
            }
            self.text.push_str("</g>\n");
            if alike.iter().any(|line| !line.heads.is_empty()) {
                let opacity = round(scene.opacity.sqrt());
                self.put(format_args!("<g fill=\"{colour}\" fill-opacity=\"{opacity}\">\n"));
                for [tip, left, right] in alike.iter().flat_map(|line| &line.heads) {
                    self.put(format_args!("<path d=\"M{}L{}L{}Z\"/>\n", at(*tip), at(*left), at(*right)));
                }
                self.text.push_str("</g>\n");
            }
        }
        Ok(())
    }

    fn way(&mut self, way: &Way) {
        match way {
            Way::Straight(from, to) => self.put(format_args!("<path d=\"M{}L{}\"/>\n", at(*from), at(*to))),
            Way::Loop([from, first, second, to]) => self.put(format_args!(
                "<path d=\"M{}C{} {} {}\"/>\n",
                at(*from),
                at(*first),
                at(*second),
                at(*to)
            )),
            Way::Bent(points) => {
                let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
                self.put(format_args!("<path d=\"M{}", at(*first)));
                for pair in points[1..].windows(2) {
                    let middle = pair[0].plus(pair[1]).times(0.5);
                    self.put(format_args!("Q{} {}", at(pair[0]), at(middle)));
                }
                self.put(format_args!("L{}\"/>\n", at(*last)));
            }
        }
    }

    fn dots(&mut self, scene: &Scene, watch: &Watch) -> Result<()> {
        let mut step = 0;
        self.put(format_args!(
            "<g stroke=\"{}\" stroke-width=\"{}\">\n",
            scene.background,
            round(scene.outline)
        ));
        for dot in &scene.dots {
            watch.pace(&mut step)?;
            let (x, y, radius) = (round(dot.disc.centre.x), round(dot.disc.centre.y), round(dot.disc.radius));
            self.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{}\"", dot.colour));
            match &dot.hint {
                Some(hint) => self.put(format_args!("><title>{}</title></circle>\n", escaped(hint))),
                None => self.text.push_str("/>\n"),
            }
        }
        self.text.push_str("</g>\n");
        Ok(())
    }

    fn labels(&mut self, scene: &Scene) {
        if scene.labels.is_empty() {
            return;
        }
        self.put(format_args!(
            "<g font-size=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"3\" stroke-linejoin=\"round\" \
             stroke-opacity=\"0.85\" paint-order=\"stroke\">\n",
            round(scene.label_size),
            scene.ink,
            scene.background
        ));
        for (label, colour) in scene.labels.iter().zip(&scene.label_colours) {
            let [left, middle, right] = feet(label, scene.label_size);
            let (place, anchor) = match label.anchor {
                Anchor::Start => (left, ""),
                Anchor::Middle => (middle, " text-anchor=\"middle\""),
                Anchor::End => (right, " text-anchor=\"end\""),
            };
            let (x, y) = (round(place.x), round(place.y));
            let own =
                if label.is_inside { format!(" fill=\"{colour}\" stroke=\"none\"") } else { String::new() };
            self.put(format_args!(
                "<text x=\"{x}\" y=\"{y}\"{anchor}{own}>{}</text>\n",
                escaped(&label.text)
            ));
        }
        self.text.push_str("</g>\n");
    }

    fn marks(&mut self, scene: &Scene) {
        for mark in &scene.marks {
            match mark {
                Mark::Box(area, colour) => self.put(format_args!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\"/>\n",
                    round(area.left),
                    round(area.top),
                    round(area.width()),
                    round(area.height())
                )),
                Mark::Disc(disc, colour) => self.put(format_args!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{colour}\"/>\n",
                    round(disc.centre.x),
                    round(disc.centre.y),
                    round(disc.radius)
                )),
                Mark::Text { text, at, size, is_strong } => {
                    self.word(text, *at, *size, *is_strong, scene.ink);
                }
            }
        }
    }

    fn word(&mut self, text: &str, place: Point, size: f64, is_strong: bool, ink: Colour) {
        let weight = if is_strong { " font-weight=\"bold\"" } else { "" };
        self.put(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{ink}\"{weight}>{}</text>\n",
            round(place.x),
            round(place.y),
            round(size),
            escaped(text)
        ));
    }
}

/// Two digits after the point are enough for the eye; none that are 0 are written.
fn round(number: f64) -> f64 {
    let rounded = (number * 100.0).round() / 100.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

fn at(point: Point) -> String {
    format!("{} {}", round(point.x), round(point.y))
}

/// Text for content and attributes of XML.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\'' => result.push_str("&#39;"),
            other => result.push(other),
        }
    }
    result
}
