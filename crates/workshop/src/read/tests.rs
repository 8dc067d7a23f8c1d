//! Each kind of fault, with its exact message.
