//! Middleware around every request.

pub(crate) mod access_log;
pub(crate) mod admission;
pub(crate) mod deadline;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod key;
mod operation;
pub(crate) mod panic;
pub(crate) mod problem;
pub(crate) mod request_id;
