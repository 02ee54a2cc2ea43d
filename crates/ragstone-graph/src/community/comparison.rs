//! How alike two partitions of the same vertices are.

use crate::community::partition::{Partition, same_vertices};
use crate::error::Result;

/// By what the mutual information of two partitions is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum EntropyMean {
    /// Half the sum of both entropies: what most libraries give.
    #[default]
    Arithmetic,
    /// The root of their product.
    Geometric,
    /// The lesser.
    Min,
    /// The greater.
    Max,
}

/// How much of either partition the other one tells, from 0 for none to 1 for equal ones. Two partitions that both have
/// but one community, or none, are equal. It favours partitions with many communities; [`adjusted_rand_index`] does not.
/// O(vertices log vertices).
///
/// Fails with [`OutOfRange`](crate::GraphError::OutOfRange) for partitions of different numbers of vertices.
///
/// Strehl, Ghosh, "Cluster ensembles", 2002; Danon et al., "Comparing community structure identification", 2005.
pub fn normalized_mutual_information(left: &Partition, right: &Partition, mean: EntropyMean) -> Result<f64> {
    let table = Table::of(left, right)?;
    if left.count() <= 1 && right.count() <= 1 {
        return Ok(1.0);
    }
    let (left, right) = (table.entropy(&table.left), table.entropy(&table.right));
    let mutual = table.mutual_information();
    if mutual <= f64::EPSILON {
        return Ok(0.0);
    }
    let divisor = match mean {
        EntropyMean::Arithmetic => f64::midpoint(left, right),
        EntropyMean::Geometric => (left * right).sqrt(),
        EntropyMean::Min => left.min(right),
        EntropyMean::Max => left.max(right),
    };
    Ok((mutual / divisor).clamp(0.0, 1.0))
}

/// How much more often both partitions agree on whether two vertices belong together than they would by chance: 1 for
/// equal ones, 0 on average for random ones, and less than 0 for less. O(vertices log vertices).
///
/// Fails with [`OutOfRange`](crate::GraphError::OutOfRange) for partitions of different numbers of vertices.
///
/// Hubert, Arabie, "Comparing partitions", 1985.
pub fn adjusted_rand_index(left: &Partition, right: &Partition) -> Result<f64> {
    let table = Table::of(left, right)?;
    let pairs = |counts: &[f64]| counts.iter().map(|count| count * (count - 1.0) / 2.0).sum::<f64>();
    let (both, left, right) = (pairs(&table.cells()), pairs(&table.left), pairs(&table.right));
    let all = pairs(&[table.total]);
    let expected = if all > 0.0 { left * right / all } else { 0.0 };
    let most = f64::midpoint(left, right);
    // Both are one community, or both are singletons.
    if most <= expected {
        return Ok(1.0);
    }
    Ok((both - expected) / (most - expected))
}

/// What either partition does not tell about the other, in nats: 0 for equal ones, at most ln(vertices). A metric.
/// O(vertices log vertices).
///
/// Fails with [`OutOfRange`](crate::GraphError::OutOfRange) for partitions of different numbers of vertices.
///
/// Meilă, "Comparing clusterings by the variation of information", 2003.
pub fn variation_of_information(left: &Partition, right: &Partition) -> Result<f64> {
    let table = Table::of(left, right)?;
    let entropies = table.entropy(&table.left) + table.entropy(&table.right);
    Ok((entropies - 2.0 * table.mutual_information()).max(0.0))
}

/// How many vertices each pair of communities has in common.
struct Table {
    /// Communities of both with the vertices in both, ascending, without pairs that have none.
    pairs: Vec<(u32, u32, f64)>,
    left: Vec<f64>,
    right: Vec<f64>,
    total: f64,
}

impl Table {
    fn of(left: &Partition, right: &Partition) -> Result<Self> {
        same_vertices(right.vertex_count(), left.vertex_count())?;
        let mut labels: Vec<(u32, u32)> =
            left.labels().iter().copied().zip(right.labels().iter().copied()).collect();
        labels.sort_unstable();
        let pairs =
            labels.chunk_by(|one, next| one == next).map(|same| (same[0].0, same[0].1, real(same.len())));
        let sizes = |partition: &Partition| partition.sizes().into_iter().map(real).collect();
        Ok(Self { pairs: pairs.collect(), left: sizes(left), right: sizes(right), total: real(labels.len()) })
    }

    fn cells(&self) -> Vec<f64> {
        self.pairs.iter().map(|&(_, _, count)| count).collect()
    }

    fn entropy(&self, counts: &[f64]) -> f64 {
        counts.iter().map(|count| -count / self.total * (count / self.total).ln()).sum()
    }

    fn mutual_information(&self) -> f64 {
        let part = |&(left, right, count): &(u32, u32, f64)| {
            let expected = self.left[left as usize] * self.right[right as usize] / self.total;
            count / self.total * (count / expected).ln()
        };
        self.pairs.iter().map(part).sum::<f64>().max(0.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "vertices are counted in 32 bits")]
fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partitions() -> (Partition, Partition) {
        let left = Partition::from_labels(&[0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
        (left, Partition::from_labels(&[0, 0, 1, 1, 1, 2, 2, 2, 2, 3]))
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    /// Expected values are those of scikit-learn 1.9 and, for the variation of information, of igraph 1.0.
    #[test]
    fn measures_equal_those_of_other_libraries() {
        let (left, right) = partitions();
        let information = |mean| normalized_mutual_information(&left, &right, mean).unwrap();
        close(information(EntropyMean::Arithmetic), 0.568_241_032_922_968);
        close(information(EntropyMean::Geometric), 0.570_096_461_814_868_3);
        close(information(EntropyMean::Min), 0.618_065_646_292_154_3);
        close(information(EntropyMean::Max), 0.525_850_251_868_233_1);
        close(adjusted_rand_index(&left, &right).unwrap(), 0.28);
        close(variation_of_information(&left, &right).unwrap(), 1.022_730_867_160_378);
    }

    #[test]
    fn equal_partitions_are_alike_whatever_they_are() {
        for labels in [&[][..], &[4], &[1, 1, 1], &[0, 1, 2], &[3, 3, 5, 5, 5]] {
            let partition = Partition::from_labels(labels);
            let mean = EntropyMean::default();
            close(normalized_mutual_information(&partition, &partition, mean).unwrap(), 1.0);
            close(adjusted_rand_index(&partition, &partition).unwrap(), 1.0);
            close(variation_of_information(&partition, &partition).unwrap(), 0.0);
        }
    }

    #[test]
    fn one_community_tells_nothing_about_many() {
        let (one, many) = (Partition::from_labels(&[0; 4]), Partition::singletons(4));
        close(normalized_mutual_information(&one, &many, EntropyMean::Max).unwrap(), 0.0);
        close(adjusted_rand_index(&one, &many).unwrap(), 0.0);
        close(variation_of_information(&one, &many).unwrap(), 4.0_f64.ln());
    }

    #[test]
    fn partitions_of_other_vertices_are_refused() {
        let (left, right) = (Partition::singletons(3), Partition::singletons(4));
        assert!(adjusted_rand_index(&left, &right).is_err());
        assert!(normalized_mutual_information(&left, &right, EntropyMean::Max).is_err());
        assert!(variation_of_information(&left, &right).is_err());
    }
}
