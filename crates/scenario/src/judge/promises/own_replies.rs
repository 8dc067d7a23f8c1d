//! No client gets a reply to another's command, nor one of its own commands that to another: in
//! pipelines, over redirects, while held by a pause or by WAIT, and around a server's end.
//!
//! Every request has a token, a key or a form that its reply must show (see `clients::fits`).

use super::{Promise, Seen};
use crate::judge::clients::Shared;

#[derive(Debug)]
pub(super) struct OwnReplies(pub(super) Shared);

impl Promise for OwnReplies {
    fn text(&self) -> &'static str {
        "no client gets a reply to another's command"
    }

    fn look(&mut self, _: &[Seen]) -> Result<(), String> {
        self.0.borrow().misdelivered.first().map_or(Ok(()), |what| Err(what.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_to_something_else_breaks_it() {
        let journal = Shared::default();
        let mut promise = OwnReplies(Shared::clone(&journal));
        assert!(promise.look(&[]).is_ok());
        journal.borrow_mut().misdelivered.push("OK to ECHO".into());
        assert!(promise.look(&[]).unwrap_err().contains("ECHO"));
    }
}
