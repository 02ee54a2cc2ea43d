//! The names of measures.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

/// A measure of one ranking, from 0 to 1; greater is better.
///
/// Its text is the name that `trec_eval` prints; `recip_rank_cut_10` and `all_found_10`, which it does not have, are
/// named alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Normalised discounted cumulative gain of the first documents, with the grade as gain (`ndcg_cut_10`).
    ///
    /// Source: Järvelin and Kekäläinen, *Cumulated gain-based evaluation of IR techniques*, 2002.
    Ndcg(NonZeroUsize),
    /// Mean over the relevant documents of the precision at their rank (`map`).
    AveragePrecision,
    /// The same with what stands among the first documents alone (`map_cut_100`).
    AveragePrecisionCut(NonZeroUsize),
    /// Share of the relevant documents among the first (`recall_100`).
    Recall(NonZeroUsize),
    /// Share of the first documents that is relevant, of as many as are asked for (`P_5`).
    Precision(NonZeroUsize),
    /// One over the rank of the first relevant document (`recip_rank`).
    ReciprocalRank,
    /// The same, or 0 where none is among the first (`recip_rank_cut_10`).
    ReciprocalRankCut(NonZeroUsize),
    /// 1 where every relevant document is among the first, or else 0 (`all_found_10`).
    ///
    /// What a question needs that is answered from several documents at once.
    AllFound(NonZeroUsize),
}

/// A name that no measure has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMeasure;

const FIVE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4);
const TEN: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9);
const HUNDRED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(99);

impl Measure {
    /// What runs are judged and tuned by: `ndcg_cut_10`.
    pub const MAIN: Self = Self::Ndcg(TEN);
    /// What reports list.
    pub const REPORTED: [Self; 11] = [
        Self::MAIN,
        Self::AveragePrecision,
        Self::ReciprocalRank,
        Self::Recall(FIVE),
        Self::Recall(TEN),
        Self::Recall(HUNDRED),
        Self::Precision(FIVE),
        Self::Precision(TEN),
        Self::AllFound(TEN),
        Self::AveragePrecisionCut(HUNDRED),
        Self::ReciprocalRankCut(TEN),
    ];

    /// Name in the tables of BEIR, such as `NDCG@10`; none where these have no such measure.
    pub fn beir_name(self) -> Option<String> {
        Some(match self {
            Self::Ndcg(cut) => format!("NDCG@{cut}"),
            Self::AveragePrecisionCut(cut) => format!("MAP@{cut}"),
            Self::Recall(cut) => format!("Recall@{cut}"),
            Self::Precision(cut) => format!("P@{cut}"),
            Self::ReciprocalRankCut(cut) => format!("MRR@{cut}"),
            Self::AveragePrecision | Self::ReciprocalRank | Self::AllFound(_) => return None,
        })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ndcg(cut) => write!(f, "ndcg_cut_{cut}"),
            Self::AveragePrecision => f.write_str("map"),
            Self::AveragePrecisionCut(cut) => write!(f, "map_cut_{cut}"),
            Self::Recall(cut) => write!(f, "recall_{cut}"),
            Self::Precision(cut) => write!(f, "P_{cut}"),
            Self::ReciprocalRank => f.write_str("recip_rank"),
            Self::ReciprocalRankCut(cut) => write!(f, "recip_rank_cut_{cut}"),
            Self::AllFound(cut) => write!(f, "all_found_{cut}"),
        }
    }
}

impl FromStr for Measure {
    type Err = UnknownMeasure;

    fn from_str(name: &str) -> Result<Self, UnknownMeasure> {
        match name {
            "map" => return Ok(Self::AveragePrecision),
            "recip_rank" => return Ok(Self::ReciprocalRank),
            _ => {}
        }
        let (stem, cut) = name.rsplit_once('_').ok_or(UnknownMeasure)?;
        let cut = cut.parse().map_err(|_| UnknownMeasure)?;
        Ok(match stem {
            "ndcg_cut" => Self::Ndcg(cut),
            "map_cut" => Self::AveragePrecisionCut(cut),
            "recall" => Self::Recall(cut),
            "P" => Self::Precision(cut),
            "recip_rank_cut" => Self::ReciprocalRankCut(cut),
            "all_found" => Self::AllFound(cut),
            _ => return Err(UnknownMeasure),
        })
    }
}

impl fmt::Display for UnknownMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not the name of a measure, such as `ndcg_cut_10`, `map`, `recip_rank`, `recall_100` or `P_5`",
        )
    }
}

impl std::error::Error for UnknownMeasure {}
