use super::*;
use crate::graph::Direction;

