//! Bodies that are taken as they come, in parts of bounded size.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt as _;
use ragstone_api::json;
use ragstone_core::{Error, ErrorKind, Result};

use super::body::check_encoding;
use crate::failure::Failure;

/// Bytes of a part: what of a body is held at a time.
pub(crate) const PART: usize = 1 << 20;

/// A body that is not yet read.
pub(crate) struct StreamedBody(pub(crate) Body);

impl<S: Send + Sync> FromRequest<S> for StreamedBody {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        check_encoding(request.headers())?;
        Ok(Self(request.into_body()))
    }
}

/// The parts of a body; each but the last one has [`PART`] bytes.
pub(crate) struct Parts {
    body: Body,
    held: Vec<u8>,
    /// Why there is no more to come.
    end: Option<Result<()>>,
    patience: Duration,
    left: u64,
}

impl Parts {
    /// Takes at most `most` bytes, and waits at most `patience` for the next ones.
    pub(crate) fn of(body: Body, most: u64, patience: Duration) -> Self {
        Self { body, held: Vec::new(), end: None, patience, left: most }
    }

    /// The next part. What came before a failure is a part of its own, and the failure follows it.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        while self.end.is_none() && self.held.len() < PART {
            match self.bytes().await {
                Ok(Some(bytes)) => self.held.extend_from_slice(&bytes),
                Ok(None) => self.end = Some(Ok(())),
                Err(error) => self.end = Some(Err(error)),
            }
        }
        if self.held.len() > PART {
            let rest = self.held.split_off(PART);
            return Ok(Some(std::mem::replace(&mut self.held, rest)));
        }
        if !self.held.is_empty() {
            return Ok(Some(std::mem::take(&mut self.held)));
        }
        self.end.take().unwrap_or(Ok(())).map(|()| None)
    }

    /// Whether the whole body was taken.
    pub(crate) fn is_over(&self) -> bool {
        self.held.is_empty() && matches!(self.end, Some(Ok(())))
    }

    async fn bytes(&mut self) -> Result<Option<Bytes>> {
        loop {
            let frame = tokio::time::timeout(self.patience, self.body.frame()).await.map_err(|_| {
                Error::new(ErrorKind::DeadlineExceeded, "nothing more of the body came in time")
            })?;
            let Some(frame) = frame else { return Ok(None) };
            let frame = frame.map_err(|error| {
                Error::invalid(json::BODY, "could not be read to its end").with_source(error)
            })?;
            // Trailers say nothing of the content.
            let Ok(bytes) = frame.into_data() else { continue };
            let left = self.left.checked_sub(bytes.len() as u64);
            self.left = left.ok_or_else(|| {
                Error::new(ErrorKind::TooLarge, "the body is longer than this path accepts")
            })?;
            return Ok(Some(bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lengths(body: Body, most: u64) -> (Vec<usize>, Option<ErrorKind>) {
        let (mut parts, mut lengths) = (Parts::of(body, most, Duration::from_secs(1)), Vec::new());
        loop {
            match parts.next().await {
                Ok(Some(part)) => lengths.push(part.len()),
                Ok(None) => return (lengths, None),
                Err(error) => return (lengths, Some(error.kind())),
            }
        }
    }

    #[tokio::test]
    async fn bodies_are_cut_into_parts_of_one_size() {
        assert_eq!(lengths(Body::empty(), 9).await, (vec![], None));
        assert_eq!(lengths(Body::from("abc"), 9).await, (vec![3], None));
        let body = Body::from(vec![0; 2 * PART + 1]);
        assert_eq!(lengths(body, 9 << 20).await, (vec![PART, PART, 1], None));
        let long = Body::from(vec![0; PART + 1]);
        assert_eq!(lengths(long, PART as u64).await, (vec![], Some(ErrorKind::TooLarge)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_before_a_failure_is_a_part() {
        let frames = futures::stream::iter(["ab", "cd"]).map(Ok::<_, std::io::Error>);
        let stalled = Body::from_stream(frames.chain(futures::stream::pending()));
        assert_eq!(lengths(stalled, 9).await, (vec![4], Some(ErrorKind::DeadlineExceeded)));
        let frames = futures::stream::iter([Ok("ab"), Err(std::io::Error::other("gone"))]);
        assert_eq!(lengths(Body::from_stream(frames), 9).await, (vec![2], Some(ErrorKind::InvalidArgument)));
    }

    use futures::StreamExt as _;
}
