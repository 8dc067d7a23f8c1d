//! What Chromium told of its page and workers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Worker;
use super::pipe::{Pipe, Told};

/// What was seen of a browser since it started.
#[derive(Default)]
pub struct Seen {
    /// Live workers, nested ones included, in the order of their start.
    pub workers: Vec<Worker>,
    /// Errors on any console, exceptions, failed requests.
    pub errors: Vec<String>,
    /// The URLs of what was fetched, by request.
    requests: BTreeMap<String, String>,
}

impl Seen {
    /// Takes note of what the browser tells.
    pub fn take(&mut self, pipe: &Pipe, told: Told) {
        let Told { session, method, params } = told;
        match method.as_str() {
            "Target.attachedToTarget" => self.attached(pipe, &params),
            "Target.detachedFromTarget" => {
                self.workers.retain(|worker| params["sessionId"] != worker.session);
            }
            "Runtime.consoleAPICalled" if params["type"] == "error" => {
                self.errors.push(format!("console: {}", arguments(&params["args"])));
            }
            "Runtime.exceptionThrown" => {
                self.errors.push(format!("exception: {}", params["exceptionDetails"]));
            }
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                let entry = &params["entry"];
                self.errors.push(format!("log: {} {}", entry["text"], entry["url"]));
            }
            "Network.requestWillBeSent" => {
                let url = text(&params["request"]["url"]);
                self.requests.insert(key(&session, &params), url);
            }
            "Network.responseReceived" => {
                let response = &params["response"];
                if response["status"].as_u64().is_some_and(|status| status >= 400) {
                    self.errors.push(format!("{}: {}", response["status"], response["url"]));
                }
            }
            "Network.loadingFailed" => {
                let asked = self.requests.get(&key(&session, &params));
                let url = asked.map_or("?", String::as_str);
                self.errors.push(format!("failed: {url}: {}", params["errorText"]));
            }
            _ => {}
        }
    }

    /// Every URL asked for so far.
    pub fn urls(&self) -> Vec<String> {
        self.requests.values().cloned().collect()
    }

    fn attached(&mut self, pipe: &Pipe, params: &Value) {
        let session = text(&params["sessionId"]);
        let target = &params["targetInfo"];
        if target["type"] == "worker" {
            let url = text(&target["url"]);
            self.workers.push(Worker { session: session.clone(), url });
            watch(pipe, &session);
        }
        // Service workers stop at their start, too.
        pipe.tell(&session, "Runtime.runIfWaitingForDebugger", json!({}));
    }
}

/// Asks to be told about a session's console, requests and workers.
pub fn watch(pipe: &Pipe, session: &str) {
    for domain in ["Runtime.enable", "Log.enable", "Network.enable"] {
        pipe.tell(session, domain, json!({}));
    }
    // Stopped at the start, so that nothing is missed.
    let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
    pipe.tell(session, "Target.setAutoAttach", attach);
}

fn key(session: &str, params: &Value) -> String {
    format!("{session}/{}", params["requestId"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn arguments(args: &Value) -> String {
    let args = args.as_array().into_iter().flatten();
    let words = args.map(|arg| arg.get("value").unwrap_or(&arg["description"]).to_string());
    words.collect::<Vec<_>>().join(" ")
}
