//! Measures of citations. An edge leads from the paper that cites to the paper that is cited.

use std::collections::HashMap;

use serde_json::Value;

use crate::analysis::algorithm::{Algorithm, Answer, Call, text};
use crate::analysis::catalogue::{Descriptor, DirectionUse, Shape};
use crate::analysis::findings::{Fact, Findings, Numbers};
use crate::analysis::parameters::parameters;
use crate::analysis::{AnalysisError, Estimate, Size};
use crate::citation::{self, CitationMetrics, CoauthorWeight, RelatedOptions, RelatedPaper};
use crate::document::NodeKey;
use crate::graph::{Edge, Graph, Vertex};
use crate::number;

parameters! {
    /// How often each paper is cited.
    #[derive(Default)]
    pub struct CitationCountsRequest {}

    /// Indices of all papers together.
    #[derive(Default)]
    pub struct CitationMetricsRequest {}

    /// Indices of each author.
    pub struct AuthorMetricsRequest {
        /// Attribute of papers that names their authors: a text, or a list.
        pub authors: String,
    }

    /// Who wrote together.
    pub struct CoauthorshipRequest {
        /// Attribute of papers that names their authors: a text, or a list.
        pub authors: String,
        /// What a paper adds to the edge between two of its authors.
        #[serde(default)]
        pub counting: CoauthorWeight,
    }

    /// Papers that are cited together.
    #[serde(default)]
    pub struct CocitationRequest {
        /// By how many papers at least; 1 by default.
        pub min_count: u32,
    }

    /// Papers that cite the same.
    #[serde(default)]
    pub struct BibliographicCouplingRequest {
        /// How many shared references at least; 1 by default.
        pub min_count: u32,
    }

    /// Papers most related to given ones.
    pub struct RelatedPapersRequest {
        /// The given papers.
        pub papers: Vec<NodeKey>,
        /// Share of being cited together in the score, 0 to 1; 0.5 by default.
        #[serde(default = "cocitation_share")]
        pub cocitation_share: f64,
        /// Most papers, at least 1; 10 by default.
        #[serde(default = "limit")]
        pub limit: usize,
    }

    /// How much there is from year to year.
    pub struct TrendRequest {
        /// Attribute of nodes that is their year, a whole number; nodes without it are left out.
        pub year: String,
        /// Attribute of nodes that is added up; without it nodes are counted.
        #[serde(default)]
        pub amount: Option<String>,
    }
}

impl Default for CocitationRequest {
    fn default() -> Self {
        Self { min_count: 1 }
    }
}

impl Default for BibliographicCouplingRequest {
    fn default() -> Self {
        Self { min_count: 1 }
    }
}

fn cocitation_share() -> f64 {
    RelatedOptions::default().cocitation_share
}

fn limit() -> usize {
    RelatedOptions::default().limit
}

impl Algorithm for CitationCountsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "citation-counts",
        "Citation counts",
        "How many other papers cite each paper?",
        Shape::Scores,
    );

    fn run(&self, call: &Call<'_>) -> Answer {
        let counts = citation::citations(&*call.graph(None)?);
        Ok(Findings::counts("citations", counts.into_iter().map(wide).collect()))
    }
}

fn wide(count: u64) -> f64 {
    number::real(usize::try_from(count).unwrap_or(usize::MAX))
}

impl Algorithm for CitationMetricsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "citation-metrics",
        "Citation indices",
        "What are the h-index, the g-index and the i10-index of all papers together?",
        Shape::Record,
    )
    .by("Hirsch 2005; Egghe 2006");

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let metrics = citation::citation_metrics(&citation::citations(&graph));
        let facts = METRICS.into_iter().zip(cells(&metrics)).collect();
        Ok(Findings { facts, ..Findings::record() })
    }
}

const METRICS: [&str; 6] = ["papers", "citations", "mean", "h_index", "g_index", "i10_index"];

fn cells(metrics: &CitationMetrics) -> [Fact; 6] {
    [
        metrics.papers.into(),
        metrics.citations.into(),
        metrics.mean.into(),
        metrics.h_index.into(),
        metrics.g_index.into(),
        metrics.i10_index.into(),
    ]
}

/// The authors of each paper, and their names in the order in which they first come.
fn authors(call: &Call<'_>, attribute: &str) -> Result<(Vec<Vec<Vertex>>, Vec<String>), AnalysisError> {
    let column = call.column("authors", attribute)?;
    let mut numbers: HashMap<String, Vertex> = HashMap::new();
    let mut names = Vec::new();
    let mut number = |value: &Value| {
        let name = text(value);
        *numbers.entry(name).or_insert_with_key(|name| {
            names.push(name.clone());
            number::vertex(names.len() - 1)
        })
    };
    let list = |value: &Value| match value {
        Value::Null => Vec::new(),
        Value::Array(authors) => authors.iter().map(&mut number).collect(),
        one => vec![number(one)],
    };
    let lists = column.iter().map(list).collect();
    Ok((lists, names))
}

impl Algorithm for AuthorMetricsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "author-metrics",
        "Indices of authors",
        "How much is each author cited?",
        Shape::Table,
    )
    .takes("O(n + m + authorships · log)")
    .by("Hirsch 2005; Egghe 2006")
    .example(r#"{"authors":"authors"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let (lists, names) = authors(call, &self.authors)?;
        let metrics = citation::author_metrics(&graph, &lists, names.len())?;
        let mut ranked: Vec<(String, CitationMetrics)> = names.into_iter().zip(metrics).collect();
        ranked.sort_by(|one, other| {
            let key = |metrics: &CitationMetrics| (metrics.h_index, metrics.citations);
            key(&other.1).cmp(&key(&one.1)).then_with(|| one.0.cmp(&other.0))
        });
        let row = |(name, metrics): (String, CitationMetrics)| {
            [Fact::Text(name)].into_iter().chain(cells(&metrics)).collect()
        };
        let columns = [&["author"], METRICS.as_slice()].concat();
        Ok(Findings::table(&columns, ranked.into_iter().map(row).collect()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 4, 400)
    }
}

impl Algorithm for CoauthorshipRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "coauthorship",
        "Authors who write together",
        "Which authors wrote papers together, and how many?",
        Shape::Table,
    )
    .takes("O(sum of the squares of the numbers of authors)")
    .by("Newman 2001")
    .direction(DirectionUse::Ignored)
    .example(r#"{"authors":"authors"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        call.graph(None)?;
        let (lists, names) = authors(call, &self.authors)?;
        let graph = citation::coauthorship(&lists, names.len(), self.counting, call.watch)?;
        let name = |author: Vertex| Fact::from(names[author as usize].as_str());
        let mut edges: Vec<Edge> = graph.edges().collect();
        edges.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        let row = |edge: Edge| vec![name(edge.source), name(edge.target), Fact::Number(edge.weight)];
        let rows = edges.into_iter().map(row).collect();
        Ok(Findings::table(&["source", "target", "weight"], rows).fact("authors", names.len()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 4, 400)
    }
}

/// Papers with what they have in common, most first.
fn relation(graph: &Graph) -> Findings {
    let counts = graph.edges().map(|edge| edge.weight).collect();
    let pairs = graph.edges().map(|edge| (edge.source, edge.target)).collect();
    Findings::pairs(pairs).with_column("count", Numbers::Whole, counts).ranked()
}

impl Algorithm for CocitationRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "cocitation",
        "Co-citation",
        "Which papers are cited together, and how often?",
        Shape::Pairs,
    )
    .takes("O(sum of the squares of the numbers of references)")
    .by("Small 1973")
    .direction(DirectionUse::DirectedOnly);

    fn run(&self, call: &Call<'_>) -> Answer {
        Ok(relation(&citation::cocitation(&*call.graph(None)?, self.min_count, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 48).and_entries(size, 8)
    }
}

impl Algorithm for BibliographicCouplingRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "bibliographic-coupling",
        "Bibliographic coupling",
        "Which papers cite the same, and how much?",
        Shape::Pairs,
    )
    .takes("O(sum of the squares of the numbers of citations)")
    .by("Kessler 1963")
    .direction(DirectionUse::DirectedOnly);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        Ok(relation(&citation::bibliographic_coupling(&graph, self.min_count, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 48).and_entries(size, 8)
    }
}

impl Algorithm for RelatedPapersRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "related-papers",
        "Related papers",
        "Which papers belong to given ones, being cited together with them or citing the same?",
        Shape::Nodes,
    )
    .takes("O(n + m)")
    .by("Small 1973; Kessler 1963")
    .direction(DirectionUse::DirectedOnly)
    .example(r#"{"papers":[1]}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let given = call.vertices("papers", &self.papers)?;
        let options = RelatedOptions { cocitation_share: self.cocitation_share, limit: self.limit };
        let found = citation::related_papers(&graph, &given, &options, call.watch)?;
        let column = |of: fn(&RelatedPaper) -> f64| found.iter().map(of).collect();
        Ok(Findings::nodes(found.iter().map(|paper| paper.vertex).collect())
            .with_column("score", Numbers::Real, column(|paper| paper.score))
            .with_column("cocitations", Numbers::Whole, column(|paper| paper.cocitations.into()))
            .with_column("couplings", Numbers::Whole, column(|paper| paper.couplings.into())))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 4, 100).and_entries(size, 8).worst()
    }
}

impl Algorithm for TrendRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "trend",
        "Trend",
        "How do the nodes of a year, or an amount of theirs, grow from year to year?",
        Shape::Table,
    )
    .takes("O(n)")
    .limits("years are less than 10,000 apart")
    .direction(DirectionUse::Ignored)
    .example(r#"{"year":"year"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        call.graph(None)?;
        let years = call.column("year", &self.year)?;
        let amounts = match &self.amount {
            Some(amount) => call.column("amount", amount)?,
            None => vec![Value::from(1); years.len()],
        };
        let mut given = Vec::new();
        for ((vertex, year), amount) in (0..).zip(&years).zip(&amounts) {
            if year.is_null() || amount.is_null() {
                continue;
            }
            let whole = year.as_i64().and_then(|year| i32::try_from(year).ok());
            let unfit = || call.unfit("year", &self.year, vertex, "a whole number");
            let name = self.amount.as_deref().unwrap_or_default();
            let no_amount = || call.unfit("amount", name, vertex, "a number");
            given.push((whole.ok_or_else(unfit)?, amount.as_f64().ok_or_else(no_amount)?));
        }
        let found = citation::trend(&given)?;
        let row = |&(year, sum): &(i32, f64)| vec![Fact::from(year), Fact::Number(sum)];
        let findings = Findings::table(&["year", "sum"], found.years.iter().map(row).collect());
        let findings = findings.fact("mean", found.mean).fact("slope", found.slope);
        Ok(findings.fact("growth", found.growth))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 1, 100)
    }
}
