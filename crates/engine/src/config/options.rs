//! redis-server's command line, as lines of redis.conf.

use alloc::string::String;

use crate::resp::quoting::quoted;

/// `--name value...` pairs as the lines that redis-server appends to its redis.conf: an option at the
/// start of each, its values quoted where that is needed.
#[must_use]
pub fn options_as_lines(options: &[String]) -> String {
    let mut text = String::new();
    for option in options {
        match option.strip_prefix("--") {
            Some(name) => {
                text.push('\n');
                text.push_str(name);
            }
            None => {
                text.push(' ');
                text.push_str(&worded(option));
            }
        }
    }
    text.push('\n');
    text
}

/// A value as redis.conf wants it.
fn worded(value: &str) -> String {
    let plain = |it: char| it.is_ascii_graphic() && it != '"' && it != '\'' && it != '\\';
    if !value.is_empty() && value.chars().all(plain) {
        return value.into();
    }
    quoted(value.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_command_line_are_quoted_for_the_config() {
        assert_eq!(worded("6379"), "6379");
        assert_eq!(worded(""), "\"\"");
        assert_eq!(worded("a b\"c"), "\"a b\\\"c\"");
    }
}
