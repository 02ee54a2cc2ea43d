//! `layers`: who may depend on whom, how deep the tower is, and what must be absent.

mod graph;
mod rules;
mod sharing;
mod table;
#[cfg(test)]
mod tests;

use anyhow::{Result, ensure};

use self::graph::Graph;
pub(crate) use self::table::{Role, role};
use crate::workspace::Workspace;

/// Checks the dependencies of the whole workspace with every feature switched on.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let graph = load(workspace)?;
    let mut problems = rules::check(&graph);
    problems.extend(rules::named_crates(&graph));
    problems.extend(sharing::check(workspace, &graph)?);
    for problem in &problems {
        println!("{problem}");
    }
    ensure!(problems.is_empty(), "layers found {} problems", problems.len());
    println!("layers: {} crates keep their directions", graph.members().count());
    Ok(())
}

fn load(workspace: &Workspace) -> Result<Graph> {
    Graph::from_metadata(&workspace.metadata()?)
}
