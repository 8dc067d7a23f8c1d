//! Requests out of a byte stream: multi-bulk and inline.
