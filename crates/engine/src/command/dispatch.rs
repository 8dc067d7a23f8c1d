//! The path of a command through Redis's checks to its execution.
