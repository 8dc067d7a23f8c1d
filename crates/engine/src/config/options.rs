//! redis-server's command line, as lines of redis.conf.

use alloc::string::String;

use crate::resp::quoting::quoted;

/// `--name value...` pairs as the lines that redis-server appends to its redis.conf: an option at the
/// start of each, its values in quotes.
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
                text.push_str(&quoted(option.as_bytes()));
            }
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_command_line_are_quoted_for_the_config() {
        let options = ["--port", "6379", "--save", "", "--dir", "a b"].map(String::from);
        assert_eq!(options_as_lines(&options), "\nport \"6379\"\nsave \"\"\ndir \"a b\"\n");
    }
}
