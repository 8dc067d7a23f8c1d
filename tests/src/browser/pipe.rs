//! The DevTools protocol over a pipe: JSON messages, each followed by a zero byte.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::Result;

/// How long the browser may take for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// Something that the browser tells without being asked.
#[derive(Debug, Clone)]
pub struct Told {
    /// The session (a page, a worker) that it is about; empty for the browser itself.
    pub session: String,
    /// `Domain.event`
    pub method: String,
    /// What it carries.
    pub params: Value,
}

/// Both ends of the conversation.
#[derive(Clone)]
pub struct Pipe(Arc<Inner>);

struct Inner {
    out: Mutex<ChildStdin>,
    next_id: AtomicU64,
    waiting: Mutex<HashMap<u64, Sender<Value>>>,
}

impl Pipe {
    /// Starts listening; `told` is called, on a thread of its own, for whatever is told.
    pub fn new(
        out: ChildStdin,
        input: ChildStdout,
        told: impl Fn(&Pipe, Told) + Send + 'static,
    ) -> Self {
        let inner =
            Inner { out: Mutex::new(out), next_id: AtomicU64::new(1), waiting: Mutex::default() };
        let pipe = Self(Arc::new(inner));
        let listening = pipe.clone();
        thread::spawn(move || listening.listen(input, told));
        pipe
    }

    /// Asks for something and waits for the answer.
    ///
    /// # Errors
    /// What the browser says against it, or that it says nothing.
    pub fn call(&self, session: &str, method: &str, params: Value) -> Result<Value> {
        let (sender, receiver) = channel();
        let id = self.send(session, method, params, Some(sender))?;
        let answer = receiver.recv_timeout(ANSWER_WITHIN);
        self.0.waiting.lock().expect("no thread panics").remove(&id);
        let mut answer = answer.map_err(|why| format!("{method}: no answer ({why})"))?;
        match answer.get("error") {
            Some(error) => Err(format!("{method}: {error}")),
            None => Ok(answer["result"].take()),
        }
    }

    /// Asks for something whose answer nobody waits for.
    pub fn tell(&self, session: &str, method: &str, params: Value) {
        // When the browser is gone there is nobody left to tell.
        let _ = self.send(session, method, params, None);
    }

    fn send(
        &self,
        session: &str,
        method: &str,
        params: Value,
        answer: Option<Sender<Value>>,
    ) -> Result<u64> {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed);
        if let Some(answer) = answer {
            self.0.waiting.lock().expect("no thread panics").insert(id, answer);
        }
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        let mut out = self.0.out.lock().expect("no thread panics");
        out.write_all(&bytes)
            .and_then(|()| out.flush())
            .map_err(|why| format!("{method}: {why}"))?;
        Ok(id)
    }

    fn listen(&self, input: ChildStdout, told: impl Fn(&Pipe, Told)) {
        for message in BufReader::new(input).split(0) {
            let Ok(message) = message else { break };
            let Ok(mut message) = serde_json::from_slice::<Value>(&message) else { continue };
            if let Some(id) = message["id"].as_u64() {
                let waiting = self.0.waiting.lock().expect("no thread panics").remove(&id);
                if let Some(waiting) = waiting {
                    // Whoever asked may have given up.
                    let _ = waiting.send(message);
                }
            } else {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let (session, method) = (text(&message["sessionId"]), text(&message["method"]));
                told(self, Told { session, method, params: message["params"].take() });
            }
        }
    }
}
