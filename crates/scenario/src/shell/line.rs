//! A shell line as bash reads it: lists, pipelines, quotes, variables, redirections.

/// What joins a pipeline to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// `;`
    Always,
    /// `&&`
    AfterSuccess,
    /// `||`
    AfterFailure,
}

/// Pipelines, each with what joins it to the one before.
pub(crate) type List = Vec<(Join, Vec<Command>)>;

/// One command of a pipeline.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// `NAME=value` before the first word.
    pub(crate) assignments: Vec<(String, Word)>,
    pub(crate) words: Vec<Word>,
    /// Where output goes, if not to the terminal or the next command.
    pub(crate) redirects: Vec<Redirect>,
}

/// One redirection of output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redirect {
    /// `> file`, `>> file`
    Out { file: Word, append: bool },
    /// `2> file`: complaints vanish.
    Err,
    /// `2>&1`
    ErrToOut,
}

/// A word, before variables are replaced.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) parts: Vec<Part>,
    /// An empty word counts when it was quoted.
    pub(crate) quoted: bool,
}

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    /// `$NAME`, `${NAME}`, `$?`
    Variable(String),
    /// `$(list)`
    Substitution(List),
}

enum Token {
    Word(Word),
    Operator(&'static str),
}

/// Reads a line.
///
/// # Errors
/// What bash says, without its name in front.
pub(crate) fn parse(line: &str) -> Result<List, String> {
    let mut parser = Parser::default();
    let mut tokens = Lexer { rest: line }.tokens()?.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(word) => parser.command.push(word),
            Token::Operator("2>&1") => parser.command.redirects.push(Redirect::ErrToOut),
            Token::Operator(redirect @ (">" | ">>" | "2>")) => {
                let Some(Token::Word(file)) = tokens.next() else {
                    return Err(unexpected("newline"));
                };
                parser.command.redirects.push(match redirect {
                    "2>" => Redirect::Err,
                    _ => Redirect::Out { file, append: redirect == ">>" },
                });
            }
            Token::Operator(operator) => parser.operator(operator)?,
        }
    }
    parser.end()
}

fn unexpected(token: &str) -> String {
    format!("syntax error near unexpected token `{token}'")
}

struct Parser {
    list: List,
    join: Join,
    pipeline: Vec<Command>,
    command: Command,
}

impl Default for Parser {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            join: Join::Always,
            pipeline: Vec::new(),
            command: Command::default(),
        }
    }
}

impl Parser {
    fn operator(&mut self, operator: &'static str) -> Result<(), String> {
        if self.command.is_empty() {
            return Err(unexpected(operator));
        }
        self.pipeline.push(std::mem::take(&mut self.command));
        if operator != "|" {
            self.list.push((self.join, std::mem::take(&mut self.pipeline)));
            self.join = match operator {
                "&&" => Join::AfterSuccess,
                "||" => Join::AfterFailure,
                _ => Join::Always,
            };
        }
        Ok(())
    }

    fn end(mut self) -> Result<List, String> {
        if !self.command.is_empty() {
            self.pipeline.push(self.command);
            self.list.push((self.join, self.pipeline));
        } else if !self.pipeline.is_empty() || self.join != Join::Always {
            return Err("syntax error: unexpected end of file".into());
        }
        Ok(self.list)
    }
}

impl Command {
    fn is_empty(&self) -> bool {
        self.assignments.is_empty() && self.words.is_empty() && self.redirects.is_empty()
    }

    fn push(&mut self, mut word: Word) {
        if self.words.is_empty()
            && let Some(Part::Text(text)) = word.parts.first_mut()
            && let Some((name, value)) = text.split_once('=')
            && is_name(name)
        {
            let name = name.to_owned();
            *text = value.to_owned();
            self.assignments.push((name, word));
            return;
        }
        self.words.push(word);
    }
}

/// Whether `text` can name a variable.
fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// Longer operators first; those that begin with a digit count only at the start of a word.
const OPERATORS: [&str; 9] = ["2>&1", "2>", "&&", "||", ">>", "|", ";", ">", "&"];

struct Lexer<'a> {
    rest: &'a str,
}

impl Lexer<'_> {
    fn tokens(mut self) -> Result<Vec<Token>, String> {
        let mut tokens = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with('#') {
                return Ok(tokens);
            }
            match OPERATORS.iter().find(|&&it| self.rest.starts_with(it)) {
                Some(&"&") => return Err(unexpected("&")),
                Some(&operator) => {
                    self.rest = &self.rest[operator.len()..];
                    tokens.push(Token::Operator(operator));
                }
                None => tokens.push(Token::Word(self.word()?)),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let it = self.rest.chars().next()?;
        self.rest = &self.rest[it.len_utf8()..];
        Some(it)
    }

    fn word(&mut self) -> Result<Word, String> {
        let mut word = Word::default();
        while let Some(it) = self.rest.chars().next() {
            if it.is_whitespace() || "|&;>".contains(it) {
                break;
            }
            self.next();
            match it {
                '\'' => {
                    let end = self.rest.find('\'').ok_or_else(|| unclosed('\''))?;
                    word.text(&self.rest[..end]);
                    self.rest = &self.rest[end + 1..];
                    word.quoted = true;
                }
                '"' => self.double_quoted(&mut word)?,
                '\\' => {
                    if let Some(next) = self.next() {
                        word.text(next.encode_utf8(&mut [0; 4]));
                    }
                }
                '$' => self.dollar(&mut word)?,
                _ => word.text(it.encode_utf8(&mut [0; 4])),
            }
        }
        Ok(word)
    }

    fn double_quoted(&mut self, word: &mut Word) -> Result<(), String> {
        word.quoted = true;
        loop {
            match self.next().ok_or_else(|| unclosed('"'))? {
                '"' => return Ok(()),
                '$' => self.dollar(word)?,
                '\\' if self.rest.starts_with(['"', '\\', '$', '`']) => {
                    let next = self.next().unwrap_or('\\');
                    word.text(next.encode_utf8(&mut [0; 4]));
                }
                it => word.text(it.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self, word: &mut Word) -> Result<(), String> {
        if let Some(rest) = self.rest.strip_prefix('(') {
            let end = closing_parenthesis(rest).ok_or_else(|| unclosed(')'))?;
            word.parts.push(Part::Substitution(parse(&rest[..end])?));
            self.rest = &rest[end + 1..];
            return Ok(());
        }
        if let Some((name, rest)) = self.rest.strip_prefix('{').and_then(|it| it.split_once('}'))
            && is_name(name)
        {
            word.parts.push(Part::Variable(name.into()));
            self.rest = rest;
            return Ok(());
        }
        let in_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let end = match self.rest.find(|it: char| !in_name(it)) {
            _ if self.rest.starts_with('?') => 1,
            Some(end) => end,
            None => self.rest.len(),
        };
        if end == 0 {
            word.text("$");
        } else {
            word.parts.push(Part::Variable(self.rest[..end].into()));
            self.rest = &self.rest[end..];
        }
        Ok(())
    }
}

impl Word {
    fn text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.parts.push(Part::Text(text.into())),
        }
    }
}

fn unclosed(quote: char) -> String {
    format!("unexpected EOF while looking for matching `{quote}'")
}

fn closing_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, it)| {
        match it {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let list = parse(line).unwrap();
        list[0].1[0].words.iter().map(|word| format!("{:?}", word.parts)).collect()
    }

    #[test]
    fn quotes_keep_blanks_and_backslashes_keep_their_letter() {
        assert_eq!(words(r#"set "a b" 'c $d' e\ f"#), words("set 'a b' \"c \\$d\" 'e f'"));
        assert_eq!(words("echo a\"\"b").len(), 2);
    }

    #[test]
    fn lists_and_pipelines_are_joined_by_their_operators() {
        let list = parse("a | b && c; d || e").unwrap();
        let joins: Vec<_> = list.iter().map(|(join, _)| *join).collect();
        assert_eq!(joins, [Join::Always, Join::AfterSuccess, Join::Always, Join::AfterFailure]);
        assert_eq!(list[0].1.len(), 2);
    }

    #[test]
    fn assignments_count_only_in_front() {
        let list = parse("A=1 B=$C cmd D=2").unwrap();
        let command = &list[0].1[0];
        assert_eq!(command.assignments[0].0, "A");
        assert_eq!(command.assignments[1].1.parts.last(), Some(&Part::Variable("C".into())));
        assert_eq!(command.words.len(), 2);
    }

    #[test]
    fn redirections_are_told_from_arguments() {
        let list = parse("redis-cli -p 2 2>/dev/null > out 2>&1").unwrap();
        let command = &list[0].1[0];
        assert_eq!(command.words.len(), 3);
        assert_eq!(command.redirects.len(), 3);
    }

    #[test]
    fn bad_lines_are_refused_in_the_words_of_bash() {
        assert_eq!(parse("| a").unwrap_err(), "syntax error near unexpected token `|'");
        assert_eq!(
            parse("echo \"a").unwrap_err(),
            "unexpected EOF while looking for matching `\"'"
        );
        assert_eq!(parse("sleep 1 &").unwrap_err(), "syntax error near unexpected token `&'");
    }
}
