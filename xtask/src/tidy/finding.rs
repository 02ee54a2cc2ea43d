//! What a check reports, in a form that the allow-list can count.

use std::fmt;

use serde::Deserialize;

/// The name of a rule, as the report and the allow-list write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rule {
    Header,
    FileLength,
    FunctionLength,
    Syntax,
    IgnoredTest,
    ModuleName,
    Manifest,
    CrateReadme,
    Link,
    DecisionNumber,
    MachinePath,
    OpenTask,
}

impl Rule {
    fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::FileLength => "file-length",
            Self::FunctionLength => "function-length",
            Self::Syntax => "syntax",
            Self::IgnoredTest => "ignored-test",
            Self::ModuleName => "module-name",
            Self::Manifest => "manifest",
            Self::CrateReadme => "crate-readme",
            Self::Link => "link",
            Self::DecisionNumber => "decision-number",
            Self::MachinePath => "machine-path",
            Self::OpenTask => "open-task",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: Rule,
    pub(crate) path: String,
    /// The function a length belongs to; empty for rules about a file or a line.
    pub(crate) item: String,
    pub(crate) line: usize,
    /// The measured length; 1 for rules that are kept or broken.
    pub(crate) measure: usize,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn new(rule: Rule, path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { rule, path: path.to_owned(), item: String::new(), line, measure: 1, message: message.into() }
    }

    /// A length over its limit.
    pub(crate) fn with_measure(self, measure: usize) -> Self {
        Self { measure, ..self }
    }

    /// The function that the finding is about.
    pub(crate) fn with_item(self, item: impl Into<String>) -> Self {
        Self { item: item.into(), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{}]", self.path, self.line, self.message, self.rule)
    }
}
