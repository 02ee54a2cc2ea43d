//! Documents that arrive in parts, until they are whole and become jobs.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{JobId, TenantId, UploadId};
use crate::job::{MAX_ATTACHMENT_LEN, MAX_PAYLOAD_LEN};
use crate::lease::check_ttl;

/// Longest upload in bytes: what a job can carry.
pub const MAX_UPLOAD_LEN: u64 = MAX_ATTACHMENT_LEN as u64;
/// Longest part that is stored at a time, in bytes.
pub const MAX_PART_LEN: usize = 4 * 1024 * 1024;

/// An upload that is to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// Identity; the same id again is the same upload.
    pub id: UploadId,
    /// What is to be done with it, in a form that only the engine reads; at most [`MAX_PAYLOAD_LEN`] bytes without NUL.
    pub payload: String,
    /// Bytes that will come, 1 to [`MAX_UPLOAD_LEN`]; `None` where that is not known yet.
    pub length: Option<u64>,
    /// How long it waits for its next part, 1 ms to 1 day.
    pub ttl: Duration,
}

impl NewUpload {
    /// Checks sizes and times; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        check_ttl(self.ttl)?;
        if self.payload.contains('\0') || self.payload.len() > MAX_PAYLOAD_LEN {
            return Err(Error::invalid("payload", "must have at most 256 KiB without NUL characters"));
        }
        match self.length {
            Some(0) => {
                Err(Error::invalid("length", "must be at least 1: there is nothing to read in an empty file"))
            }
            Some(length) if length > MAX_UPLOAD_LEN => Err(too_long(length, MAX_UPLOAD_LEN)),
            _ => Ok(()),
        }
    }
}

/// What a tenant may have under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadLimits {
    /// Most uploads that are not whole, from 1.
    pub most_open: u32,
    /// Most bytes of them, announced or arrived, from 1.
    pub most_bytes: u64,
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Identity.
    pub id: UploadId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Name of the principal who began it; nobody else sees it.
    pub created_by: String,
    /// What is to be done with it.
    pub payload: String,
    /// Bytes that will come; `None` where that is not known yet.
    pub length: Option<u64>,
    /// Bytes that have come.
    pub offset: u64,
    /// When it is forgotten, unless another part comes.
    pub expires_at: Timestamp,
    /// The job that it became.
    pub job: Option<JobId>,
}

impl Upload {
    /// Whether all announced bytes have come.
    pub fn is_whole(&self) -> bool {
        self.length == Some(self.offset)
    }

    /// Bytes that it takes of what its tenant may have under way.
    pub fn reserved(&self) -> u64 {
        if self.job.is_some() { 0 } else { self.length.unwrap_or(self.offset) }
    }

    /// Refuses a part that does not follow what has come.
    pub fn check_part(&self, offset: u64, part_len: usize) -> Result<()> {
        if self.job.is_some() {
            return Err(finished(self.id));
        }
        if part_len > MAX_PART_LEN {
            return Err(too_long(part_len as u64, MAX_PART_LEN as u64));
        }
        if offset != self.offset {
            return Err(elsewhere(self, offset));
        }
        let most = self.length.unwrap_or(MAX_UPLOAD_LEN);
        match offset.checked_add(part_len as u64) {
            Some(end) if end <= most => Ok(()),
            end => Err(too_long(end.unwrap_or(u64::MAX), most)),
        }
    }

    /// Refuses to end an upload of which something is missing.
    pub fn check_whole(&self) -> Result<()> {
        if self.is_whole() || (self.length.is_none() && self.offset > 0) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::FailedPrecondition, "the upload is not whole")
            .with_context("upload", self.id)
            .with_context("offset", self.offset)
            .with_help("send the rest from the offset on"))
    }
}

/// The error for an id that no upload of the caller has.
pub fn not_found(id: UploadId) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such upload")
        .with_context("upload", id)
        .with_help("begin another one: uploads are forgotten after a time without a part")
}

/// The error for a tenant that has as many uploads under way as it may have.
pub fn too_many() -> Error {
    Error::new(ErrorKind::RateLimited, "the tenant has as much under way in uploads as it may have")
        .with_help("finish or delete uploads, or try again when older ones have been forgotten")
}

/// The error for a part that does not begin where the upload ends.
fn elsewhere(upload: &Upload, offset: u64) -> Error {
    Error::new(ErrorKind::AlreadyExists, "the upload is at another offset")
        .with_context("upload", upload.id)
        .with_context("offset", upload.offset)
        .with_context("given", offset)
        .with_help("ask where the upload is, and send the rest from there on")
}

fn finished(id: UploadId) -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the upload has become a job").with_context("upload", id)
}

/// The error for more bytes than were announced or are allowed.
pub fn too_long(bytes: u64, limit: u64) -> Error {
    Error::new(ErrorKind::TooLarge, "the upload is too long")
        .with_context("bytes", bytes)
        .with_context("limit", limit)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn parts_follow_each_other_up_to_the_length() {
        let mut upload = Upload {
            id: UploadId::from_uuid(Uuid::from_u128(1)),
            tenant: TenantId::default(),
            created_by: "ann".to_owned(),
            payload: String::new(),
            length: Some(10),
            offset: 4,
            expires_at: Timestamp::from_millis(0),
            job: None,
        };
        let kind =
            |upload: &Upload, offset, len| upload.check_part(offset, len).map_err(|error| error.kind());
        assert_eq!(kind(&upload, 4, 6), Ok(()));
        assert_eq!(kind(&upload, 4, 7), Err(ErrorKind::TooLarge));
        assert_eq!(kind(&upload, 3, 1), Err(ErrorKind::AlreadyExists));
        assert_eq!(kind(&upload, 5, 1), Err(ErrorKind::AlreadyExists));
        assert_eq!(upload.check_whole().map_err(|error| error.kind()), Err(ErrorKind::FailedPrecondition));
        upload.offset = 10;
        assert!(upload.check_whole().is_ok() && upload.reserved() == 10);
        upload.job = Some(JobId::from_uuid(Uuid::from_u128(1)));
        assert_eq!((kind(&upload, 10, 0), upload.reserved()), (Err(ErrorKind::FailedPrecondition), 0));
    }
}
