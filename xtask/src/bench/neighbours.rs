//! The embedded index alone against hnswlib, on images of digits as vectors, with the exact neighbours that are known.

use std::process::Command;

use anyhow::{Context, Result};

use super::contestant::{Contestant, build};
use super::report::Measurement;
use super::turns::{self, Plan, Seat};
use super::{Options, peers};
use crate::workspace::Workspace;

/// Searches one after the other; their answers are counted against the given neighbours.
pub(super) fn measure(workspace: &Workspace, options: &Options) -> Result<Vec<Measurement>> {
    let data = super::data_folder(workspace, options)?;
    let images = data.join("vectors/mnist_t10k");
    let images = images.to_str().context("the path of the images is no text")?;
    let python = peers::python(workspace)?;
    let folder = workspace.output_dir("peers")?;
    let corpus = folder.join("mnist");
    peers::corpus(&python, &corpus, "mnist", &[images])?;
    let exact = peers::exact(&corpus)?;
    let example = super::example(workspace, "neighbours")?;
    let stores = tempfile::tempdir_in(&folder)?;
    let (own, other) = (stores.path().join("index"), stores.path().join("graph"));
    let ragstone = || {
        let mut command = Command::new(&example);
        command.args([&corpus, &own]);
        command
    };
    let hnswlib = || peers::peer(&python, "hnswlib", &corpus, &other);
    let label = "MNIST, ".to_owned();
    let mut measurements = build(&format!("{label}Ragstone's index"), &mut ragstone(), &own)?;
    measurements.extend(build(&format!("{label}hnswlib"), &mut hnswlib(), &other)?);
    let legs = ["semantic", "exact"];
    let mut seats = [
        Seat {
            program: Contestant::start(&mut ragstone())?,
            legs: legs.map(|leg| (leg, "Ragstone's index".to_owned())).to_vec(),
        },
        Seat { program: Contestant::start(&mut hnswlib())?, legs: vec![("semantic", "hnswlib".to_owned())] },
    ];
    let queries = exact.len();
    let plan = Plan { label, legs: &legs, queries, has_fresh_queries: false, exact: &exact };
    measurements.extend(turns::take(&plan, &mut seats)?);
    Ok(measurements)
}
