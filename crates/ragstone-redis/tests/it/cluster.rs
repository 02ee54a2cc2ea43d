//! A cluster of three nodes.

use std::process::Command;
use std::time::Duration;

use ragstone_core::ErrorKind;
use ragstone_redis::RedisRole;

use crate::bench::{config, open, try_laws};
use crate::server::{RedisServer, free_port, has_servers};

fn start_node() -> RedisServer {
    // The bus of a cluster listens 10,000 ports above: take ports for which there is room.
    let port = loop {
        let port = free_port().expect("a port");
        if port < 55_000 {
            break port;
        }
    };
    RedisServer::start_at(port, &["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"])
}

async fn join(nodes: &[RedisServer]) {
    let addresses = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port()));
    let output = Command::new("redis-cli")
        .args(["--cluster", "create"])
        .args(addresses)
        .args(["--cluster-replicas", "0", "--cluster-yes"])
        .output()
        .expect("runs redis-cli");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    for node in nodes {
        for _ in 0..500 {
            if node.command(&["CLUSTER", "INFO"]).contains("cluster_state:ok") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn laws_hold_on_a_cluster() {
    if !has_servers("cluster::laws_hold_on_a_cluster") {
        return;
    }
    let nodes: Vec<RedisServer> = (0..3).map(|_| start_node()).collect();
    let hosts: Vec<String> = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port())).collect();
    let url = format!("redis+cluster://{}", hosts.join(","));

    let error = open(&config(&url)).check().await.expect_err("the nodes are no cluster yet");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");

    join(&nodes).await;
    let report = open(&config(&url)).check().await.expect("is a cluster");
    assert_eq!(report.role, RedisRole::Cluster);
    try_laws(&config(&url).with_pool_size(4).expect("is a size")).await;
    let used = nodes.iter().filter(|node| node.command(&["DBSIZE"]).trim() != "0").count();
    assert_eq!(used, 3, "keys lie on every node");
}
