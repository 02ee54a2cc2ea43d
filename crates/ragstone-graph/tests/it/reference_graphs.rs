//! Reference graphs have the sizes that are published for them.

use ragstone_graph::Direction;

use crate::data;

#[test]
fn ego_facebook_has_its_published_size() {
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) else {
        return;
    };
    assert_eq!((facebook.graph.vertex_count(), facebook.graph.edge_count()), (4039, 88_234));
}
