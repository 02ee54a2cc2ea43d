//! Scores, cores, trusses and triangles of reference graphs are what others published for them.

use std::collections::BTreeSet;
use std::fs;

use ragstone_graph::centrality::{
    Betweenness, Closeness, Eigenvector, Hits, Katz, PageRank, Scale, Side, Weights, betweenness, closeness,
    degree, edge_betweenness, eigenvector, harmonic, highest, hits, katz, pagerank, strength,
};
use ragstone_graph::clustering::{directed_coefficients, triangles};
use ragstone_graph::core::{cores, trusses};
use ragstone_graph::{Direction, Graph, Vertex, Watch, assortativity, statistics};

use crate::data::{self, Named};
use crate::lagraph;

/// The vertex of the highest score, that score, and the sum of all scores, each times its number modulo 97 and one.
type Expected = (&'static str, Vertex, f64, f64);

fn check(expected: Expected, scores: &[f64], tolerance: f64) {
    let (label, vertex, score, sum) = expected;
    let found: f64 = (0u32..).zip(scores).map(|(vertex, score)| f64::from(vertex % 97 + 1) * score).sum();
    assert!(
        (scores[vertex as usize] - score).abs() <= tolerance * score,
        "{label}: {}",
        scores[vertex as usize]
    );
    assert!((found - sum).abs() <= tolerance * sum, "{label}: {found}, not {sum}");
    let best = highest(scores, 1)[0].1;
    assert!(best <= score * (1.0 + tolerance), "{label}: another has {best}");
}

fn reals(counts: &[u32]) -> Vec<f64> {
    counts.iter().map(|&count| f64::from(count)).collect()
}

/// A graph of cuGraph that lists each edge in both directions.
fn undirected(name: &str) -> Option<Named> {
    let named = data::edge_list(&format!("cugraph/{name}.csv"), Direction::Directed)?;
    let edges: Vec<_> = named
        .graph
        .edges()
        .filter(|edge| edge.source < edge.target)
        .map(|edge| (edge.source, edge.target, edge.weight))
        .collect();
    let graph = Graph::from_weighted_edges(Direction::Undirected, named.names.len(), &edges).unwrap();
    Some(Named { graph, names: named.names })
}

/// What networkx 3.6.1 gives for Zachary's karate club, with tolerances of 1e-12 and less.
const KARATE: [Expected; 14] = [
    ("degree", 33, 0.515_151_515_151_515_1, 81.545_454_545_454_53),
    ("closeness", 0, 0.568_965_517_241_379_3, 252.800_621_101_508_5),
    ("closeness raw", 0, 0.568_965_517_241_379_3, 252.800_621_101_508_5),
    ("harmonic raw", 33, 23.25, 9_629.616_666_666_669),
    ("betweenness", 0, 0.437_635_281_385_281_46, 24.573_621_632_996_634),
    ("betweenness raw", 0, 231.071_428_571_428_6, 12_974.872_222_222_22),
    ("eigenvector", 33, 0.373_363_470_292_227_1, 85.468_503_223_421_45),
    ("katz", 33, 0.272_628_731_101_357_6, 99.502_501_368_638_7),
    ("pagerank", 33, 0.100_919_182_332_551_6, 17.257_726_620_838_092),
    ("pagerank from 0 and 1", 1, 0.184_484_614_640_218_43, 11.838_824_578_950_799),
    ("clustering", 7, 1.0, 333.033_333_333_333_3),
    ("cores", 0, 4.0, 1_699.0),
    ("triangles", 0, 18.0, 2_026.0),
    ("edge betweenness", 15, 0.127_259_994_907_053_7, 84.202_560_620_207_66),
];

/// The same for the dolphins of Lusseau.
const DOLPHINS: [Expected; 14] = [
    ("degree", 14, 0.196_721_311_475_409_83, 158.770_491_803_278_7),
    ("closeness", 36, 0.417_808_219_178_082_2, 593.951_730_234_666_2),
    ("closeness raw", 36, 0.417_808_219_178_082_2, 593.951_730_234_666_2),
    ("harmonic raw", 37, 30.399_999_999_999_99, 44_610.290_476_190_48),
    ("betweenness", 36, 0.248_237_196_028_938_04, 74.120_650_934_100_5),
    ("betweenness raw", 36, 454.274_068_732_956_6, 135_640.791_209_403_92),
    ("eigenvector", 14, 0.315_782_849_492_169_7, 178.266_093_714_781_93),
    ("katz", 14, 0.204_252_596_901_429_02, 235.872_909_498_167_9),
    ("pagerank", 14, 0.032_144_492_779_169_55, 30.693_293_961_385_454),
    ("pagerank from 0 and 1", 1, 0.155_504_602_750_310_6, 24.473_025_621_081_7),
    ("clustering", 25, 0.666_666_666_666_666_6, 437.981_096_681_096_74),
    ("cores", 0, 4.0, 5_946.0),
    ("triangles", 14, 17.0, 8_457.0),
    ("edge betweenness", 11, 0.149_630_022_502_319_5, 132.036_869_781_249_44),
];

fn agrees_with_networkx(graph: &Graph, expected: &[Expected; 14]) {
    let watch = Watch::unbounded();
    let raw = Closeness { scale: Scale::Raw, ..Closeness::default() };
    let raw_between = Betweenness { scale: Scale::Raw, ..Betweenness::default() };
    let exact = PageRank { tolerance: Some(1e-13), iterations: 1000, ..PageRank::default() };
    let personal = PageRank { personalization: vec![(0, 1.0), (1, 3.0)], ..exact.clone() };
    let slow = Eigenvector { tolerance: 1e-12, iterations: 10_000, weights: Weights::Used };
    // networkx was given 1 / (1 + the highest degree).
    let most = graph.vertices().map(|vertex| graph.degree(vertex)).max().unwrap();
    let alpha = Some(1.0 / f64::from(u32::try_from(most + 1).unwrap()));
    let triangles = triangles(graph, &watch).unwrap();
    let at: Vec<u32> = triangles.at.iter().map(|&count| u32::try_from(count).unwrap()).collect();
    let scores = [
        degree(graph, Side::Both, Scale::Normalized, &watch).unwrap(),
        closeness(graph, &Closeness::default(), &watch).unwrap(),
        closeness(graph, &raw, &watch).unwrap(),
        harmonic(graph, &raw, &watch).unwrap(),
        betweenness(graph, &Betweenness::default(), &watch).unwrap(),
        betweenness(graph, &raw_between, &watch).unwrap(),
        eigenvector(graph, &slow, &watch).unwrap().scores,
        katz(graph, &Katz { alpha, tolerance: 1e-12, ..Katz::default() }, &watch).unwrap().scores,
        pagerank(graph, &exact, &watch).unwrap().scores,
        pagerank(graph, &personal, &watch).unwrap().scores,
        triangles.coefficients(),
        reals(&cores(graph, &watch).unwrap().numbers),
        reals(&at),
        edge_betweenness(graph, &Betweenness::default(), &watch).unwrap(),
    ];
    for (&expected, scores) in expected.iter().zip(&scores) {
        check(expected, scores, 1e-9);
    }
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

#[test]
fn karate_club_has_the_scores_that_networkx_gives() {
    let Some(karate) = undirected("karate") else { return };
    let (graph, watch) = (&karate.graph, Watch::unbounded());
    agrees_with_networkx(graph, &KARATE);
    let triangles = triangles(graph, &watch).unwrap();
    near(triangles.average(), 0.570_638_478_207_682_3);
    near(triangles.transitivity(), 0.255_681_818_181_818_2);
    near(statistics::density(graph), 0.139_037_433_155_080_21);
    near(assortativity::by_degree(graph, &watch).unwrap().unwrap(), -0.475_613_097_684_614_13);
    // Who went with Mr. Hi (networkx's `club`).
    let hi = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21];
    let clubs: Vec<u32> = graph.vertices().map(|vertex| u32::from(!hi.contains(&vertex))).collect();
    near(assortativity::by_label(graph, &clubs, &watch).unwrap().unwrap(), 0.717_530_864_197_531);
    let numbers: Vec<f64> = graph.vertices().map(f64::from).collect();
    near(assortativity::by_value(graph, &numbers, &watch).unwrap().unwrap(), 0.448_048_788_063_903_86);
    let trusses = trusses(graph, &watch).unwrap();
    assert_eq!([3, 4, 5, 6].map(|k| trusses.truss(k).len()), [67, 25, 14, 0]);
}

#[test]
fn dolphins_have_the_scores_that_networkx_gives() {
    let Some(dolphins) = undirected("dolphins") else { return };
    let (graph, watch) = (&dolphins.graph, Watch::unbounded());
    agrees_with_networkx(graph, &DOLPHINS);
    let triangles = triangles(graph, &watch).unwrap();
    near(triangles.average(), 0.258_958_246_055_020_2);
    near(triangles.transitivity(), 0.308_775_731_310_942_6);
    near(assortativity::by_degree(graph, &watch).unwrap().unwrap(), -0.043_594_028_215_312_55);
    let trusses = trusses(graph, &watch).unwrap();
    assert_eq!([3, 4, 5, 6].map(|k| trusses.truss(k).len()), [121, 65, 24, 0]);
}

#[test]
fn weighted_coauthors_have_the_scores_that_networkx_gives() {
    let Some(netscience) = undirected("netscience") else { return };
    let (graph, watch) = (&netscience.graph, Watch::unbounded());
    let by_weight = Betweenness { weights: Weights::Used, ..Betweenness::default() };
    let near = Closeness { weights: Weights::Used, ..Closeness::default() };
    let raw = Closeness { scale: Scale::Raw, ..near };
    let exact = PageRank { tolerance: Some(1e-13), iterations: 1000, ..PageRank::default() };
    let expected = [
        ("closeness", 610, 0.197_676_422_376_990_76, 2_377.433_133_954_283),
        ("harmonic raw", 610, 363.590_766_787_249_66, 4_580_297.773_119_21),
        ("betweenness", 708, 0.023_266_626_338_443_223, 25.160_405_830_560_59),
        ("edge betweenness", 653, 0.018_635_012_610_990_785, 25.870_450_767_838_896),
        ("pagerank", 31, 0.005_437_518_499_540_341, 48.461_855_260_205_77),
        ("strength", 31, 29.999_986_999_999_99, 116_156.972_269_400_02),
    ];
    let scores = [
        closeness(graph, &near, &watch).unwrap(),
        harmonic(graph, &raw, &watch).unwrap(),
        betweenness(graph, &by_weight, &watch).unwrap(),
        edge_betweenness(graph, &by_weight, &watch).unwrap(),
        pagerank(graph, &exact, &watch).unwrap().scores,
        strength(graph, Side::Both, &watch).unwrap(),
    ];
    for (expected, scores) in expected.into_iter().zip(&scores) {
        check(expected, scores, 1e-9);
    }
}

#[test]
fn directed_mail_has_the_scores_that_networkx_gives() {
    let Some(mail) = data::edge_list("cugraph/email-Eu-core.csv", Direction::Directed) else { return };
    let (graph, watch) = (&mail.graph, Watch::unbounded());
    let side = |side| Closeness { side, ..Closeness::default() };
    let raw = Closeness { scale: Scale::Raw, ..side(Side::Incoming) };
    let slow = Eigenvector { tolerance: 1e-12, iterations: 10_000, weights: Weights::Used };
    let tenth = Katz { alpha: Some(0.01), tolerance: 1e-12, ..Katz::default() };
    let exact = PageRank { tolerance: Some(1e-13), iterations: 1000, ..PageRank::default() };
    let both = hits(graph, &Hits { tolerance: 1e-12, ..Hits::default() }, &watch).unwrap();
    let expected = [
        ("in degree", 160, 0.211_155_378_486_055_78, 1_217.150_398_406_375),
        ("out degree", 160, 0.332_669_322_709_163_33, 1_225.353_585_657_371_7),
        ("closeness", 160, 0.449_668_839_711_482_3, 14_520.991_001_584_44),
        ("closeness out", 160, 0.557_586_521_384_342_2, 14_444.715_504_907_745),
        ("harmonic raw", 160, 505.749_999_999_998_9, 15_549_214.502_380_92),
        ("betweenness", 160, 0.072_120_786_080_288_84, 63.575_651_808_182_57),
        ("edge betweenness", 19_387, 0.002_828_881_352_707_675_2, 101.703_876_421_070_69),
        ("eigenvector", 160, 0.149_207_730_215_453_94, 955.890_855_325_183_6),
        ("katz", 160, 0.105_027_023_977_508_59, 1_383.562_324_037_745_4),
        ("pagerank", 1, 0.009_981_137_113_769_207, 47.574_006_104_072_47),
        ("hubs", 160, 0.010_628_802_611_038_442, 48.426_859_334_341_08),
        ("authorities", 160, 0.007_220_481_699_191_959, 48.340_574_107_545_166),
    ];
    let scores = [
        degree(graph, Side::Incoming, Scale::Normalized, &watch).unwrap(),
        degree(graph, Side::Outgoing, Scale::Normalized, &watch).unwrap(),
        closeness(graph, &side(Side::Incoming), &watch).unwrap(),
        closeness(graph, &side(Side::Outgoing), &watch).unwrap(),
        harmonic(graph, &raw, &watch).unwrap(),
        betweenness(graph, &Betweenness::default(), &watch).unwrap(),
        edge_betweenness(graph, &Betweenness::default(), &watch).unwrap(),
        eigenvector(graph, &slow, &watch).unwrap().scores,
        katz(graph, &tenth, &watch).unwrap().scores,
        pagerank(graph, &exact, &watch).unwrap().scores,
        both.hubs,
        both.authorities,
    ];
    for (expected, scores) in expected.into_iter().zip(&scores) {
        check(expected, scores, 1e-9);
    }
    near(assortativity::by_degree(graph, &watch).unwrap().unwrap(), 0.005_514_166_137_160_711);
    near(statistics::density(graph), 0.025_342_411_448_732_432);
    // Loops left out, as SNAP counts them: 642.
    near(statistics::reciprocity(graph, &watch).unwrap().unwrap(), 0.711_219_864_414_938_5);
}

/// An LDBC output file: a name and a value in each line.
fn ldbc_values(path: &str, named: &Named) -> Vec<f64> {
    let values = data::values(&format!("ldbc_graphalytics/{path}")).unwrap();
    named.names.iter().map(|name| values[name].parse().unwrap()).collect()
}

/// LDBC's rule of comparison: each value within 0.0001 of the expected, relative to it.
fn within_ldbc_epsilon(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-4 * expected, "{found}, not {expected}");
    }
}

const LDBC_KINDS: [(&str, Direction); 2] = [("dir", Direction::Directed), ("undir", Direction::Undirected)];

#[test]
fn pagerank_is_that_of_graphalytics() {
    let runs = [
        ("pr/dir-input", "pr/dir-output", Direction::Directed, 14),
        ("pr/undir-input", "pr/undir-output", Direction::Undirected, 26),
        ("example/example-directed", "example/example-directed-PR", Direction::Directed, 2),
        ("example/example-undirected", "example/example-undirected-PR", Direction::Undirected, 2),
    ];
    for (input, output, direction, iterations) in runs {
        let Some(named) = data::ldbc(input, direction) else { return };
        let options =
            PageRank { tolerance: None, iterations, weights: Weights::Ignored, ..PageRank::default() };
        let found = pagerank(&named.graph, &options, &Watch::unbounded()).unwrap();
        assert_eq!(found.iterations, iterations);
        within_ldbc_epsilon(&found.scores, &ldbc_values(output, &named));
    }
}

#[test]
fn directed_clustering_is_that_of_graphalytics() {
    for (kind, direction) in LDBC_KINDS {
        let Some(named) = data::ldbc(&format!("lcc/{kind}-input"), direction) else { return };
        let found = directed_coefficients(&named.graph, &Watch::unbounded()).unwrap();
        within_ldbc_epsilon(&found, &ldbc_values(&format!("lcc/{kind}-output"), &named));
    }
    for (kind, direction) in [("directed", Direction::Directed), ("undirected", Direction::Undirected)] {
        let named = data::ldbc(&format!("example/example-{kind}"), direction).unwrap();
        let found = directed_coefficients(&named.graph, &Watch::unbounded()).unwrap();
        within_ldbc_epsilon(&found, &ldbc_values(&format!("example/example-{kind}-LCC"), &named));
    }
}

#[test]
fn triangles_of_lagraph_are_found() {
    let counts = [
        ("karate", 45),
        ("A", 11),
        ("jagmesh7", 2016),
        ("ldbc-cdlp-undirected-example", 6),
        ("ldbc-undirected-example", 4),
        ("ldbc-wcc-example", 5),
        ("LFAT5", 0),
        ("bcsstk13", 342_300),
        ("tree-example", 0),
    ];
    for (name, expected) in counts {
        let Some(graph) = lagraph::graph(name) else { return };
        assert_eq!(triangles(&graph, &Watch::unbounded()).unwrap().total(), expected, "{name}");
    }
}

#[test]
fn pagerank_and_clustering_of_lagraph_are_found() {
    let watch = Watch::unbounded();
    for (name, list) in [
        ("karate", "karate_rank"),
        ("west0067", "west0067_rank"),
        ("ldbc-directed-example", "ldbc_directed_example_rank"),
    ] {
        let Some(graph) = lagraph::graph(name) else { return };
        let options = PageRank { weights: Weights::Ignored, ..PageRank::default() };
        let found = pagerank(&graph, &options, &watch).unwrap().scores;
        for (found, expected) in found.iter().zip(lagraph::expected("test_PageRank.c", list)) {
            // MATLAB, whose values these are, stops at a tolerance of 1e-4.
            assert!((found - expected).abs() < 1e-4, "{name}: {found}, not {expected}");
        }
    }
    let west = lagraph::graph("west0067").unwrap();
    let found = directed_coefficients(&west, &watch).unwrap();
    for (found, expected) in found.iter().zip(lagraph::expected("test_lcc.c", "lcc_west0067")) {
        assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    }
}

#[test]
fn trusses_of_cugraph_are_found() {
    for name in ["polbooks", "netscience"] {
        let Some(named) = undirected(name) else { return };
        let text = fs::read_to_string(data::root().unwrap().join(format!("cugraph/ref/ktruss/{name}.csv")));
        let expected: BTreeSet<(Vertex, Vertex)> = text
            .unwrap()
            .lines()
            .map(|line| {
                let mut ends = line.split_whitespace().map(|word| named.vertex(word.parse().unwrap()));
                let (a, b) = (ends.next().unwrap(), ends.next().unwrap());
                (a.min(b), a.max(b))
            })
            .collect();
        let found = trusses(&named.graph, &Watch::unbounded()).unwrap();
        // cuGraph's test asks for k = 5.
        assert_eq!(found.truss(5), expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn most_central_by_katz_are_those_of_cugraph() {
    for name in ["dolphins", "polbooks", "netscience"] {
        let Some(named) = undirected(name) else { return };
        let text = fs::read_to_string(data::root().unwrap().join(format!("cugraph/ref/katz/{name}.csv")));
        let expected: BTreeSet<u64> =
            text.unwrap().lines().map(|line| line.trim().parse().unwrap()).collect();
        let options = Katz { weights: Weights::Ignored, ..Katz::default() };
        let found = katz(&named.graph, &options, &Watch::unbounded()).unwrap();
        let best = highest(&found.scores, 10);
        let found: BTreeSet<u64> = best.iter().map(|&(vertex, _)| named.names[vertex as usize]).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn snap_graphs_have_their_published_triangles() {
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) else { return };
    let found = triangles(&facebook.graph, &Watch::unbounded()).unwrap();
    assert_eq!(found.total(), 1_612_010);
    // SNAP gives 0.6055.
    assert!((found.average() - 0.6055).abs() < 5e-5);
    let relativity = data::edge_list("snap/CA-GrQc.txt", Direction::Directed).unwrap();
    let found = triangles(&relativity.graph, &Watch::unbounded()).unwrap();
    assert_eq!(found.total(), 48_260);
    // SNAP gives 0.5296.
    assert!((found.average() - 0.5296).abs() < 5e-5);
}
