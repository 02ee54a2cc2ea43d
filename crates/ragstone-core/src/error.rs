//! The error that crosses ports: kind, retry status, operation, context, public and private text, source.

use std::backtrace::Backtrace;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

pub use self::kind::{ErrorCodes, ErrorKind};
pub use self::retry::Retry;
pub use self::severity::{Alert, Severity};

mod kind;
mod retry;
mod severity;

/// Result of every port call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type BoxedSource = Box<dyn StdError + Send + Sync + 'static>;

/// One offending input and what is wrong with it; always safe to show to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the input, such as `limit` or `filter`.
    pub field: Cow<'static, str>,
    /// What is wrong and what is allowed.
    pub description: String,
}

/// A failure of an operation.
///
/// Construction has no side effect: nothing is logged or counted.
/// Two texts are kept apart: [`Error::public_message`] may be shown to a caller; the detail, the source
/// and, for kinds that are the server's fault, everything else is for the log only.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    retry: Retry,
    operation: &'static str,
    message: Cow<'static, str>,
    help: Option<Cow<'static, str>>,
    context: Vec<(&'static str, String)>,
    violations: Vec<Violation>,
    detail: Option<String>,
    source: Option<BoxedSource>,
    backtrace: Option<Backtrace>,
}

impl Error {
    /// Starts an error; `message` is lower case, without a full stop, and free of user content.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        let backtrace = matches!(kind, ErrorKind::Unexpected).then(Backtrace::capture);
        Self {
            inner: Box::new(Inner {
                kind,
                retry: kind.default_retry(),
                operation: "",
                message: message.into(),
                help: None,
                context: Vec::new(),
                violations: Vec::new(),
                detail: None,
                source: None,
                backtrace,
            }),
        }
    }

    /// An [`ErrorKind::InvalidArgument`] about one input.
    pub fn invalid(field: impl Into<Cow<'static, str>>, description: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, "invalid argument").with_violation(field, description)
    }

    /// Names the operation that failed; the innermost name stays.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        if self.inner.operation.is_empty() {
            self.inner.operation = operation;
        }
        self
    }

    /// Adds a value; shown to the caller only where the failure is the caller's ([`ErrorKind::is_client_fault`]).
    #[must_use]
    pub fn with_context(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.inner.context.push((key, value.to_string()));
        self
    }

    /// Says what the caller can do next.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.inner.help = Some(help.into());
        self
    }

    /// Names an offending input.
    #[must_use]
    pub fn with_violation(
        mut self,
        field: impl Into<Cow<'static, str>>,
        description: impl Into<String>,
    ) -> Self {
        self.inner.violations.push(Violation { field: field.into(), description: description.into() });
        self
    }

    /// Adds text for the log that no caller may see.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.inner.detail = Some(detail.into());
        self
    }

    /// Keeps the cause; it is never shown to a caller.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxedSource>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Overrides the retry status that the kind implies.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.inner.retry = retry;
        self
    }

    /// What failed, for decisions in code.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Whether and when the same call may be tried again.
    pub fn retry(&self) -> Retry {
        self.inner.retry
    }

    /// Operation that failed; empty where none was named.
    pub fn operation(&self) -> &'static str {
        self.inner.operation
    }

    /// Key–value pairs in the order they were added.
    pub fn context(&self) -> &[(&'static str, String)] {
        &self.inner.context
    }

    /// Offending inputs.
    pub fn violations(&self) -> &[Violation] {
        &self.inner.violations
    }

    /// What the caller can do next.
    pub fn help(&self) -> Option<&str> {
        self.inner.help.as_deref()
    }

    /// Text for the log.
    pub fn detail(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }

    /// Text that may be shown to the caller: for the server's own faults only the kind's title.
    pub fn public_message(&self) -> String {
        if !self.kind().is_client_fault() {
            return self.kind().title().to_owned();
        }
        let mut text = self.inner.message.clone().into_owned();
        append_pairs(&mut text, &self.inner.context);
        for violation in &self.inner.violations {
            text.push_str(": ");
            text.push_str(&violation.field);
            text.push(' ');
            text.push_str(&violation.description);
        }
        text
    }
}

fn append_pairs(text: &mut String, pairs: &[(&'static str, String)]) {
    if pairs.is_empty() {
        return;
    }
    let joined: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    text.push_str(" (");
    text.push_str(&joined.join(", "));
    text.push(')');
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.inner.message.clone().into_owned();
        append_pairs(&mut text, &self.inner.context);
        write!(f, "{}", self.inner.kind)?;
        if !self.inner.operation.is_empty() {
            write!(f, " at {}", self.inner.operation)?;
        }
        write!(f, ": {text}")?;
        for violation in &self.inner.violations {
            write!(f, ": {} {}", violation.field, violation.description)?;
        }
        if let Some(detail) = &self.inner.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(source) = &self.inner.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} (retry {:?})", self.inner.retry)?;
        if f.alternate()
            && let Some(backtrace) = &self.inner.backtrace
        {
            write!(f, "\n{backtrace}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests;
