//! An HLS downloader in the arms of the audit's claims, on reqwest.
//!
//!     reqwest-arms [--body bytes|stream] [--probe none|head] [--concurrency 8] <playlist URL> <output file>
//!     reqwest-arms allocations <bytes> <count>
//!
//! Each fragment is written to its place in the file, which the lengths of those before it give: with `bytes` the whole body is
//! collected by `Response::bytes()` and written at once, with `stream` each chunk of `Response::bytes_stream()` is written as it comes.
//! The last line of standard output is JSON with what happened. `allocations` measures what allocating and freeing buffers of that size costs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::Arc;
use std::time::Instant;

use futures_util::{StreamExt, TryStreamExt};
use reqwest::{Client, Response, Url};
use tokio::sync::oneshot;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The system's allocator, counted.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        System.dealloc(pointer, layout)
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        System.alloc_zeroed(layout)
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        System.realloc(pointer, layout, size)
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Clone, Copy, PartialEq)]
enum Body {
    Bytes,
    Stream,
}

struct Arguments {
    body: Body,
    probes: bool,
    concurrency: usize,
    url: Url,
    output: String,
}

/// What is common to all fragments of a download.
struct Job {
    client: Client,
    file: File,
    body: Body,
    probes: bool,
    chunks: AtomicU64,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().map(String::as_str) == Some("allocations") {
        return measure_allocations(&arguments[1..]);
    }
    let arguments = read_arguments(arguments)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(download(arguments))
}

fn read_arguments(given: Vec<String>) -> Outcome<Arguments> {
    let (mut body, mut probes, mut concurrency, mut rest) = (Body::Bytes, false, 8, Vec::new());
    let mut given = given.into_iter();
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--body" => {
                body = match value()?.as_str() {
                    "bytes" => Body::Bytes,
                    "stream" => Body::Stream,
                    other => return Err(format!("--body is bytes or stream, not {other}").into()),
                }
            }
            "--probe" => {
                probes = match value()?.as_str() {
                    "none" => false,
                    "head" => true,
                    other => return Err(format!("--probe is none or head, not {other}").into()),
                }
            }
            "--concurrency" => concurrency = value()?.parse()?,
            _ => rest.push(argument),
        }
    }
    match <[String; 2]>::try_from(rest) {
        Ok([url, output]) => Ok(Arguments { body, probes, concurrency, url: url.parse()?, output }),
        Err(_) => Err("usage: reqwest-arms [options] <playlist URL> <output file>".into()),
    }
}

async fn download(arguments: Arguments) -> Outcome<()> {
    let Arguments { body, probes, concurrency, url, output } = arguments;
    let client = Client::builder().build()?;
    let playlist = client.get(url.clone()).send().await?.error_for_status()?.text().await?;
    let urls = fragment_urls(&playlist, &url)?;
    let count = urls.len();
    let job = Arc::new(Job { client, file: File::create(output)?, body, probes, chunks: AtomicU64::new(0) });

    // Each fragment tells the next one where it ends, as soon as its length is known.
    let (first, mut start) = oneshot::channel();
    first.send(0).map_err(|_| "nobody waits for the first place")?;
    let fragments = urls.into_iter().map(|url| {
        let (end, next) = oneshot::channel();
        let own = std::mem::replace(&mut start, next);
        fetch(Arc::clone(&job), url, own, end)
    });
    let bytes: u64 = futures_util::stream::iter(fragments)
        .map(tokio::spawn)
        .buffered(concurrency)
        .map(|joined| joined.map_err(Into::into).and_then(|fetched: Outcome<u64>| fetched))
        .try_fold(0, |sum, length| async move { Outcome::Ok(sum + length) })
        .await?;

    let (allocations, chunks) = (ALLOCATIONS.load(Relaxed), job.chunks.load(Relaxed));
    println!(
        "{{\"fragments\":{count},\"bytes\":{bytes},\"chunks\":{chunks},\"counters\":{{\"allocations\":{allocations}}}}}"
    );
    Ok(())
}

/// The fragments of a media playlist without keys, byte ranges and init segments.
fn fragment_urls(playlist: &str, base: &Url) -> Outcome<Vec<Url>> {
    for tag in ["#EXT-X-KEY", "#EXT-X-BYTERANGE", "#EXT-X-MAP", "#EXT-X-STREAM-INF"] {
        if playlist.contains(tag) {
            return Err(format!("{tag} is not supported").into());
        }
    }
    let lines = playlist.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| base.join(line).map_err(Into::into)).collect()
}

async fn fetch(job: Arc<Job>, url: Url, start: oneshot::Receiver<u64>, end: oneshot::Sender<u64>) -> Outcome<u64> {
    if job.probes {
        job.client.head(url.clone()).send().await?.error_for_status()?;
    }
    let response = job.client.get(url).send().await?.error_for_status()?;
    let length = response.content_length().ok_or("the origin tells no length")?;
    let offset = start.await?;
    // The last fragment has nobody behind it.
    let _ = end.send(offset + length);
    let written = match job.body {
        Body::Bytes => write_whole(&job, response, offset).await?,
        Body::Stream => write_chunks(&job, response, offset).await?,
    };
    if written == length {
        Ok(length)
    } else {
        Err(format!("{written} of {length} bytes came").into())
    }
}

async fn write_whole(job: &Job, response: Response, offset: u64) -> Outcome<u64> {
    let body = response.bytes().await?;
    job.chunks.fetch_add(1, Relaxed);
    job.file.write_all_at(&body, offset)?;
    Ok(body.len() as u64)
}

async fn write_chunks(job: &Job, response: Response, offset: u64) -> Outcome<u64> {
    let mut chunks = response.bytes_stream();
    let mut written = 0;
    while let Some(chunk) = chunks.try_next().await? {
        job.file.write_all_at(&chunk, offset + written)?;
        written += chunk.len() as u64;
        job.chunks.fetch_add(1, Relaxed);
    }
    Ok(written)
}

/// Allocates and frees `count` buffers of so many bytes, first untouched, then with each page written to.
fn measure_allocations(arguments: &[String]) -> Outcome<()> {
    let [bytes, count] = arguments else { return Err("usage: reqwest-arms allocations <bytes> <count>".into()) };
    let (bytes, count): (usize, u32) = (bytes.parse()?, count.parse()?);
    let mut figures = Vec::new();
    for touches in [false, true] {
        let begun = Instant::now();
        for _ in 0..count {
            let mut buffer: Vec<u8> = Vec::with_capacity(bytes);
            if touches {
                for page in buffer.spare_capacity_mut().chunks_mut(4096) {
                    page[0].write(1);
                }
            }
            std::hint::black_box(&buffer);
        }
        figures.push(begun.elapsed().as_nanos() as f64 / f64::from(count));
    }
    println!(
        "{{\"bytes\":{bytes},\"count\":{count},\"nsPerAllocation\":{:.1},\"nsPerTouchedAllocation\":{:.1}}}",
        figures[0], figures[1]
    );
    Ok(())
}
