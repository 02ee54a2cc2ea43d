//! Generations of a collection's vectors: which model answers for it, and which one is to.

use std::fmt;

use crate::embedding::{Dimensions, Precision};
use crate::error::{Error, Result};
use crate::id::{Digest, GenerationId, Sequence};
use crate::index::{IndexSchema, IndexSlot};

/// By what a server opens a model; shown as `all-MiniLM-L6-v2@int8`.
///
/// What a name stands for is the server's affair: a folder of models, or something at another server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelReference {
    name: String,
    precision: Precision,
}

impl ModelReference {
    /// Longest name in bytes.
    pub const MAX_NAME_LEN: usize = 1024;

    /// Checks a name: 1 to 1,024 bytes without control characters.
    pub fn try_new(name: impl Into<String>, precision: Precision) -> Result<Self> {
        let name = name.into();
        if name.is_empty() || name.len() > Self::MAX_NAME_LEN || name.contains(char::is_control) {
            return Err(Error::invalid("model", "must be 1 to 1024 bytes without control characters"));
        }
        Ok(Self { name, precision })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What numbers the model computes with.
    pub const fn precision(&self) -> Precision {
        self.precision
    }
}

impl fmt::Display for ModelReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.precision.as_str())
    }
}

/// A model that vectors are made with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChosenModel {
    /// By what it is opened.
    pub reference: ModelReference,
    /// Digest of its fingerprint, by which its vectors are kept.
    pub digest: Digest,
    /// Length of its vectors.
    pub dimensions: Dimensions,
}

/// One set of vectors of a collection, and the target of the index that holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Target of the index.
    pub slot: IndexSlot,
    /// Names this set among all that the collection ever had.
    pub build: GenerationId,
    /// Model of the vectors.
    pub model: ChosenModel,
    /// Whether somebody chose the model for this collection; else it is the one that the configuration names.
    pub is_chosen: bool,
}

impl Generation {
    /// What an index with these vectors has.
    pub const fn schema(&self) -> IndexSchema {
        IndexSchema { dense: Some(self.model.dimensions) }
    }
}

/// What a generation that does not answer is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StandbyRole {
    /// It answers as soon as it holds all that the active one holds.
    Next,
    /// It answers when somebody says so.
    Held,
    /// It answered before and may again.
    Previous,
}

impl StandbyRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Next, Self::Held, Self::Previous];

    /// Name in the catalog and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Held => "held",
            Self::Previous => "previous",
        }
    }

    /// The role of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// A generation that does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standby {
    /// The generation; its slot is not that of the active one.
    pub generation: Generation,
    /// What it is kept for.
    pub role: StandbyRole,
    /// It cannot answer before it holds every change up to here.
    pub since: Sequence,
}

/// The generations of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generations {
    /// The one that answers.
    pub active: Generation,
    /// The other one, if there is one.
    pub standby: Option<Standby>,
    /// Whether vectors of generations that were dropped may still be kept.
    pub is_untidy: bool,
}

impl Generations {
    /// Only the active one.
    pub const fn of(active: Generation) -> Self {
        Self { active, standby: None, is_untidy: false }
    }

    /// `InvalidArgument` where both generations have one slot, or one model.
    pub fn check(&self) -> Result<()> {
        let Some(standby) = &self.standby else { return Ok(()) };
        if standby.generation.slot == self.active.slot {
            return Err(Error::invalid("generations", "must have a slot each"));
        }
        if standby.generation.model.digest == self.active.model.digest {
            return Err(Error::invalid("generations", "must have a model each"));
        }
        Ok(())
    }

    /// All of them, the active one first.
    pub fn iter(&self) -> impl Iterator<Item = &Generation> {
        std::iter::once(&self.active).chain(self.standby.as_ref().map(|standby| &standby.generation))
    }

    /// Whether one of them has the slot.
    pub fn holds(&self, slot: IndexSlot) -> bool {
        self.iter().any(|generation| generation.slot == slot)
    }

    /// With the standby as the active one. The former active one is kept where somebody chose the new one, for a way
    /// back; without a standby nothing changes.
    #[must_use]
    pub fn switched(self) -> Self {
        let Self { active, standby, is_untidy } = self;
        let Some(Standby { generation, since, .. }) = standby else {
            return Self { active, standby, is_untidy };
        };
        let keeps = generation.is_chosen;
        let former = Standby { generation: active, role: StandbyRole::Previous, since };
        Self { active: generation, standby: keeps.then_some(former), is_untidy: is_untidy || !keeps }
    }

    /// Without the standby.
    #[must_use]
    pub fn without_standby(self) -> Self {
        let is_untidy = self.is_untidy || self.standby.is_some();
        Self { standby: None, is_untidy, ..self }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn generation(slot: IndexSlot, name: &str, is_chosen: bool) -> Generation {
        Generation {
            slot,
            build: GenerationId::from_uuid(Uuid::from_u128(1)),
            model: ChosenModel {
                reference: ModelReference::try_new(name, Precision::Int8).expect("valid"),
                digest: Digest::of(name.as_bytes()),
                dimensions: Dimensions::try_new(4).expect("in range"),
            },
            is_chosen,
        }
    }

    fn migrating(is_chosen: bool) -> Generations {
        let standby = Standby {
            generation: generation(IndexSlot::Second, "b", is_chosen),
            role: StandbyRole::Next,
            since: Sequence(3),
        };
        let active = generation(IndexSlot::First, "a", false);
        Generations { active, standby: Some(standby), is_untidy: false }
    }

    #[test]
    fn names_have_bounds_and_are_shown_with_the_precision() {
        let shown = ModelReference::try_new("mini", Precision::F32).map(|reference| reference.to_string());
        assert_eq!(shown.ok().as_deref(), Some("mini@f32"));
        for wrong in ["", "a\nb", &"a".repeat(1025)] {
            assert!(ModelReference::try_new(wrong, Precision::F32).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_switch_keeps_a_way_back_from_what_was_chosen() {
        let switched = migrating(true).switched();
        assert_eq!(switched.active.model.reference.name(), "b");
        let previous = switched.standby.clone().expect("is kept");
        assert_eq!((previous.role, previous.generation.slot), (StandbyRole::Previous, IndexSlot::First));
        assert!(!switched.is_untidy && switched.check().is_ok());
        assert_eq!(switched.clone().switched().active.model.reference.name(), "a");

        let followed = migrating(false).switched();
        assert_eq!((followed.standby, followed.is_untidy), (None, true));
        let cancelled = migrating(true).without_standby();
        assert_eq!(
            (cancelled.active.slot, cancelled.standby, cancelled.is_untidy),
            (IndexSlot::First, None, true)
        );
    }

    #[test]
    fn generations_are_told_apart_by_slot_and_model() {
        let mut same_slot = migrating(true);
        same_slot.active.slot = IndexSlot::Second;
        let mut same_model = migrating(true);
        same_model.active.model.digest = Digest::of(b"b");
        assert!(same_slot.check().is_err() && same_model.check().is_err());
        assert!(migrating(true).holds(IndexSlot::Second));
        assert!(!migrating(true).without_standby().holds(IndexSlot::Second));
        assert_eq!(
            StandbyRole::ALL.map(|role| StandbyRole::named(role.as_str())),
            StandbyRole::ALL.map(Some)
        );
    }
}
