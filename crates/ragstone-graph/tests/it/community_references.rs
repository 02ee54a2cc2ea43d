//! Communities of reference graphs are those, or as good as those, that others have found.

use std::fs;

use ragstone_graph::community::{
    LabelPropagationOptions, LeidenOptions, LouvainOptions, Partition, adjusted_rand_index, cdlp, leiden,
    louvain, propagate_labels, split_connected,
};
use ragstone_graph::{Direction, Graph, Vertex, Watch};

use crate::data;

#[track_caller]
fn check_cdlp(input: &str, output: &str, direction: Direction, iterations: usize) {
    let Some(named) = data::ldbc(input, direction) else { return };
    let labels = cdlp(&named.graph, iterations, &Watch::unbounded()).unwrap();
    let expected = data::values(&format!("ldbc_graphalytics/{output}")).unwrap();
    assert_eq!(expected.len(), labels.len());
    for (name, label) in expected {
        let label_of_name = labels[named.vertex(name) as usize];
        assert_eq!(label_of_name, named.vertex(label.parse().unwrap()), "label of {name}");
    }
}

#[test]
fn cdlp_gives_the_labels_of_ldbc() {
    check_cdlp("cdlp/dir-input", "cdlp/dir-output", Direction::Directed, 5);
    check_cdlp("cdlp/undir-input", "cdlp/undir-output", Direction::Undirected, 5);
    check_cdlp("example/example-directed", "example/example-directed-CDLP", Direction::Directed, 2);
    check_cdlp("example/example-undirected", "example/example-undirected-CDLP", Direction::Undirected, 2);
}

/// An edge list without loops and with each edge once.
fn simple(path: &str) -> Option<Graph> {
    let given = data::edge_list(path, Direction::Undirected)?.graph;
    let mut edges: Vec<(Vertex, Vertex)> = given.edges().map(|edge| (edge.source, edge.target)).collect();
    edges.dedup();
    edges.retain(|(source, target)| source != target);
    Graph::from_edges(Direction::Undirected, given.vertex_count(), &edges).ok()
}

/// Who appears with whom in Les Misérables, and how often.
fn miserables() -> Option<Graph> {
    let text = fs::read_to_string(data::root()?.join("lesmis/miserables.json")).unwrap();
    let (_, links) = text.split_once("\"links\"").unwrap();
    let number = |link: &str, key: &str| {
        let (_, rest) = link.split_once(&format!("\"{key}\":")).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap()
    };
    let link =
        |link: &str| (number(link, "source"), number(link, "target"), f64::from(number(link, "value")));
    let edges: Vec<_> = links.split('{').skip(1).map(link).collect();
    Graph::from_weighted_edges(Direction::Undirected, 77, &edges).ok()
}

fn seeds_of_leiden(graph: &Graph) -> Vec<f64> {
    let found = |seed| {
        let options = LeidenOptions { seed, ..LeidenOptions::default() };
        leiden(graph, &options, &Watch::unbounded()).unwrap().modularity
    };
    (0..5).map(found).collect()
}

/// `best` is the best of five runs of igraph's Leiden until it comes to rest, `mean` their mean or networkit's PLM with
/// refinement, whichever is more.
#[track_caller]
fn check_leiden(name: &str, graph: Option<Graph>, mean: f64, best: f64) {
    let Some(graph) = graph else { return };
    let found = seeds_of_leiden(&graph);
    let (sum, most) = (found.iter().sum::<f64>(), found.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    assert!(sum / 5.0 > mean - 0.0005, "{name}: mean of {found:?}, not {mean}");
    assert!(most > best - 0.0005, "{name}: best of {found:?}, not {best}");
}

#[test]
fn leiden_is_as_good_as_that_of_others() {
    check_leiden("karate", simple("cugraph/karate.csv"), 0.419_79, 0.419_79);
    check_leiden("dolphins", simple("cugraph/dolphins.csv"), 0.525_53, 0.527_73);
    check_leiden("polbooks", simple("cugraph/polbooks.csv"), 0.527_09, 0.527_24);
    check_leiden("netscience", simple("cugraph/netscience.csv"), 0.959_86, 0.959_90);
    check_leiden("email", simple("cugraph/email-Eu-core.csv"), 0.416_12, 0.417_47);
    check_leiden("miserables", miserables(), 0.566_69, 0.566_69);
    check_leiden("ca-GrQc", simple("snap/CA-GrQc.txt"), 0.867_81, 0.867_93);
    check_leiden("ego-Facebook", simple("snap/facebook_combined.txt"), 0.835_76, 0.835_83);
}

#[test]
fn leiden_finds_the_optimum_of_the_karate_club_from_every_seed() {
    let Some(graph) = simple("cugraph/karate.csv") else { return };
    for seed in 0..20 {
        let options = LeidenOptions { seed, ..LeidenOptions::default() };
        let found = leiden(&graph, &options, &Watch::unbounded()).unwrap();
        assert!((found.modularity - 0.419_789_6).abs() < 1e-6, "{} from seed {seed}", found.modularity);
        assert_eq!(found.partition.count(), 4);
    }
}

/// Expected values are those of igraph's Louvain or networkit's PLM with refinement, whichever is more, less a thousandth.
#[test]
fn louvain_is_as_good_as_that_of_others() {
    let check = |graph: Option<Graph>, least: f64| {
        let Some(graph) = graph else { return };
        let found = louvain(&graph, &LouvainOptions::default(), &Watch::unbounded()).unwrap();
        assert!(found.modularity > least - 0.001, "{} instead of {least}", found.modularity);
    };
    check(simple("snap/facebook_combined.txt"), 0.8356);
    check(simple("snap/CA-GrQc.txt"), 0.8647);
    check(simple("cugraph/netscience.csv"), 0.9599);
    check(miserables(), 0.5658);
}

#[test]
fn propagated_labels_tell_the_circles_of_facebook_apart() {
    let Some(graph) = simple("snap/facebook_combined.txt") else { return };
    let watch = Watch::unbounded();
    let best = leiden(&graph, &LeidenOptions::default(), &watch).unwrap().partition;
    let found = propagate_labels(&graph, &LabelPropagationOptions::default(), &watch).unwrap();
    let likeness = adjusted_rand_index(&best, &found).unwrap();
    assert!(likeness > 0.5, "{likeness}");
}

#[test]
fn communities_of_reference_graphs_are_connected() {
    let watch = Watch::unbounded();
    for path in ["snap/CA-GrQc.txt", "cugraph/email-Eu-core.csv", "snap/facebook_combined.txt"] {
        let Some(graph) = simple(path) else { return };
        let connected =
            |partition: &Partition| split_connected(&graph, partition, &watch).unwrap() == *partition;
        for resolution in [0.2, 1.0, 5.0] {
            let options = LeidenOptions { resolution, ..LeidenOptions::default() };
            assert!(connected(&leiden(&graph, &options, &watch).unwrap().partition), "{path}");
            let options = LouvainOptions { resolution, ..LouvainOptions::default() };
            assert!(connected(&louvain(&graph, &options, &watch).unwrap().partition), "{path}");
        }
    }
}
