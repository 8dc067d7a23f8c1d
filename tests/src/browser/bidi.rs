//! WebDriver BiDi over a WebSocket: questions and answers as JSON, and what is told between them.

use std::cell::{Cell, RefCell};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tungstenite::{Message, WebSocket};

use super::Result;

/// How long the browser may take for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// The conversation with a browser.
pub struct Bidi {
    socket: RefCell<WebSocket<TcpStream>>,
    calls: Cell<u64>,
    errors: RefCell<Vec<String>>,
    requests: RefCell<Vec<String>>,
}

impl Bidi {
    /// Calls whoever listens at this address.
    pub fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).map_err(|why| why.to_string())?;
        stream.set_read_timeout(Some(ANSWER_WITHIN)).map_err(|why| why.to_string())?;
        let url = format!("ws://{address}/session");
        let (socket, _) = tungstenite::client(url, stream).map_err(|why| why.to_string())?;
        Ok(Self {
            socket: RefCell::new(socket),
            calls: Cell::new(0),
            errors: RefCell::default(),
            requests: RefCell::default(),
        })
    }

    /// Any command of the protocol.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        let id = self.calls.get() + 1;
        self.calls.set(id);
        let text = json!({ "id": id, "method": method, "params": params }).to_string();
        let mut socket = self.socket.borrow_mut();
        socket.send(Message::text(text)).map_err(|why| format!("{method}: {why}"))?;
        loop {
            let message = socket.read().map_err(|why| format!("{method}: {why}"))?;
            let Message::Text(text) = message else { continue };
            let mut said: Value = serde_json::from_str(&text).map_err(|why| why.to_string())?;
            if said["id"] != id {
                self.take(&said);
            } else if said["type"] == "error" {
                return Err(format!("{method}: {}", said["message"]));
            } else {
                return Ok(said["result"].take());
            }
        }
    }

    /// Takes note of what is told without a question.
    fn take(&self, told: &Value) {
        let params = &told["params"];
        let url = &params["request"]["url"];
        match told["method"].as_str() {
            Some("log.entryAdded") if params["level"] == "error" => self.complain(&params["text"]),
            Some("network.beforeRequestSent") => {
                self.requests.borrow_mut().push(url.as_str().unwrap_or_default().to_owned());
            }
            Some("network.responseCompleted")
                if params["response"]["status"].as_u64().is_some_and(|status| status >= 400) =>
            {
                self.complain(&format!("{}: {url}", params["response"]["status"]));
            }
            Some("network.fetchError") => {
                self.complain(&format!("failed: {url}: {}", params["errorText"]));
            }
            _ => {}
        }
    }

    fn complain(&self, of: &impl ToString) {
        self.errors.borrow_mut().push(of.to_string());
    }

    /// Forgets the errors so far.
    pub fn forget_errors(&self) {
        let _ = self.errors();
        self.errors.borrow_mut().clear();
    }

    /// Every error so far.
    pub fn errors(&self) -> Vec<String> {
        // What was told before this answer has been read then.
        if let Err(why) = self.call("session.status", json!({})) {
            self.complain(&why);
        }
        self.errors.borrow().clone()
    }

    /// Every URL asked for so far.
    pub fn requests(&self) -> Vec<String> {
        let _ = self.call("session.status", json!({}));
        self.requests.borrow().clone()
    }
}

/// A value in the protocol's notation, as plain JSON; what JSON can not hold becomes an empty object.
pub fn plain(value: &Value) -> Value {
    let list = || value["value"].as_array().into_iter().flatten();
    match value["type"].as_str() {
        Some("string" | "boolean") => value["value"].clone(),
        Some("number") if value["value"].is_number() => value["value"].clone(),
        Some("undefined" | "null" | "number") => Value::Null,
        Some("array") => list().map(plain).collect(),
        Some("object") => {
            let field = |it: &Value| Some((it[0].as_str()?.to_owned(), plain(&it[1])));
            Value::Object(list().filter_map(field).collect::<Map<_, _>>())
        }
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lose_the_notation_of_the_protocol() {
        let number = |it: Value| json!({ "type": "number", "value": it });
        let list = json!({ "type": "array", "value": [number(json!(1.5)), number(json!("NaN"))] });
        let value = json!({ "type": "object", "value": [
            ["list", list],
            ["none", { "type": "undefined" }],
            ["text", { "type": "string", "value": "it" }],
            ["node", { "type": "node", "value": { "nodeType": 1 } }],
        ] });
        let expected = json!({ "list": [1.5, null], "none": null, "text": "it", "node": {} });
        assert_eq!(plain(&value), expected);
    }
}
