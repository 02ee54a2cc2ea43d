//! A picture in pixels: what SVG and PNG draw alike.

use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::layout::Positions;
use crate::layout::positions::{Point, one_each, real};
use crate::picture::colour::Colour;
use crate::picture::frame::{Area, Fit};
use crate::picture::labels::{Placed, Surroundings, place};
use crate::picture::legend::{Mark, Part, column};
use crate::picture::way::{
    Bundle, Disc, Head, Way, around, bundles, free_direction, loop_reach, times_wider, way,
};
use crate::picture::{Arrows, Colours, Drawing, EdgeColour, Legend, Picture, Sizes, Widths, text};
use crate::watch::Watch;

/// Space at the borders of a picture.
const MARGIN: f64 = 16.0;

/// Longest label and title, in characters.
const LONGEST: (usize, usize) = (40, 120);

/// Above this many vertices an SVG does not say their labels when they are pointed at.
const MOST_HINTS: usize = 5000;

/// Radii that vertices of different size have, in those of vertices all alike.
const SPREAD: (f64, f64) = (0.55, 2.4);

/// An edge, or several that lie together.
pub(super) struct Line {
    pub(super) way: Way,
    pub(super) heads: Vec<Head>,
    pub(super) width: f64,
    pub(super) colour: Colour,
}

impl Line {
    /// Straight pieces that labels had better not lie on: those of the way, and each arrowhead.
    fn pieces(&self) -> impl Iterator<Item = (Point, Point)> {
        let heads = self.heads.iter().map(|&[tip, left, right]| (tip, left.plus(right).times(0.5)));
        self.way.pieces().into_iter().chain(heads)
    }
}

/// A vertex.
pub(super) struct Dot {
    pub(super) disc: Disc,
    pub(super) colour: Colour,
    /// What it says when it is pointed at.
    pub(super) hint: Option<String>,
}

pub(super) struct Scene {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) title: String,
    pub(super) background: Colour,
    pub(super) ink: Colour,
    pub(super) opacity: f64,
    pub(super) lines: Vec<Line>,
    /// The largest first, so that none is hidden.
    pub(super) dots: Vec<Dot>,
    pub(super) outline: f64,
    pub(super) labels: Vec<Placed>,
    pub(super) label_colours: Vec<Colour>,
    pub(super) label_size: f64,
    pub(super) marks: Vec<Mark>,
    dropped_labels: usize,
}

/// What is known before anything has a place.
struct Look {
    colours: Vec<Colour>,
    /// Parts of the range of sizes; empty where all are alike.
    sizes: Vec<f64>,
    parts: Vec<Part>,
}

impl Scene {
    pub(super) fn arrange(
        picture: &Picture,
        graph: &Graph,
        positions: &Positions,
        watch: &Watch,
    ) -> Result<Self> {
        let mut look = Look::of(picture, graph.vertex_count())?;
        let bundles = bundles(graph);
        watch.check()?;
        let title = text::clean(&picture.title, LONGEST.1);
        let whole = Area::new(0.0, 0.0, f64::from(picture.width), f64::from(picture.height));
        let size = picture.labels.size;
        let top = if title.is_empty() { MARGIN } else { MARGIN + 1.5 * size * text::LINE + MARGIN / 2.0 };
        let body = Area { top, ..whole.inset(MARGIN, MARGIN) };
        let even = even_radius(picture, positions.points(), &body);
        look.fill_radii(even);
        let (marks, frame) = explained(picture, &look, body);
        let radii = look.radii(even, picture);
        let fit = fit(picture, positions.points(), frame, &radii, &bundles);
        let place = |(&point, radius): (&Point, f64)| Disc { centre: fit.pixel(point), radius };
        let discs: Vec<Disc> = positions.points().iter().zip(radii).map(place).collect();
        let lines = lines(picture, graph, &bundles, &discs, &look.colours, fit, watch)?;
        let texts = texts(picture, graph, &discs)?;
        let wanted = texts.len();
        let straight: Vec<(Point, Point)> = lines.iter().flat_map(Line::pieces).collect();
        let most = picture.labels.most;
        let surroundings = Surroundings { frame, discs: &discs, lines: &straight, size, most };
        let labels = place_labels(texts, &surroundings, watch)?;
        Ok(Self {
            width: picture.width,
            height: picture.height,
            title,
            background: picture.background,
            ink: picture.background.ink(),
            opacity: picture.edges.opacity.unwrap_or_else(|| even_opacity(bundles.len())),
            lines,
            dots: dots(picture, &discs, &look.colours),
            outline: (even * 0.14).clamp(0.0, 1.2),
            dropped_labels: wanted - labels.len(),
            label_colours: labels.iter().map(|label| label_colour(picture, label, &look.colours)).collect(),
            labels,
            label_size: size,
            marks,
        })
    }

    pub(super) fn drawn<T>(&self, content: T, missing_characters: usize) -> Drawing<T> {
        Drawing {
            content,
            labels: self.labels.len(),
            dropped_labels: self.dropped_labels,
            missing_characters,
        }
    }

    pub(super) fn title_size(&self) -> f64 {
        1.5 * self.label_size
    }

    /// The left end of the title's feet line.
    pub(super) fn title_place(&self) -> Point {
        Point::new(MARGIN, MARGIN + text::ASCENT * self.title_size())
    }
}

/// The left end of the feet line of a label, and its middle and right end.
pub(super) fn feet(label: &Placed, size: f64) -> [Point; 3] {
    let y = label.area.top + text::ASCENT * size;
    let (left, right) = (label.area.left + 2.0, label.area.right - 2.0);
    [Point::new(left, y), Point::new(f64::midpoint(left, right), y), Point::new(right, y)]
}

impl Look {
    fn of(picture: &Picture, count: usize) -> Result<Self> {
        let mut parts = Vec::new();
        let colours = match &picture.colours {
            Colours::One(colour) => vec![*colour; count],
            Colours::Each(colours) => {
                one_each("colours", colours.len(), count)?;
                colours.clone()
            }
            Colours::Values(values) => {
                let ranged = values.ranged(count)?;
                if let Some(marks) = ranged.marks {
                    parts.push(Part::Bar { name: values.name.clone(), marks });
                }
                ranged.colours()
            }
            Colours::Categories(categories) => {
                let coloured = categories.coloured(count)?;
                let colours = coloured.colours.clone();
                parts.push(Part::Swatches { name: categories.name.clone(), coloured });
                colours
            }
        };
        let mut sizes = Vec::new();
        if let Sizes::Values(values) = &picture.sizes {
            let ranged = values.ranged(count)?;
            if let Some(marks) = ranged.marks {
                let part = Part::Discs { name: values.name.clone(), marks, radii: (0.0, 0.0) };
                // Before categories, which may be cut.
                parts.insert(0, part);
            }
            sizes = ranged.parts.iter().map(|part| part.unwrap_or(0.0)).collect();
        }
        Ok(Self { colours, sizes, parts })
    }

    fn fill_radii(&mut self, even: f64) {
        for part in &mut self.parts {
            if let Part::Discs { radii, .. } = part {
                *radii = (even * SPREAD.0, even * SPREAD.1);
            }
        }
    }

    fn radii(&self, even: f64, picture: &Picture) -> Vec<f64> {
        match &picture.sizes {
            Sizes::Values(_) => {
                let radius =
                    |&part: &f64| crate::picture::scale::radius(part, even * SPREAD.0, even * SPREAD.1);
                self.sizes.iter().map(radius).collect()
            }
            Sizes::Automatic | Sizes::Radius(_) => vec![even; self.colours.len()],
        }
    }
}

/// The legend, and what is left for the graph.
fn explained(picture: &Picture, look: &Look, body: Area) -> (Vec<Mark>, Area) {
    if picture.legend == Legend::Hidden || look.parts.is_empty() {
        return (Vec::new(), body);
    }
    let size = picture.labels.size * 0.92;
    let (_, width) = column(&look.parts, body, size);
    let left = body.right - width;
    let frame = Area { right: left - 1.5 * MARGIN, ..body };
    if width == 0.0 || frame.width() < body.width() * 0.4 {
        return (Vec::new(), body);
    }
    (column(&look.parts, Area { left, ..body }, size).0, frame)
}

/// A radius that leaves room between most vertices.
fn even_radius(picture: &Picture, points: &[Point], body: &Area) -> f64 {
    if let Sizes::Radius(radius) = picture.sizes {
        return radius;
    }
    let room = (body.width() * body.height() / real(points.len().max(1))).sqrt();
    let fit = body.fit(points);
    let pixels: Vec<Point> = points.iter().map(|&point| fit.pixel(point)).collect();
    let near = crate::picture::near::typical_distance(&pixels, room);
    let most = (body.width().min(body.height()) / 60.0).clamp(2.0, 14.0);
    (0.17 * room).min(0.4 * near).clamp(1.6, most.max(1.6))
}

/// Where the layout lies, with room for vertices, loops and labels at the border.
fn fit(picture: &Picture, points: &[Point], frame: Area, radii: &[f64], bundles: &[Bundle]) -> Fit {
    let mut reach = radii.iter().copied().fold(0.0, f64::max) + 2.0;
    for bundle in bundles.iter().filter(|bundle| bundle.is_loop()) {
        reach = reach.max(loop_reach(radii[bundle.first]));
    }
    let has_labels = picture.labels.texts.iter().any(|text| !text.is_empty());
    let (across, down) =
        if has_labels { (3.0 * picture.labels.size, 1.2 * picture.labels.size) } else { (0.0, 0.0) };
    let inner =
        frame.inset((reach + across).min(frame.width() / 4.0), (reach + down).min(frame.height() / 4.0));
    let bends = picture.edges.bends.iter().flatten();
    let all: Vec<Point> = points.iter().chain(bends).copied().filter(|point| point.is_finite()).collect();
    inner.fit(&all)
}

/// Pairs of labels and their vertices, the most important first.
fn texts(picture: &Picture, graph: &Graph, discs: &[Disc]) -> Result<Vec<(usize, String)>> {
    let labels = &picture.labels;
    if labels.texts.is_empty() {
        return Ok(Vec::new());
    }
    one_each("labels", labels.texts.len(), discs.len())?;
    let importance: Vec<(f64, f64)> = if labels.importance.is_empty() {
        let degree = |vertex| {
            real(graph.degree(vertex) + if graph.is_directed() { graph.in_degree(vertex) } else { 0 })
        };
        discs.iter().zip(graph.vertices()).map(|(disc, vertex)| (disc.radius, degree(vertex))).collect()
    } else {
        one_each("importance", labels.importance.len(), discs.len())?;
        labels.importance.iter().map(|&importance| (importance, 0.0)).collect()
    };
    let mut order: Vec<usize> = (0..discs.len()).collect();
    order.sort_by(|&a, &b| {
        let (a_rank, b_rank) = (importance[a], importance[b]);
        b_rank.0.total_cmp(&a_rank.0).then(b_rank.1.total_cmp(&a_rank.1)).then(a.cmp(&b))
    });
    let texts = order.into_iter().map(|vertex| (vertex, text::clean(&labels.texts[vertex], LONGEST.0)));
    Ok(texts.filter(|(_, text)| !text.is_empty()).collect())
}

fn label_colour(picture: &Picture, label: &Placed, colours: &[Colour]) -> Colour {
    if label.is_inside { colours[label.vertex].ink() } else { picture.background.ink() }
}

fn place_labels(
    texts: Vec<(usize, String)>,
    around: &Surroundings<'_>,
    watch: &Watch,
) -> Result<Vec<Placed>> {
    if texts.is_empty() { Ok(Vec::new()) } else { place(texts, around, watch) }
}

fn dots(picture: &Picture, discs: &[Disc], colours: &[Colour]) -> Vec<Dot> {
    let hint = |vertex: usize| {
        let text = picture.labels.texts.get(vertex).filter(|_| discs.len() <= MOST_HINTS)?;
        Some(text::clean(text, LONGEST.1)).filter(|text| !text.is_empty())
    };
    let mut order: Vec<usize> = (0..discs.len()).collect();
    order.sort_by(|&a, &b| discs[b].radius.total_cmp(&discs[a].radius).then(a.cmp(&b)));
    let dot = |vertex: usize| Dot { disc: discs[vertex], colour: colours[vertex], hint: hint(vertex) };
    order.into_iter().map(dot).collect()
}

fn lines(
    picture: &Picture,
    graph: &Graph,
    bundles: &[Bundle],
    discs: &[Disc],
    colours: &[Colour],
    fit: Fit,
    watch: &Watch,
) -> Result<Vec<Line>> {
    let bends = &picture.edges.bends;
    if !bends.is_empty() && bends.len() != graph.edge_count() {
        let found = format!("a list of {} for {} edges", bends.len(), graph.edge_count());
        return Err(GraphError::OutOfRange {
            option: "bends",
            found,
            expected: "one entry for each edge, or none",
        });
    }
    let widths = LineWidths::of(picture, bundles);
    let has_arrows = graph.is_directed() && picture.edges.arrows == Arrows::Automatic;
    let (mut lines, mut step) = (Vec::with_capacity(bundles.len()), 0);
    for bundle in bundles {
        watch.pace(&mut step)?;
        let width = widths.width(bundle);
        let (from, to) = (discs[bundle.first], discs[bundle.second]);
        let drawn = if bundle.is_loop() {
            let neighbours = neighbours(graph, bundle.first, discs);
            Some(around(from, free_direction(from.centre, &neighbours), has_arrows, width))
        } else {
            let mut points: Vec<Point> = bends
                .get(bundle.edge)
                .map(|points| points.iter().map(|&point| fit.pixel(point)).collect())
                .unwrap_or_default();
            if !bundle.leads.0 {
                points.reverse();
            }
            if points.iter().any(|point| !point.is_finite()) {
                points.clear();
            }
            way([from, to], points, (has_arrows && bundle.leads.0, has_arrows && bundle.leads.1), width)
        };
        let colour = match picture.edges.colour {
            EdgeColour::Neutral => picture.background.mixed(picture.background.ink(), 0.62),
            EdgeColour::One(colour) => colour,
            EdgeColour::Ends => colours[bundle.first].mixed(colours[bundle.second], 0.5),
        };
        lines.extend(drawn.map(|(way, heads)| Line { way, heads, width, colour }));
    }
    Ok(lines)
}

/// Where the neighbours of a vertex lie, itself left out; some of them where there are many.
fn neighbours(graph: &Graph, vertex: usize, discs: &[Disc]) -> Vec<Point> {
    let number = u32::try_from(vertex).unwrap_or(u32::MAX);
    let sources = if graph.is_directed() { graph.sources(number) } else { &[] };
    let others = graph.neighbors(number).iter().chain(sources).filter(|&&other| other != number);
    others.take(1000).map(|&other| discs[other as usize].centre).collect()
}

/// Widths of lines.
struct LineWidths {
    even: f64,
    /// The least and the greatest weight, where weights count.
    weights: Option<(f64, f64)>,
}

impl LineWidths {
    fn of(picture: &Picture, bundles: &[Bundle]) -> Self {
        let automatic = match bundles.len() {
            0..=300 => 1.4,
            301..=3000 => 1.0,
            3001..=30_000 => 0.7,
            _ => 0.5,
        };
        let even = if let Widths::Pixels(width) = picture.edges.widths { width } else { automatic };
        let range =
            |(least, most): (f64, f64), bundle: &Bundle| (least.min(bundle.weight), most.max(bundle.weight));
        let weights = (picture.edges.widths == Widths::Weights)
            .then(|| bundles.iter().fold((f64::INFINITY, f64::NEG_INFINITY), range));
        Self { even, weights }
    }

    fn width(&self, bundle: &Bundle) -> f64 {
        let Some((least, most)) = self.weights else { return self.even * times_wider(bundle.count) };
        let range = most / 2.0 - least / 2.0;
        let part = if range > 0.0 { (bundle.weight / 2.0 - least / 2.0) / range } else { 0.5 };
        self.even * (0.6 + 3.9 * part.clamp(0.0, 1.0))
    }
}

/// The more lines, the lighter: where many lie over each other they are dark still.
fn even_opacity(lines: usize) -> f64 {
    (0.65 * (real(lines.max(1)) / 100.0).powf(-0.35)).clamp(0.06, 0.65)
}
