//! Layouts and pictures of real graphs: the same on any number of threads, in their frame, true to distances.

use std::collections::VecDeque;

use ragstone_graph::layout::{
    self, Attraction, Force, LayeredOptions, Point, Positions, Shells, Spectral, Weights,
};
use ragstone_graph::picture::{Categories, Colours, Labels, Picture};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::data;

fn lattice(columns: Vertex, rows: Vertex) -> Graph {
    let mut edges = Vec::new();
    for column in 0..columns {
        for row in 0..rows {
            let vertex = column * rows + row;
            edges.extend((column + 1 < columns).then_some((vertex, vertex + rows)));
            edges.extend((row + 1 < rows).then_some((vertex, vertex + 1)));
        }
    }
    Graph::from_edges(Direction::Undirected, (columns * rows) as usize, &edges).unwrap()
}

/// Numbers that look random (a linear congruential generator).
fn mixed(count: usize) -> impl Iterator<Item = u32> {
    let next = |state: &mut u64| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(*state >> 33).ok()
    };
    std::iter::repeat_n((), count).scan(11_u64, move |state, ()| next(state))
}

fn scattered(vertices: u32, edges: usize) -> Graph {
    let numbers: Vec<u32> = mixed(2 * edges).collect();
    let edges: Vec<(Vertex, Vertex)> =
        numbers.chunks(2).map(|pair| (pair[0] % vertices, pair[1] % vertices)).collect();
    Graph::from_edges(Direction::Directed, vertices as usize, &edges).unwrap()
}

fn distances(graph: &Graph, from: Vertex) -> Vec<Option<u32>> {
    let mut found = vec![None; graph.vertex_count()];
    found[from as usize] = Some(0);
    let mut queue = VecDeque::from([from]);
    while let Some(vertex) = queue.pop_front() {
        for &target in graph.neighbors(vertex) {
            if found[target as usize].is_none() {
                found[target as usize] = found[vertex as usize].map(|distance: u32| distance + 1);
                queue.push_back(target);
            }
        }
    }
    found
}

/// Mean square of the relative error of distances in the picture, at the best scale.
fn stress(graph: &Graph, positions: &Positions) -> f64 {
    let (mut both, mut square, mut pairs) = (0.0, 0.0, 0.0);
    for from in graph.vertices() {
        for (to, distance) in (0..).zip(distances(graph, from)) {
            let Some(distance) = distance.filter(|&distance| distance > 0) else { continue };
            let (a, b) = (positions.point(from).unwrap(), positions.point(to).unwrap());
            let part = (a.x - b.x).hypot(a.y - b.y) / f64::from(distance);
            (both, square, pairs) = (both + part, square + part * part, pairs + 1.0);
        }
    }
    1.0 - both * both / (square * pairs)
}

fn in_frame(positions: &Positions, vertices: usize) {
    assert_eq!(positions.points().len(), vertices);
    let reach = |of: fn(&Point) -> f64| {
        positions.points().iter().map(of).fold(0.0, |most: f64, at| most.max(at.abs()))
    };
    let (x, y) = (reach(|point| point.x), reach(|point| point.y));
    assert!(x <= 1.0 && y <= 1.0 && x.max(y) > 0.999, "{x} {y}");
    assert!(positions.points().iter().all(|point| point.x.is_finite() && point.y.is_finite()));
}

#[test]
fn lattice_unfolds() {
    let graph = lattice(20, 15);
    for attraction in [Attraction::Linear, Attraction::Quadratic] {
        for seed in 0..3 {
            let options = Force { seed, attraction, ..Force::default() };
            let positions = layout::force(&graph, &options, &Watch::unbounded()).unwrap();
            in_frame(&positions, 300);
            let stress = stress(&graph, &positions);
            assert!(stress < 0.07, "{attraction:?} {seed}: {stress}");
        }
    }
    // The measure tells a lattice from a mess.
    let mess: Vec<Point> =
        mixed(600).map(f64::from).collect::<Vec<_>>().chunks(2).map(|at| Point::new(at[0], at[1])).collect();
    assert!(stress(&graph, &Positions::new(mess).unwrap()) > 0.3);
}

#[test]
fn layouts_and_pictures_are_the_same_on_any_number_of_threads() {
    let graph = scattered(5000, 9000);
    let partition: Vec<u32> = graph.vertices().map(|vertex| vertex % 13).collect();
    let labels: Vec<String> = graph.vertices().map(|vertex| format!("v{vertex}")).collect();
    let draw = || {
        let watch = Watch::unbounded();
        let few = Force { iterations: 12, ..Force::default() };
        let force = layout::force(&graph, &few, &watch).unwrap();
        let spectral =
            layout::spectral(&graph, &Spectral { tolerance: 0.3, ..Spectral::default() }, &watch).unwrap();
        let communities = layout::communities(&graph, &partition, &few, &watch).unwrap();
        let categories = partition.iter().map(u32::to_string).collect();
        let picture = Picture {
            colours: Colours::Categories(Categories { name: "community".to_owned(), categories }),
            labels: Labels { texts: labels.clone(), ..Labels::default() },
            ..Picture::default()
        };
        let svg = picture.svg(&graph, &force, &watch).unwrap();
        (force, spectral, communities, svg)
    };
    let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(draw);
    let first = on(1);
    in_frame(&first.0, 5000);
    in_frame(&first.1, 5000);
    in_frame(&first.2, 5000);
    for threads in [2, 7] {
        assert_eq!(on(threads), first, "{threads}");
    }
}

#[test]
fn seed_decides_the_layout() {
    let graph = lattice(6, 6);
    let with =
        |seed| layout::force(&graph, &Force { seed, ..Force::default() }, &Watch::unbounded()).unwrap();
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}

#[test]
fn friends_lie_nearer_than_strangers_in_ego_facebook() {
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) else {
        return;
    };
    let graph = facebook.graph;
    let options = Force { iterations: 30, ..Force::default() };
    let positions = layout::force(&graph, &options, &Watch::unbounded()).unwrap();
    in_frame(&positions, 4039);
    let apart = |a: Vertex, b: Vertex| {
        let (a, b) = (positions.point(a).unwrap(), positions.point(b).unwrap());
        (a.x - b.x).hypot(a.y - b.y)
    };
    let friends: f64 = graph.edges().map(|edge| apart(edge.source, edge.target)).sum::<f64>() / 88_234.0;
    let pairs: Vec<u32> = mixed(20_000).map(|number| number % 4039).collect();
    let strangers: f64 = pairs.chunks(2).map(|pair| apart(pair[0], pair[1])).sum::<f64>() / 10_000.0;
    assert!(friends * 4.0 < strangers, "{friends} {strangers}");
}

#[test]
fn components_lie_beside_each_other() {
    let mut edges = Vec::new();
    for component in 0..12_u32 {
        let size = 3 + component;
        edges.extend((0..size).map(|place| (component * 20 + place, component * 20 + (place + 1) % size)));
    }
    let graph = Graph::from_edges(Direction::Undirected, 240, &edges).unwrap();
    let positions = layout::force(&graph, &Force::default(), &Watch::unbounded()).unwrap();
    in_frame(&positions, 240);
    let bounds: Vec<[f64; 4]> = (0..12_u32)
        .map(|component| {
            let members = (0..3 + component).map(|place| positions.point(component * 20 + place).unwrap());
            members.fold([9.0, 9.0, -9.0, -9.0], |[l, t, r, b]: [f64; 4], p| {
                [l.min(p.x), t.min(p.y), r.max(p.x), b.max(p.y)]
            })
        })
        .collect();
    for (index, a) in bounds.iter().enumerate() {
        for b in &bounds[..index] {
            assert!(a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1], "{a:?} {b:?}");
        }
    }
}

#[test]
fn strong_edges_are_short() {
    let edges: Vec<(Vertex, Vertex, f64)> =
        (0..40).map(|vertex| (vertex, (vertex + 1) % 40, if vertex % 2 == 0 { 10.0 } else { 1.0 })).collect();
    let graph = Graph::from_weighted_edges(Direction::Undirected, 40, &edges).unwrap();
    let ratio = |weights| {
        let options = Force { weights, ..Force::default() };
        let positions = layout::force(&graph, &options, &Watch::unbounded()).unwrap();
        let length = |odd: Vertex| -> f64 {
            let ends = (0..40).filter(|vertex| vertex % 2 == odd).map(|vertex| (vertex, (vertex + 1) % 40));
            ends.map(|(a, b)| {
                let (a, b) = (positions.point(a).unwrap(), positions.point(b).unwrap());
                (a.x - b.x).hypot(a.y - b.y)
            })
            .sum()
        };
        length(0) / length(1)
    };
    assert!(ratio(Weights::Strength) < 0.5);
    assert!((0.8..1.25).contains(&ratio(Weights::Ignored)));
}

#[test]
fn odd_graphs_have_layouts() {
    let graphs = [
        Graph::from_edges(Direction::Undirected, 0, &[]),
        Graph::from_edges(Direction::Directed, 1, &[(0, 0)]),
        Graph::from_edges(Direction::Directed, 2, &[(0, 1), (1, 0), (0, 1)]),
        Graph::from_edges(Direction::Undirected, 300, &[]),
        Graph::from_edges(Direction::Undirected, 5000, &(1..5000).map(|leaf| (0, leaf)).collect::<Vec<_>>()),
        Graph::from_weighted_edges(Direction::Undirected, 4, &[(0, 1, -1.0), (1, 2, 0.0), (2, 3, 1e300)]),
        Graph::from_weighted_edges(
            Direction::Undirected,
            3,
            &[(0, 1, f64::MAX), (1, 2, f64::MAX), (0, 1, f64::MAX)],
        ),
    ];
    for graph in graphs.map(Result::unwrap) {
        let watch = Watch::unbounded();
        let values: Vec<f64> = graph.vertices().map(f64::from).collect();
        let partition: Vec<u32> = graph.vertices().collect();
        let few = Force { iterations: 5, ..Force::default() };
        let all = [
            layout::force(&graph, &few, &watch),
            layout::circular(&graph, &[], &watch),
            layout::grid(&graph, 0, &watch),
            layout::shells(&graph, &values, &Shells::default(), &watch),
            layout::spectral(&graph, &Spectral::default(), &watch),
            layout::communities(&graph, &partition, &few, &watch),
        ];
        for positions in all.map(Result::unwrap) {
            assert_eq!(positions.points().len(), graph.vertex_count());
            assert!(positions.points().iter().all(|point| point.x.abs() <= 1.0 && point.y.abs() <= 1.0));
        }
    }
}

#[test]
fn wide_layers_of_a_real_size_are_laid_out() {
    let edges: Vec<(Vertex, Vertex)> = (1..2000_u32)
        .zip(mixed(4000).collect::<Vec<_>>().chunks(2))
        .flat_map(|(vertex, numbers)| {
            let near = |number: u32| (vertex.saturating_sub(1 + number % 40), vertex);
            [near(numbers[0]), near(numbers[1])]
        })
        .collect();
    let graph = Graph::from_edges(Direction::Directed, 2000, &edges).unwrap();
    let found = layout::layered(&graph, &LayeredOptions::default(), &Watch::unbounded()).unwrap();
    in_frame(&found.positions, 2000);
    for edge in graph.edges() {
        assert!(found.layers[edge.source as usize] < found.layers[edge.target as usize]);
    }
    let unordered = LayeredOptions { sweeps: 0, ..LayeredOptions::default() };
    let before = layout::layered(&graph, &unordered, &Watch::unbounded()).unwrap();
    assert!(found.crossings * 3 < before.crossings * 2, "{} {}", found.crossings, before.crossings);
}

#[test]
fn cancelled_layouts_and_those_over_the_budget_end() {
    let graph = scattered(3000, 9000);
    let cancelled = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let refused = layout::force(&graph, &Force::default(), &cancelled);
    assert_eq!(refused, Err(GraphError::Interrupted(Interruption::Cancelled)));
    assert!(layout::spectral(&graph, &Spectral::default(), &cancelled).is_err());
    let poor = Watch::unbounded().with_max_steps(1_000_000);
    assert!(matches!(layout::force(&graph, &Force::default(), &poor), Err(GraphError::TooExpensive { .. })));
}

#[test]
fn options_outside_their_ranges_are_refused() {
    let graph = lattice(2, 2);
    for wrong in [
        Force { iterations: 0, ..Force::default() },
        Force { iterations: 10_001, ..Force::default() },
        Force { theta: f64::NAN, ..Force::default() },
        Force { theta: -0.1, ..Force::default() },
    ] {
        let refused = layout::force(&graph, &wrong, &Watch::unbounded());
        assert!(matches!(refused, Err(GraphError::OutOfRange { .. })), "{wrong:?}");
    }
}

#[cfg(feature = "png")]
#[test]
fn ego_facebook_becomes_a_png() {
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) else {
        return;
    };
    let options = Force { iterations: 5, ..Force::default() };
    let positions = layout::force(&facebook.graph, &options, &Watch::unbounded()).unwrap();
    let drawing = Picture { width: 500, height: 400, ..Picture::default() }
        .png(&facebook.graph, &positions, &Watch::unbounded())
        .unwrap();
    assert!(drawing.content.starts_with(b"\x89PNG\r\n\x1a\n") && drawing.content.len() > 10_000);
}
