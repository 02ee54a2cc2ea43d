//! The programming languages whose symbols are found.

/// Languages whose symbols are found; every other language is plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeLanguage {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// JavaScript with or without JSX.
    JavaScript,
    /// Go.
    Go,
    /// Java.
    Java,
    /// C, and headers that do not say otherwise.
    C,
    /// C++.
    Cpp,
    /// Ruby.
    Ruby,
    /// PHP, with or without HTML around it.
    Php,
    /// Bash and the shells that resemble it.
    Bash,
    /// Lua.
    Lua,
    /// Elixir.
    Elixir,
    /// R.
    R,
    /// Zig.
    Zig,
    /// Dart.
    Dart,
    /// PowerShell.
    PowerShell,
    /// HCL, the language of Terraform.
    Hcl,
    /// Protocol Buffers.
    Protobuf,
}

impl CodeLanguage {
    /// Every language.
    pub const ALL: [Self; 20] = [
        Self::Rust,
        Self::Python,
        Self::TypeScript,
        Self::Tsx,
        Self::JavaScript,
        Self::Go,
        Self::Java,
        Self::C,
        Self::Cpp,
        Self::Ruby,
        Self::Php,
        Self::Bash,
        Self::Lua,
        Self::Elixir,
        Self::R,
        Self::Zig,
        Self::Dart,
        Self::PowerShell,
        Self::Hcl,
        Self::Protobuf,
    ];

    /// Stable lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
            Self::JavaScript => "javascript",
            Self::Go => "go",
            Self::Java => "java",
            Self::C => "c",
            Self::Cpp => "cpp",
            Self::Ruby => "ruby",
            Self::Php => "php",
            Self::Bash => "bash",
            Self::Lua => "lua",
            Self::Elixir => "elixir",
            Self::R => "r",
            Self::Zig => "zig",
            Self::Dart => "dart",
            Self::PowerShell => "powershell",
            Self::Hcl => "hcl",
            Self::Protobuf => "protobuf",
        }
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Rust => "text/x-rust",
            Self::Python => "text/x-python",
            Self::TypeScript | Self::Tsx => "text/x-typescript",
            Self::JavaScript => "text/javascript",
            Self::Go => "text/x-go",
            Self::Java => "text/x-java",
            Self::C => "text/x-c",
            Self::Cpp => "text/x-c++",
            Self::Ruby => "text/x-ruby",
            Self::Php => "text/x-php",
            Self::Bash => "text/x-shellscript",
            Self::Lua => "text/x-lua",
            Self::Elixir => "text/x-elixir",
            Self::R => "text/x-r",
            Self::Zig => "text/x-zig",
            Self::Dart => "text/x-dart",
            Self::PowerShell => "text/x-powershell",
            Self::Hcl => "text/x-hcl",
            Self::Protobuf => "text/x-protobuf",
        }
    }
}
