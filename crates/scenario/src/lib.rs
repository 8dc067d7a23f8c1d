//! What a person does in the lab: shells, redis-cli, faults, and the story they start from.
//!
//! Nodes are reached only as an operator reaches them: by command, by signal, by looking.

pub mod inline;
pub mod lab;
