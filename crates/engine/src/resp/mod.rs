//! RESP, the protocol of clients: requests in, replies out.

pub(crate) mod float;
pub(crate) mod number;
pub(crate) mod quoting;
pub(crate) mod reply;
pub(crate) mod request;
