//! How the parameters of all algorithms are declared.

/// Declares parameters that are read from JSON, refuse unknown fields and have schemas.
macro_rules! parameters {
    ($($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* })*) => {
        $(
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            $(#[$meta])*
            #[serde(deny_unknown_fields)]
            pub struct $name { $($fields)* }
        )*
    };
}

/// Declares choices that are written in small letters with hyphens.
macro_rules! choices {
    ($($(#[$meta:meta])* pub enum $name:ident { $($variants:tt)* })*) => {
        $(
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            $(#[$meta])*
            #[serde(rename_all = "kebab-case")]
            pub enum $name { $($variants)* }
        )*
    };
}

pub(crate) use {choices, parameters};
