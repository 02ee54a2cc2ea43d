//! Where the vertices of a picture lie: one function for each kind of layout.

mod circle;
mod community;
mod force;
mod grid;
mod layered;
mod mesh;
mod packing;
pub(crate) mod positions;
mod spectral;

pub use self::circle::{Centre, Shells, circular, shells};
pub use self::community::communities;
pub use self::force::{Attraction, Force, Weights, force};
pub use self::grid::grid;
pub use self::layered::{Layered, LayeredOptions, layered};
pub use self::positions::{Point, Positions};
pub use self::spectral::{Spectral, spectral};
