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
const MADE: [&str; 2] = ["panel-", "design-template-"];

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
