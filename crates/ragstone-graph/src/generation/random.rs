//! Random models with their parameters.

use super::{GeneratorDescriptor, Model};
use crate::analysis::{Example, parameters};
use crate::generator::Generator;
use crate::graph::Direction;

fn undirected() -> Direction {
    Direction::Undirected
}

parameters! {
    /// A tree drawn evenly from all labelled trees.
    pub struct RandomTreeModel {
        /// Number of nodes, at least 1.
        pub nodes: u32,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }

    /// Each possible edge is there with the same probability.
    pub struct RandomByProbabilityModel {
        /// Number of nodes.
        pub nodes: u32,
        /// Probability of an edge, from 0 to 1.
        pub probability: f64,
        /// Whether edges lead one way; then both ways between two nodes are drawn apart.
        #[serde(default = "undirected")]
        pub direction: Direction,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }

    /// So many edges, drawn evenly.
    pub struct RandomByCountModel {
        /// Number of nodes.
        pub nodes: u32,
        /// Number of edges, no more than there are pairs.
        pub edges: u64,
        /// Whether edges lead one way; then both ways between two nodes are two pairs.
        #[serde(default = "undirected")]
        pub direction: Direction,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }

    /// New nodes are joined to earlier ones, more likely to those of many edges.
    pub struct BarabasiAlbertModel {
        /// Number of nodes, more than `attached`.
        pub nodes: u32,
        /// Edges of each new node, at least 1.
        pub attached: u32,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }

    /// A ring of near neighbours, some edges of which are moved far away.
    pub struct WattsStrogatzModel {
        /// Number of nodes, more than `neighbors`.
        pub nodes: u32,
        /// Nearest nodes that each is joined to, half on either side: even.
        pub neighbors: u32,
        /// Probability that an edge moves, from 0 to 1.
        pub rewired: f64,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }

    /// Groups of nodes, with a probability of an edge for each two groups.
    pub struct StochasticBlockModel {
        /// Numbers of nodes of the groups, which are numbered one group after the other.
        pub sizes: Vec<u32>,
        /// Row `g` holds the probabilities of an edge from group `g` to each group; without direction the same both ways.
        pub probabilities: Vec<Vec<f64>>,
        /// Whether edges lead one way.
        #[serde(default = "undirected")]
        pub direction: Direction,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }

    /// All nodes have the same number of edges.
    pub struct RandomRegularModel {
        /// Number of nodes, more than `degree`; it or `degree` is even.
        pub nodes: u32,
        /// Edges of each node.
        pub degree: u32,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }

    /// Degrees drawn from a power law, joined by the configuration model.
    pub struct PowerLawModel {
        /// Number of nodes.
        pub nodes: u32,
        /// A degree `k` has a probability in proportion to `k` to the power of minus this; more than 1.
        pub exponent: f64,
        /// Least degree, at least 1.
        pub min_degree: u32,
        /// Greatest degree, from `min_degree` to `nodes` - 1.
        pub max_degree: u32,
        /// Where chance begins.
        #[serde(default)]
        pub seed: u64,
    }
}

impl Model for RandomTreeModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "random-tree",
        title: "Random tree",
        summary: "A tree drawn evenly from all labelled trees.",
        source: "Prüfer 1918; Wang, Wang and Wu 2009",
        takes_direction: false,
        is_seeded: true,
        example: Example::new("generator", "random-tree", r#"{"nodes":10}"#),
    };

    fn generator(&self) -> Generator {
        Generator::RandomTree { vertices: self.nodes, seed: self.seed }
    }
}

impl Model for RandomByProbabilityModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "random-by-probability",
        title: "Random graph G(n, p)",
        summary: "Each possible edge is there with the same probability.",
        source: "Gilbert 1959; Batagelj and Brandes 2005",
        takes_direction: true,
        is_seeded: true,
        example: Example::new("generator", "random-by-probability", r#"{"nodes":20,"probability":0.2}"#),
    };

    fn generator(&self) -> Generator {
        Generator::RandomByProbability {
            vertices: self.nodes,
            probability: self.probability,
            direction: self.direction,
            seed: self.seed,
        }
    }
}

impl Model for RandomByCountModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "random-by-count",
        title: "Random graph G(n, m)",
        summary: "So many edges, drawn evenly.",
        source: "Erdős and Rényi 1959",
        takes_direction: true,
        is_seeded: true,
        example: Example::new("generator", "random-by-count", r#"{"nodes":20,"edges":40}"#),
    };

    fn generator(&self) -> Generator {
        Generator::RandomByCount {
            vertices: self.nodes,
            edges: self.edges,
            direction: self.direction,
            seed: self.seed,
        }
    }
}

impl Model for BarabasiAlbertModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "barabasi-albert",
        title: "Preferential attachment",
        summary: "New nodes are joined to earlier ones, more likely to those of many edges.",
        source: "Barabási and Albert 1999",
        takes_direction: false,
        is_seeded: true,
        example: Example::new("generator", "barabasi-albert", r#"{"nodes":50,"attached":2}"#),
    };

    fn generator(&self) -> Generator {
        Generator::BarabasiAlbert { vertices: self.nodes, attached: self.attached, seed: self.seed }
    }
}

impl Model for WattsStrogatzModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "watts-strogatz",
        title: "Small world",
        summary: "A ring of near neighbours, some edges of which are moved far away.",
        source: "Watts and Strogatz 1998",
        takes_direction: false,
        is_seeded: true,
        example: Example::new("generator", "watts-strogatz", r#"{"nodes":50,"neighbors":4,"rewired":0.1}"#),
    };

    fn generator(&self) -> Generator {
        Generator::WattsStrogatz {
            vertices: self.nodes,
            neighbors: self.neighbors,
            rewired: self.rewired,
            seed: self.seed,
        }
    }
}

impl Model for StochasticBlockModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "stochastic-block",
        title: "Stochastic block model",
        summary: "Groups of nodes, with a probability of an edge for each two groups.",
        source: "Holland, Laskey and Leinhardt 1983",
        takes_direction: true,
        is_seeded: true,
        example: Example::new(
            "generator",
            "stochastic-block",
            r#"{"sizes":[10,10],"probabilities":[[0.5,0.1],[0.1,0.5]]}"#,
        ),
    };

    fn generator(&self) -> Generator {
        Generator::StochasticBlock {
            sizes: self.sizes.clone(),
            probabilities: self.probabilities.clone(),
            direction: self.direction,
            seed: self.seed,
        }
    }
}

impl Model for RandomRegularModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "random-regular",
        title: "Random regular graph",
        summary: "All nodes have the same number of edges.",
        source: "Steger and Wormald 1999; Kim and Vu 2003",
        takes_direction: false,
        is_seeded: true,
        example: Example::new("generator", "random-regular", r#"{"nodes":20,"degree":3}"#),
    };

    fn generator(&self) -> Generator {
        Generator::RandomRegular { vertices: self.nodes, degree: self.degree, seed: self.seed }
    }
}

impl Model for PowerLawModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "power-law",
        title: "Power law",
        summary: "Degrees drawn from a power law, joined by the configuration model.",
        source: "Newman, Strogatz and Watts 2001; Britton, Deijfen and Martin-Löf 2006",
        takes_direction: false,
        is_seeded: true,
        example: Example::new(
            "generator",
            "power-law",
            r#"{"nodes":50,"exponent":2.5,"min_degree":1,"max_degree":10}"#,
        ),
    };

    fn generator(&self) -> Generator {
        Generator::PowerLaw {
            vertices: self.nodes,
            exponent: self.exponent,
            min_degree: self.min_degree,
            max_degree: self.max_degree,
            seed: self.seed,
        }
    }
}
