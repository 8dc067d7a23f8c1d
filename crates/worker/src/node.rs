//! The node role: one engine node, which does what the hub hands it.

use engine::Node;
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;

use crate::scope;
use crate::wire::{FromNode, ToNode};

/// Takes messages from here on.
pub(crate) fn start() {
    let mut node = None;
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = js_sys::Uint8Array::new(&event.data()).to_vec();
        let message = borsh::from_slice(&bytes).expect("the hub speaks our language");
        if let Some(answer) = answer(&mut node, message) {
            post(&answer);
        }
    });
    scope::scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    post(&FromNode::Ready);
}

fn post(message: &FromNode) {
    scope::post_bytes(&borsh::to_vec(message).expect("writing to memory does not fail"));
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
