//! The page's texts: the same messages with the same places in every language, all of them used,
//! and none that a component writes by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;

const LANGUAGES: [&str; 2] = ["en", "ko"];

/// Each message's places.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
}

fn messages(language: &str) -> Messages {
    let mut paths = Vec::new();
    files(&root().join("static/i18n").join(language), "ftl", &mut paths);
    let mut messages = Messages::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let resource = parse(text.as_str());
        let resource = resource.unwrap_or_else(|(_, why)| panic!("{}: {why:?}", path.display()));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut places = BTreeSet::new();
            message.value.iter().for_each(|pattern| collect(pattern, &mut places));
            let before = messages.insert(message.id.name.to_owned(), places);
            assert!(before.is_none(), "{}: {} is there twice", path.display(), message.id.name);
        }
    }
    messages
}

fn collect(pattern: &Pattern<&str>, places: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => place(inline, places),
            Expression::Select { selector, variants } => {
                place(selector, places);
                variants.iter().for_each(|variant| collect(&variant.value, places));
            }
        }
    }
}

fn place(inline: &InlineExpression<&str>, places: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(places.insert(id.name.to_owned())),
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inline) = &**expression {
                place(inline, places);
            }
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|it| place(it, places));
        }
        _ => {}
    }
}

/// The page's sources without their tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    files(&root().join("web/src"), "rs", &mut paths);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code = code.collect::<Vec<_>>().join("\n");
        (path, code)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_language_has_the_same_messages_with_the_same_places() {
    let english = messages(LANGUAGES[0]);
    assert!(!english.is_empty());
    for language in &LANGUAGES[1..] {
        let theirs = messages(language);
        let lacking: Vec<_> = english.keys().filter(|it| !theirs.contains_key(*it)).collect();
        assert!(lacking.is_empty(), "{language} lacks {lacking:?}");
        let extra: Vec<_> = theirs.keys().filter(|it| !english.contains_key(*it)).collect();
        assert!(extra.is_empty(), "only {language} has {extra:?}");
        for (key, places) in &english {
            assert_eq!(places, &theirs[key], "the places of {key} in {language}");
        }
    }
}

/// Keys that are put together while the page runs, by their beginning.
const MADE: [&str; 3] = ["panel-", "legend-", "design-template-"];

#[test]
fn the_page_and_its_messages_fit_together() {
    let english = messages(LANGUAGES[0]);
    let mut used = BTreeSet::new();
    for (path, code) in sources() {
        for (at, _) in code.match_indices("t!(\"") {
            // The end of another macro's name, `format!` say.
            if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
                continue;
            }
            let key = code[at + 4..].split('"').next().unwrap_or_default();
            assert!(english.contains_key(key), "{}: there is no {key}", path.display());
        }
        let quoted = code.split('"').skip(1);
        used.extend(quoted.filter(|it| english.contains_key(*it)).map(str::to_owned));
    }
    let unused: Vec<_> = english
        .keys()
        .filter(|key| !used.contains(*key) && !MADE.iter().any(|made| key.starts_with(made)))
        .collect();
    assert!(unused.is_empty(), "nobody uses {unused:?}");
}

/// What stands before an attribute that a person reads.
const ATTRIBUTES: [&str; 7] = [
    "title=",
    "aria-label=",
    "aria-valuetext=",
    "aria-description=",
    "aria-roledescription=",
    "placeholder=",
    "alt=",
];

/// The same in every language: names, commands, and the keys of a keyboard.
const NAMES: [&str; 3] = ["Failover Lab", "redis-cli -c", "CLUSTER FAILOVER"];

/// Whether a literal behind this is the text of an element: a brace behind a tag, behind another
/// text or at the beginning of a line. A brace of Rust stands behind a word.
fn is_text(before: &str) -> bool {
    let brace = before.strip_suffix("format!(").unwrap_or(before).strip_suffix("{ ");
    brace.is_some_and(|it| it.trim().is_empty() || it.ends_with(['>', '}']))
}

/// What stands on the keys of a keyboard.
const KEYS: [&str; 7] = ["Ctrl", "Shift", "Tab", "Home", "End", "PgUp", "PgDn"];

/// The string literals of a source, each with what stands before it in its line.
fn literals(code: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for line in code.lines() {
        let mut from = 0;
        let mut rest = line;
        while let Some(start) = rest.find('"') {
            let Some(length) = rest[start + 1..].find('"') else { break };
            let literal = &rest[start + 1..start + 1 + length];
            found.push((&line[..from + start], literal));
            from += start + length + 2;
            rest = &line[from..];
        }
    }
    found
}

/// Whether a person would read this as words: something of two letters or more that is neither a
/// place to be filled in nor a name.
fn is_worded(literal: &str) -> bool {
    let mut depth = 0;
    let outside = literal.chars().filter(|&letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth == 0 && letter != '}'
    });
    let text: String = outside.collect();
    let mut words = text.split(|it: char| !it.is_alphabetic());
    !NAMES.contains(&literal) && words.any(|word| word.chars().count() > 1 && !KEYS.contains(&word))
}

#[test]
fn no_component_writes_words_by_itself() {
    let mut found = Vec::new();
    for (path, code) in sources() {
        for (before, literal) in literals(&code) {
            let shown = is_text(before) || ATTRIBUTES.iter().any(|it| before.ends_with(it));
            // A sentence is one wherever it stands.
            let mut letters = literal.chars();
            let capital = letters.next().is_some_and(char::is_uppercase);
            let small = letters.next().is_some_and(char::is_lowercase);
            let sentence = capital && small && literal.contains(' ');
            let ours = ["expect(", "panic!(", "reason = "].iter().any(|it| before.ends_with(it));
            if (shown || sentence) && !ours && is_worded(literal) {
                found.push(format!("{}: \"{literal}\"", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "texts that are no messages:\n{}", found.join("\n"));
}

#[test]
fn words_are_told_from_places_and_names() {
    for worded in ["Kill", "of {count} hosts", "{host} is down"] {
        assert!(is_worded(worded), "{worded}");
    }
    for other in ["{value}×", "↵", "N", "1–6", "Failover Lab", "[ ]", "Ctrl C"] {
        assert!(!is_worded(other), "{other}");
    }
}
