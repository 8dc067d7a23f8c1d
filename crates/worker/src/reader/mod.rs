//! The reader role: it reads the files of exercises, for the list, for the page and for the hub. It
//! is a program of its own, so that only who opens an exercise downloads what reads Markdown and TOML.

mod convert;

use bridge::workshop::{FromReader, ToReader};
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;

use crate::scope::{post_message, report_panics, scope};

/// Starts it: each message is answered by one.
pub fn start() {
    report_panics();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        match serde_wasm_bindgen::from_value(event.data()) {
            Ok(asked) => post_message(&answer(&asked)),
            Err(why) => panic!("The page spoke oddly: {why}"),
        }
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
}

fn answer(asked: &ToReader) -> FromReader {
    match asked {
        ToReader::Cards(texts) => FromReader::Cards(texts.iter().map(convert::card).collect()),
        ToReader::Exercise(texts) => match convert::read(texts) {
            Ok(exercise) => FromReader::Exercise {
                task: borsh::to_vec(&exercise.task()).expect("memory takes it"),
                exercise: Box::new(convert::exercise(exercise)),
            },
            Err(faults) => FromReader::Faulty(faults),
        },
    }
}
