//! Colours and palettes.

use std::fmt;

/// A colour of the screen (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// Nearly black.
    pub const INK: Self = Self::new(0x1f, 0x29, 0x37);
    /// A grey that stays behind.
    pub const GREY: Self = Self::new(0x9a, 0xa0, 0xa6);
    /// The blue that vertices have without any other colour.
    pub const BLUE: Self = Self::new(0x2b, 0x7b, 0xba);

    /// A colour by its parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// How bright it looks, from 0 to 1 (relative luminance as WCAG defines it).
    pub fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// A colour between this (0) and another one (1).
    #[must_use]
    pub fn mixed(self, other: Self, part: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
        let mix = |a: u8, b: u8| {
            (f64::from(a) + (f64::from(b) - f64::from(a)) * part.clamp(0.0, 1.0)).round() as u8
        };
        Self::new(mix(self.red, other.red), mix(self.green, other.green), mix(self.blue, other.blue))
    }

    /// What is legible on this colour.
    pub(crate) fn ink(self) -> Self {
        if self.luminance() > 0.4 { Self::INK } else { Self::new(0xf3, 0xf4, 0xf6) }
    }
}

impl fmt::Display for Colour {
    /// As in CSS, such as `#2b7bba`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// Viridis by Smith and van der Walt (2015, CC0), ten of its colours: brightness grows evenly, also to eyes that do not
/// tell red from green.
const VIRIDIS: [Colour; 10] = [
    Colour::new(0x44, 0x01, 0x54),
    Colour::new(0x48, 0x28, 0x78),
    Colour::new(0x3e, 0x49, 0x89),
    Colour::new(0x31, 0x68, 0x8e),
    Colour::new(0x26, 0x82, 0x8e),
    Colour::new(0x1f, 0x9e, 0x89),
    Colour::new(0x35, 0xb7, 0x79),
    Colour::new(0x6e, 0xce, 0x58),
    Colour::new(0xb5, 0xde, 0x2b),
    Colour::new(0xfd, 0xe7, 0x25),
];

/// The colours of Okabe and Ito (2008) without black, then five of the muted ones of Tol (2021).
const CATEGORIES: [Colour; 12] = [
    Colour::new(0x00, 0x72, 0xb2),
    Colour::new(0xe6, 0x9f, 0x00),
    Colour::new(0x00, 0x9e, 0x73),
    Colour::new(0xcc, 0x79, 0xa7),
    Colour::new(0x56, 0xb4, 0xe9),
    Colour::new(0xd5, 0x5e, 0x00),
    Colour::new(0xf0, 0xe4, 0x42),
    Colour::new(0x33, 0x22, 0x88),
    Colour::new(0x88, 0x22, 0x55),
    Colour::new(0x99, 0x99, 0x33),
    Colour::new(0x66, 0x11, 0x00),
    Colour::new(0x44, 0xaa, 0x99),
];

/// The colour of a value from 0 to 1 on a scale that looks even: from dark violet over green to yellow.
pub fn viridis(part: f64) -> Colour {
    let place = part.clamp(0.0, 1.0) * 9.0;
    let first = crate::layout::positions::whole(place).min(8);
    VIRIDIS[first].mixed(VIRIDIS[first + 1], place - crate::layout::positions::real(first))
}

/// The colour of category `number`, from 0: the first 7 also differ to eyes that do not tell all colours apart, 12
/// differ at all. `None` for more.
pub fn category(number: usize) -> Option<Colour> {
    CATEGORIES.get(number).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_grows_brighter_all_the_way() {
        let bright: Vec<f64> = (0..=100).map(|part| viridis(f64::from(part) / 100.0).luminance()).collect();
        assert!(bright.is_sorted(), "{bright:?}");
        assert_eq!(viridis(f64::NAN.max(0.0)), viridis(-3.0));
        assert_eq!(viridis(9.0).to_string(), "#fde725");
    }

    #[test]
    fn categories_differ() {
        let distance = |a: Colour, b: Colour| {
            let part = |a: u8, b: u8| (f64::from(a) - f64::from(b)).powi(2);
            (part(a.red, b.red) + part(a.green, b.green) + part(a.blue, b.blue)).sqrt()
        };
        for (index, &colour) in CATEGORIES.iter().enumerate() {
            assert!(CATEGORIES[..index].iter().all(|&other| distance(colour, other) > 45.0), "{colour}");
        }
        assert_eq!(category(12), None);
    }
}
