//! Fan-out over publish and subscribe, with a connection of its own for each subscription.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use deadpool_redis::redis::aio::{PubSub, PubSubSink};
use deadpool_redis::redis::{Msg, RedisResult, Value, cmd};
use futures::StreamExt as _;
use ragstone_core::invalidation::{Invalidation, InvalidationSource, Subscription, Topic, check_payload};
use ragstone_core::port::Invalidations;
use ragstone_core::{CallContext, Result};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::config::RedisTimeouts;
use crate::error::{closed, from_redis, too_late};
use crate::store::{RedisStore, Shared};

/// Items that wait for a slow listener; beyond them it hears a gap.
const MOST_WAITING: usize = 1024;
/// First and longest pause between two attempts to connect again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

impl Invalidations for RedisStore {
    async fn publish(&self, _ctx: &CallContext, topic: Topic, payload: &[u8]) -> Result<()> {
        check_payload(payload)?;
        let channel = self.shared.name("topic", topic);
        self.shared.command(cmd("PUBLISH").arg(channel).arg(payload)).await
    }

    async fn subscribe(&self, _ctx: &CallContext, topic: Topic) -> Result<Subscription> {
        if self.shared.stop.is_cancelled() {
            return Err(closed());
        }
        let channel = self.shared.name("topic", topic);
        let link = connect(&self.shared, &channel).await?;
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        let listener = Listener {
            // Weak, so that a forgotten subscription does not keep the store open.
            shared: Arc::downgrade(&self.shared),
            stop: self.shared.stop.clone(),
            timeouts: self.shared.timeouts,
            channel,
            sender,
            has_gap: false,
        };
        #[expect(clippy::disallowed_methods, reason = "the subscription owns the task and ends it")]
        let task = AbortOnDropHandle::new(tokio::spawn(listener.run(link)));
        Ok(Subscription::new(Listening { receiver, _task: task }))
    }
}

/// Opens a connection that hears a channel.
async fn connect(shared: &Shared, channel: &str) -> Result<PubSub> {
    let RedisTimeouts { connect, answer, .. } = shared.timeouts;
    let subscribed = async {
        let mut link = Box::pin(shared.connector().pubsub()).await?;
        link.subscribe(channel).await?;
        RedisResult::Ok(link)
    };
    match timeout(connect + answer, subscribed).await {
        Ok(link) => link.map_err(from_redis),
        Err(_) => Err(too_late()),
    }
}

/// The receiving end of a subscription.
struct Listening {
    receiver: mpsc::Receiver<Invalidation>,
    _task: AbortOnDropHandle<()>,
}

impl InvalidationSource for Listening {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Invalidation>> {
        self.receiver.poll_recv(cx)
    }
}

/// The task behind a subscription: hands on what it hears and connects again for as long as it takes.
struct Listener {
    shared: std::sync::Weak<Shared>,
    stop: CancellationToken,
    timeouts: RedisTimeouts,
    channel: String,
    sender: mpsc::Sender<Invalidation>,
    /// Whether the listener has yet to hear that something was lost.
    has_gap: bool,
}

impl Listener {
    async fn run(mut self, first: PubSub) {
        let stop = self.stop.clone();
        let mut link = Some(first);
        while let Some(current) = link {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.listen(current) => {}
            }
            tracing::info!(channel = %self.channel, "a subscription to redis was interrupted");
            link = tokio::select! {
                () = stop.cancelled() => None,
                link = self.connect_again() => link,
            };
            self.has_gap = true;
        }
    }

    /// Hands on what is heard until the connection ends.
    async fn listen(&mut self, link: PubSub) {
        let (sink, mut messages) = link.split();
        let heartbeat = heartbeat(sink, self.timeouts);
        tokio::pin!(heartbeat);
        loop {
            tokio::select! {
                () = &mut heartbeat => return,
                message = messages.next() => match message {
                    Some(message) => self.offer(&message),
                    None => return,
                },
                // An end without a listener is noticed where the task is owned.
                _ = self.sender.send(Invalidation::Gap), if self.has_gap => self.has_gap = false,
            }
        }
    }

    /// Hands a message on unless the listener is too slow; it then hears a gap as soon as it listens.
    fn offer(&mut self, message: &Msg) {
        if self.has_gap {
            self.has_gap = self.sender.try_send(Invalidation::Gap).is_err();
        }
        if !self.has_gap {
            let payload = Invalidation::Message(message.get_payload_bytes().into());
            self.has_gap = self.sender.try_send(payload).is_err();
        }
    }

    /// Tries until it works; `None` when the store is gone.
    async fn connect_again(&self) -> Option<PubSub> {
        let (mut pause, longest) = PAUSES;
        loop {
            let shared = self.shared.upgrade()?;
            match connect(&shared, &self.channel).await {
                Ok(link) => return Some(link),
                Err(error) => tracing::debug!(channel = %self.channel, %error, "redis cannot be heard yet"),
            }
            drop(shared);
            sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }
}

/// Asks for signs of life; ends when one does not come.
async fn heartbeat(mut sink: PubSubSink, timeouts: RedisTimeouts) {
    loop {
        sleep(timeouts.heartbeat).await;
        match timeout(timeouts.answer, sink.ping::<Value>()).await {
            Ok(Ok(_)) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
}
