//! Regular shapes and trees with their parameters.

use super::{GeneratorDescriptor, Model};
use crate::analysis::{Example, parameters};
use crate::generator::Generator;
use crate::graph::Direction;

fn undirected() -> Direction {
    Direction::Undirected
}

parameters! {
    /// Every two nodes are joined.
    pub struct CompleteModel {
        /// Number of nodes.
        pub nodes: u32,
        /// Whether edges lead one way; then both ways are there.
        #[serde(default = "undirected")]
        pub direction: Direction,
    }

    /// Two parts, each node joined to every node of the other part.
    pub struct CompleteBipartiteModel {
        /// Number of nodes of the first part.
        pub left: u32,
        /// Number of nodes of the second part.
        pub right: u32,
    }

    /// Each node is joined to the next.
    pub struct PathModel {
        /// Number of nodes.
        pub nodes: u32,
        /// Whether edges lead one way, from the lesser node.
        #[serde(default = "undirected")]
        pub direction: Direction,
    }

    /// A path whose last node is joined to the first.
    pub struct CycleModel {
        /// Number of nodes, at least 3.
        pub nodes: u32,
        /// Whether edges lead one way, from each node to the next.
        #[serde(default = "undirected")]
        pub direction: Direction,
    }

    /// Node 0 is joined to every other.
    pub struct StarModel {
        /// Number of nodes with the one in the middle, at least 1.
        pub nodes: u32,
    }

    /// Node 0 is joined to every node of a cycle.
    pub struct WheelModel {
        /// Number of nodes with the one in the middle, at least 4.
        pub nodes: u32,
    }

    /// Rows and columns, each place joined to those beside, above and below it.
    pub struct GridModel {
        /// Number of rows, at least 1.
        pub rows: u32,
        /// Number of columns, at least 1.
        pub columns: u32,
    }

    /// A grid whose last row and column are joined to the first.
    pub struct TorusModel {
        /// Number of rows, at least 3.
        pub rows: u32,
        /// Number of columns, at least 3.
        pub columns: u32,
    }

    /// Each node has so many children, as far as there are nodes.
    pub struct HeapTreeModel {
        /// Number of nodes, at least 1.
        pub nodes: u32,
        /// Children of each node, at least 1.
        pub branching: u32,
    }

    /// A tree whose leaves all lie at the same depth.
    pub struct BalancedTreeModel {
        /// Children of each inner node, at least 1.
        pub branching: u32,
        /// Number of edges from the root, which is node 0, to a leaf.
        pub height: u32,
    }
}

impl Model for CompleteModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "complete",
        title: "Complete graph",
        summary: "Every two nodes are joined.",
        source: "definition",
        takes_direction: true,
        is_seeded: false,
        example: Example::new("generator", "complete", r#"{"nodes":5}"#),
    };

    fn generator(&self) -> Generator {
        Generator::Complete { vertices: self.nodes, direction: self.direction }
    }
}

impl Model for CompleteBipartiteModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "complete-bipartite",
        title: "Complete bipartite graph",
        summary: "Two parts, each node joined to every node of the other part.",
        source: "definition",
        takes_direction: false,
        is_seeded: false,
        example: Example::new("generator", "complete-bipartite", r#"{"left":3,"right":4}"#),
    };

    fn generator(&self) -> Generator {
        Generator::CompleteBipartite { left: self.left, right: self.right }
    }
}

impl Model for PathModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "path",
        title: "Path",
        summary: "Each node is joined to the next.",
        source: "definition",
        takes_direction: true,
        is_seeded: false,
        example: Example::new("generator", "path", r#"{"nodes":5}"#),
    };

    fn generator(&self) -> Generator {
        Generator::Path { vertices: self.nodes, direction: self.direction }
    }
}

impl Model for CycleModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "cycle",
        title: "Cycle",
        summary: "A path whose last node is joined to the first.",
        source: "definition",
        takes_direction: true,
        is_seeded: false,
        example: Example::new("generator", "cycle", r#"{"nodes":5}"#),
    };

    fn generator(&self) -> Generator {
        Generator::Cycle { vertices: self.nodes, direction: self.direction }
    }
}

impl Model for StarModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "star",
        title: "Star",
        summary: "Node 0 is joined to every other.",
        source: "definition",
        takes_direction: false,
        is_seeded: false,
        example: Example::new("generator", "star", r#"{"nodes":5}"#),
    };

    fn generator(&self) -> Generator {
        Generator::Star { vertices: self.nodes }
    }
}

impl Model for WheelModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "wheel",
        title: "Wheel",
        summary: "Node 0 is joined to every node of a cycle.",
        source: "definition",
        takes_direction: false,
        is_seeded: false,
        example: Example::new("generator", "wheel", r#"{"nodes":6}"#),
    };

    fn generator(&self) -> Generator {
        Generator::Wheel { vertices: self.nodes }
    }
}

impl Model for GridModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "grid",
        title: "Grid",
        summary: "Rows and columns, each place joined to those beside, above and below it.",
        source: "definition",
        takes_direction: false,
        is_seeded: false,
        example: Example::new("generator", "grid", r#"{"rows":3,"columns":4}"#),
    };

    fn generator(&self) -> Generator {
        Generator::Grid { rows: self.rows, columns: self.columns }
    }
}

impl Model for TorusModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "torus",
        title: "Torus",
        summary: "A grid whose last row and column are joined to the first.",
        source: "definition",
        takes_direction: false,
        is_seeded: false,
        example: Example::new("generator", "torus", r#"{"rows":3,"columns":4}"#),
    };

    fn generator(&self) -> Generator {
        Generator::Torus { rows: self.rows, columns: self.columns }
    }
}

impl Model for HeapTreeModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "heap-tree",
        title: "Tree in the order of a heap",
        summary: "Each node has so many children, as far as there are nodes.",
        source: "definition",
        takes_direction: false,
        is_seeded: false,
        example: Example::new("generator", "heap-tree", r#"{"nodes":10,"branching":2}"#),
    };

    fn generator(&self) -> Generator {
        Generator::HeapTree { vertices: self.nodes, branching: self.branching }
    }
}

impl Model for BalancedTreeModel {
    const DESCRIPTOR: GeneratorDescriptor = GeneratorDescriptor {
        name: "balanced-tree",
        title: "Balanced tree",
        summary: "A tree whose leaves all lie at the same depth.",
        source: "definition",
        takes_direction: false,
        is_seeded: false,
        example: Example::new("generator", "balanced-tree", r#"{"branching":2,"height":3}"#),
    };

    fn generator(&self) -> Generator {
        Generator::BalancedTree { branching: self.branching, height: self.height }
    }
}
