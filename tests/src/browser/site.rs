//! The built site, served as any static host would, from a folder that is not the root.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use super::Result;

/// Where the site is mounted.
const MOUNT: &str = "/some/sub/path/";

/// Serves `dist/` on a port of this machine for as long as the program runs.
#[derive(Debug, Clone)]
pub struct Site {
    address: SocketAddr,
    served: Arc<Mutex<Served>>,
}

/// What can be done to a site while it is served.
#[derive(Debug, Default)]
struct Served {
    /// Whoever calls is hung up on.
    down: bool,
    /// Files that are not those of the build.
    changed: BTreeMap<String, Vec<u8>>,
    /// Answers so far.
    answers: usize,
}

impl Site {
    /// Serves what `cargo xtask dist` built.
    ///
    /// # Errors
    /// When it was not built, or no port is free.
    pub fn serve() -> Result<Self> {
        let dist = dist();
        if !dist.join("index.html").is_file() {
            return Err("there is no dist/index.html: run `cargo xtask dist`".to_owned());
        }
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|why| why.to_string())?;
        let address = listener.local_addr().map_err(|why| why.to_string())?;
        let served = Arc::new(Mutex::new(Served::default()));
        let serving = Arc::clone(&served);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (dist, served) = (dist.clone(), Arc::clone(&serving));
                thread::spawn(move || answer(&stream, &dist, &served));
            }
        });
        Ok(Self { address, served })
    }

    /// From here on whoever calls is hung up on, or answered again.
    pub fn set_down(&self, down: bool) {
        self.served().down = down;
    }

    /// Serves this in the place of a file of the build.
    pub fn change(&self, name: &str, body: Vec<u8>) {
        self.served().changed.insert(name.to_owned(), body);
    }

    /// How many requests were answered so far.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.served().answers
    }

    fn served(&self) -> MutexGuard<'_, Served> {
        self.served.lock().expect("no thread panics")
    }

    /// The page's URL, with what comes behind it (`#seed=7`).
    #[must_use]
    pub fn url(&self, rest: &str) -> String {
        format!("http://{}{MOUNT}{rest}", self.address)
    }
}

/// Where the site is built.
#[must_use]
pub fn dist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist")
}

fn answer(stream: &TcpStream, dist: &Path, served: &Mutex<Served>) {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    // A browser that hangs up early is no error of ours.
    if reader.read_line(&mut request).is_err() {
        return;
    }
    loop {
        let mut header = String::new();
        match reader.read_line(&mut header) {
            Ok(0) | Err(_) => return,
            Ok(_) if header.trim().is_empty() => break,
            Ok(_) => {}
        }
    }
    let target = request.split_whitespace().nth(1).unwrap_or_default();
    let changed = {
        let mut served = served.lock().expect("no thread panics");
        if served.down {
            return;
        }
        served.answers += 1;
        served.changed.clone()
    };
    let (status, kind, body) = match file(target, dist, &changed) {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

fn file(
    target: &str,
    dist: &Path,
    changed: &BTreeMap<String, Vec<u8>>,
) -> Option<(&'static str, Vec<u8>)> {
    let path = target.split(['?', '#']).next()?.strip_prefix(MOUNT)?;
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let body = match changed.get(path.to_str()?) {
        Some(body) => body.clone(),
        None => fs::read(dist.join(path)).ok()?,
    };
    Some((kind(path), body))
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("json" | "webmanifest") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
