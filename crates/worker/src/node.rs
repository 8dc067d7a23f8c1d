//! The node role: one engine node, which does what the hub hands it.

use engine::Node;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort};

use crate::scope;
use crate::wire::{FromNode, ToNode};

/// Takes messages from here on.
pub(crate) fn start() {
    let port = scope::port();
    let answers = port.clone();
    let mut node = None;
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        let message = borsh::from_slice(&bytes).expect("the hub speaks our language");
        if let Some(answer) = answer(&mut node, message) {
            post(&answers, &answer);
        }
    });
    // This opens the port: what came before waits in it.
    port.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    post(&port, &FromNode::Ready);
}

fn post(port: &MessagePort, message: &FromNode) {
    let bytes = borsh::to_vec(message).expect("writing to memory does not fail");
    let buffer = Uint8Array::new_from_slice(&bytes).buffer();
    let moved = Array::of1(&buffer);
    port.post_message_with_transferable(&buffer, &moved).expect("a fresh buffer can be posted");
}

fn answer(node: &mut Option<Node>, message: ToNode) -> Option<FromNode> {
    match message {
        ToNode::Work { start, from, inputs, until } => {
            if let Some((at, start)) = start {
                *node = Some(Node::boot(at, start));
            }
            let node = node.as_mut().expect("work is for running nodes");
            let outputs = node.run(from, until, inputs);
            Some(FromNode::Done { outputs, deadline: node.deadline() })
        }
        ToNode::Restore(bytes) => {
            *node = Some(Node::restore(&bytes).expect("the hub runs the same engine"));
            None
        }
        ToNode::Snapshot => {
            let node = node.take().expect("only a running node is taken over");
            Some(FromNode::Snapshot(node.snapshot()))
        }
        ToNode::Copy => {
            let node = node.as_ref().expect("only a running node is copied");
            Some(FromNode::Snapshot(node.snapshot()))
        }
        ToNode::Look => {
            let node = node.as_ref().expect("only a running node is looked at");
            Some(FromNode::View(Box::new(node.view())))
        }
    }
}
