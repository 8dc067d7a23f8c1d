//! How checks are judged.
