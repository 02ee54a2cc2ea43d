//! The stand-in for a Qdrant server as a program: `qdrant_stand_in FOLDER PORT`, until its standard input ends.

use std::io::Read as _;

use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), Some(port)) = (arguments.next(), arguments.next()) else {
        return Err("usage: qdrant_stand_in FOLDER PORT".into());
    };
    let port = port.to_str().ok_or("the port is no text")?.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let server = runtime.block_on(QdrantStandIn::start(StandInConfig::new(folder).with_port(port)))?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(server.stop())?;
    Ok(())
}
