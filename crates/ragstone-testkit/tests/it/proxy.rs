//! Every fault, and that nothing is left when the proxy is gone.

use std::io::ErrorKind;
use std::num::NonZeroU64;
use std::time::Instant;

use ragstone_testkit::proxy::{FaultProxy, Garbage, LinkFaults, ProxyCounts, ProxyFaults};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::bench::{MILLI, bed, echo, is_silent};

fn none() -> LinkFaults {
    LinkFaults::default()
}

#[expect(clippy::disallowed_methods, reason = "the time of real sockets has no clock to inject")]
fn now() -> Instant {
    Instant::now()
}

async fn settle(mut is_reached: impl FnMut() -> bool) {
    for _ in 0..500 {
        if is_reached() {
            return;
        }
        tokio::time::sleep(MILLI * 10).await;
    }
    assert!(is_reached(), "not reached within 5 s");
}

#[tokio::test]
async fn without_faults_bytes_pass_unchanged_and_are_counted() {
    let bed = bed(ProxyFaults::default()).await;
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    let mut stream = bed.connect().await;
    let (mut from, mut to) = stream.split();
    let mut answer = vec![0; bytes.len()];
    let (sent, read) = tokio::join!(to.write_all(&bytes), from.read_exact(&mut answer));
    assert!(sent.is_ok() && read.is_ok());
    assert!(answer == bytes, "the bytes changed");
    let ProxyCounts { accepted, open, to_server, to_client, .. } = bed.proxy.counts();
    assert_eq!((accepted, open, to_server, to_client), (1, 1, 300_000, 300_000));
    drop(stream);
    settle(|| bed.proxy.counts().open == 0).await;
}

#[tokio::test]
async fn an_orderly_end_reaches_the_other_side() {
    let bed = bed(ProxyFaults::default()).await;
    let mut stream = bed.connect().await;
    stream.write_all(b"last words").await.expect("sends");
    stream.shutdown().await.expect("ends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("reads to the end");
    assert_eq!(answer, "last words");
}

#[tokio::test]
async fn latency_delays_and_keeps_the_order() {
    let link = LinkFaults { latency: MILLI * 100, jitter: MILLI * 50, ..none() };
    let bed = bed(ProxyFaults::both(link)).await;
    let mut stream = bed.connect().await;
    let start = now();
    for _ in 0..3 {
        assert_eq!(echo(&mut stream, b"ping").await.expect("answers"), b"ping");
    }
    let took = start.elapsed();
    assert!((MILLI * 600..MILLI * 1500).contains(&took), "{took:?}");
    // Held back side by side: a hundred pieces take no longer than one.
    let start = now();
    let text: Vec<u8> = (0..100).collect();
    let (mut from, mut to) = stream.split();
    let send = async {
        for byte in &text {
            to.write_all(&[*byte]).await.expect("sends");
            tokio::time::sleep(MILLI).await;
        }
    };
    let mut answer = vec![0; 100];
    let ((), read) = tokio::join!(send, from.read_exact(&mut answer));
    assert!(read.is_ok() && answer == text);
    assert!(start.elapsed() < MILLI * 1000, "{:?}", start.elapsed());
}

#[tokio::test]
async fn bandwidth_is_bounded() {
    let link = LinkFaults { bytes_per_second: NonZeroU64::new(100_000), ..none() };
    let bed = bed(ProxyFaults::responses(link)).await;
    let mut stream = bed.connect().await;
    let start = now();
    assert_eq!(echo(&mut stream, &vec![7; 50_000]).await.expect("answers").len(), 50_000);
    let took = start.elapsed();
    assert!((MILLI * 450..MILLI * 2000).contains(&took), "{took:?}");
}

#[tokio::test]
async fn slices_arrive_in_pieces() {
    let link = LinkFaults { slice: NonZeroU64::new(10), latency: MILLI, ..none() };
    let bed = bed(ProxyFaults::responses(link)).await;
    let mut stream = bed.connect().await;
    assert_eq!(echo(&mut stream, &[7; 1000]).await.expect("answers"), [7; 1000]);
}

#[tokio::test]
async fn a_black_hole_accepts_and_swallows_and_resets_when_it_ends() {
    let bed = bed(ProxyFaults::default()).await;
    let mut stream = bed.connect().await;
    assert!(echo(&mut stream, b"before").await.is_ok());
    bed.proxy.set(ProxyFaults::blackhole());
    let mut late = bed.connect().await;
    stream.write_all(b"into the dark").await.expect("is accepted");
    late.write_all(b"too").await.expect("is accepted");
    assert!(is_silent(&mut stream, MILLI * 200).await);
    assert!(is_silent(&mut late, MILLI * 50).await);
    assert_eq!(bed.proxy.counts().swallowed, 16);
    bed.proxy.clear();
    let ended = stream.read(&mut [0; 8]).await.map_err(|error| error.kind());
    assert_eq!(ended, Err(ErrorKind::ConnectionReset));
    assert!(echo(&mut bed.connect().await, b"after").await.is_ok());
}

#[tokio::test]
async fn a_black_hole_swallows_the_end_of_a_stream_too() {
    let bed = bed(ProxyFaults::blackhole()).await;
    let mut stream = bed.connect().await;
    stream.write_all(b"bye").await.expect("is accepted");
    stream.shutdown().await.expect("ends");
    assert!(is_silent(&mut stream, MILLI * 200).await);
    assert_eq!(bed.proxy.counts().open, 1);
}

#[tokio::test]
async fn a_stall_holds_bytes_back_until_it_ends() {
    let bed = bed(ProxyFaults::stall()).await;
    let mut stream = bed.connect().await;
    stream.write_all(b"patience").await.expect("is accepted");
    assert!(is_silent(&mut stream, MILLI * 200).await);
    bed.proxy.clear();
    let mut answer = [0; 8];
    stream.read_exact(&mut answer).await.expect("arrives");
    assert_eq!(&answer, b"patience");
}

#[tokio::test]
async fn a_refusing_port_refuses_and_comes_back_as_the_same() {
    let bed = bed(ProxyFaults::default()).await;
    let mut running = bed.connect().await;
    // Once it answers it has been accepted; before, it would wait at the port and be reset with it.
    assert!(echo(&mut running, b"accepted").await.is_ok());
    for _ in 0..3 {
        bed.proxy.set(ProxyFaults::refusal());
        let mut refused = Ok(());
        for _ in 0..100 {
            refused = TcpStream::connect(bed.proxy.address()).await.map(drop).map_err(|error| error.kind());
            // A connection that waits to be accepted while the port closes is reset instead.
            if refused == Err(ErrorKind::ConnectionRefused) {
                break;
            }
            tokio::time::sleep(MILLI * 5).await;
        }
        assert_eq!(refused, Err(ErrorKind::ConnectionRefused));
        assert!(echo(&mut running, b"still here").await.is_ok(), "running connections stay");
        bed.proxy.clear();
        let mut again = TcpStream::connect(bed.proxy.address()).await;
        for _ in 0..100 {
            if again.is_ok() {
                break;
            }
            tokio::time::sleep(MILLI * 5).await;
            again = TcpStream::connect(bed.proxy.address()).await;
        }
        assert!(echo(&mut again.expect("listens again"), b"back").await.is_ok());
    }
}

#[tokio::test]
async fn a_reset_comes_after_exactly_the_bytes_it_names() {
    let bed = bed(ProxyFaults::responses(LinkFaults { reset_after: Some(1000), ..none() })).await;
    let mut stream = bed.connect().await;
    stream.write_all(&[7; 5000]).await.expect("sends");
    let mut answer = Vec::new();
    let ended = loop {
        let mut buffer = [0; 512];
        match stream.read(&mut buffer).await {
            Ok(0) => break Ok(()),
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) => break Err(error.kind()),
        }
    };
    assert_eq!(ended, Err(ErrorKind::ConnectionReset));
    // A reset discards what the receiver has not read yet, so fewer may arrive, but never more.
    assert!(answer.len() <= 1000, "{}", answer.len());
    assert_eq!(bed.proxy.counts().to_client, 1000);
    settle(|| bed.proxy.counts().reset == 1 && bed.proxy.counts().open == 0).await;
}

#[tokio::test]
async fn a_half_closed_response_leaves_requests_open() {
    let bed = bed(ProxyFaults::responses(LinkFaults { close_after: Some(4), ..none() })).await;
    let mut stream = bed.connect().await;
    stream.write_all(b"halfway").await.expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("ends in order");
    assert_eq!(answer, "half");
    let before = bed.proxy.counts().to_server;
    stream.write_all(b"more").await.expect("requests still pass");
    settle(|| bed.proxy.counts().to_server == before + 4).await;
    assert_eq!(bed.proxy.counts().open, 1);
}

#[tokio::test]
async fn a_half_closed_request_still_gets_its_response() {
    let bed = bed(ProxyFaults::requests(LinkFaults { close_after: Some(4), ..none() })).await;
    let mut stream = bed.connect().await;
    stream.write_all(b"halfway").await.expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("ends in order");
    assert_eq!(answer, "half");
}

#[tokio::test]
async fn garbage_stands_where_it_was_put() {
    let garbage = Garbage { after: 3, length: 16 };
    let bed = bed(ProxyFaults::responses(LinkFaults { garbage: Some(garbage), ..none() })).await;
    let mut stream = bed.connect().await;
    stream.write_all(b"abcdef").await.expect("sends");
    let mut answer = [0; 22];
    stream.read_exact(&mut answer).await.expect("arrives");
    assert_eq!((&answer[..3], &answer[19..]), (&b"abc"[..], &b"def"[..]));
    assert!(answer[3..19].iter().any(|byte| *byte != 0));
}

/// Which of a hundred connections the proxy drops.
async fn dropped(seed: u64, permille: u16) -> Vec<bool> {
    let bed = bed(ProxyFaults::default()).await;
    let proxy = FaultProxy::start(bed.server, seed).await.expect("starts");
    proxy.set(ProxyFaults { drop_permille: permille, ..ProxyFaults::default() });
    let mut dropped = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(proxy.address()).await.expect("connects");
        dropped.push(echo(&mut stream, b"?").await.is_err());
    }
    let count = dropped.iter().filter(|is_dropped| **is_dropped).count();
    assert_eq!(proxy.counts().dropped, u64::try_from(count).expect("few"));
    dropped
}

#[tokio::test]
async fn a_share_of_connections_is_dropped_and_the_seed_says_which() {
    let first = dropped(3, 300).await;
    assert_eq!(first, dropped(3, 300).await);
    assert_ne!(first, dropped(4, 300).await);
    let count = first.iter().filter(|is_dropped| **is_dropped).count();
    assert!((15..45).contains(&count), "{count}");
    assert!(dropped(3, 1000).await.iter().all(|is_dropped| *is_dropped));
}

#[tokio::test]
async fn faults_switch_on_a_running_connection() {
    let bed = bed(ProxyFaults::default()).await;
    let mut stream = bed.connect().await;
    assert!(echo(&mut stream, b"fast").await.is_ok());
    bed.proxy.set(ProxyFaults::slowness(MILLI * 150));
    let start = now();
    assert!(echo(&mut stream, b"slow").await.is_ok());
    assert!(start.elapsed() >= MILLI * 300, "{:?}", start.elapsed());
    bed.proxy.clear();
    let start = now();
    assert!(echo(&mut stream, b"fast").await.is_ok());
    assert!(start.elapsed() < MILLI * 150, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_cut_resets_every_connection_and_no_later_one() {
    let bed = bed(ProxyFaults::default()).await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        let mut stream = bed.connect().await;
        assert!(echo(&mut stream, b"hello").await.is_ok());
        streams.push(stream);
    }
    bed.proxy.cut();
    for stream in &mut streams {
        let ended = stream.read(&mut [0; 8]).await.map_err(|error| error.kind());
        assert_eq!(ended, Err(ErrorKind::ConnectionReset));
    }
    assert!(echo(&mut bed.connect().await, b"again").await.is_ok());
}

#[tokio::test]
async fn a_server_that_is_gone_resets_and_a_new_one_is_found() {
    let bed = bed(ProxyFaults::default()).await;
    let gone = TcpListener::bind(("127.0.0.1", 0)).await.expect("binds");
    let address = gone.local_addr().expect("bound");
    drop(gone);
    bed.proxy.redirect(address);
    assert!(echo(&mut bed.connect().await, b"anyone?").await.is_err());
    bed.proxy.redirect(bed.server);
    assert!(echo(&mut bed.connect().await, b"someone").await.is_ok());
}

/// A receiver that never reads does not keep the proxy from ending its connection.
#[tokio::test]
async fn a_full_path_can_still_be_cut() {
    let bed = bed(ProxyFaults::default()).await;
    let mut stream = bed.connect().await;
    let flood = async {
        let zeros = vec![0; 65_536];
        loop {
            if let Err(error) = stream.write_all(&zeros).await {
                return error.kind();
            }
        }
    };
    let cut = async {
        tokio::time::sleep(MILLI * 300).await;
        bed.proxy.cut();
    };
    let (ended, ()) = timeout(MILLI * 5000, async { tokio::join!(flood, cut) }).await.expect("ends");
    assert!(matches!(ended, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{ended:?}");
}

#[tokio::test]
async fn everything_ends_with_the_proxy() {
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let bed = bed(ProxyFaults::blackhole()).await;
    let address = bed.proxy.address();
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = bed.connect().await;
        stream.write_all(b"held").await.expect("is accepted");
        streams.push(stream);
    }
    settle(|| bed.proxy.counts().swallowed == 80).await;
    drop(bed);
    for stream in &mut streams {
        let ended = timeout(MILLI * 2000, stream.read(&mut [0; 8])).await.expect("ends");
        assert!(matches!(ended, Ok(0) | Err(_)));
    }
    settle(|| tokio::runtime::Handle::current().metrics().num_alive_tasks() == before).await;
    assert!(TcpStream::connect(address).await.is_err(), "the port is free");
}

#[tokio::test]
async fn stopping_waits_for_the_end() {
    let bed = bed(ProxyFaults::default()).await;
    let mut stream = bed.connect().await;
    assert!(echo(&mut stream, b"hello").await.is_ok());
    let address = bed.proxy.address();
    bed.proxy.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}
