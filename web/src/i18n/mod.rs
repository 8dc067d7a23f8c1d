//! The page's languages: every word that a person reads is a Fluent message under `static/i18n`.
//!
//! `t!("key")` is a message's text, `t!("key", count = 3)` with values in its places, and
//! [`parts`] a sentence in which hosts stay hosts, to be drawn as such. A message that a language
//! lacks is shown in English; `tests/tests/translations.rs` sees to it that none does.

mod files;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

pub use fluent_bundle::FluentValue;

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Lang {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    /// Its tag, as in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// What its speakers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ko => "한국어",
        }
    }

    /// The language that a tag such as `ko-KR` stands for.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let main = tag.split('-').next()?;
        Self::ALL.into_iter().find(|it| it.tag().eq_ignore_ascii_case(main))
    }
}

type Bundle = FluentBundle<FluentResource>;

thread_local! {
    static LANG: Cell<Lang> = const { Cell::new(Lang::En) };
    static BUNDLES: [RefCell<Option<Bundle>>; 2] = const { [RefCell::new(None), RefCell::new(None)] };
}

/// The language that texts are in.
pub fn lang() -> Lang {
    LANG.get()
}

/// From here on texts are in this language; who was drawn before must be drawn again.
pub fn set_lang(lang: Lang) {
    LANG.set(lang);
}

/// A message's text. Prefer `t!`.
pub fn text(key: &str, args: Option<&FluentArgs<'_>>) -> String {
    let chosen = lang();
    let text = look_up(chosen, key, args).or_else(|| look_up(Lang::En, key, args));
    debug_assert!(text.is_some(), "there is no message `{key}`");
    text.unwrap_or_else(|| key.to_owned())
}

fn look_up(lang: Lang, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    BUNDLES.with(|bundles| {
        let mut bundle = bundles[lang as usize].borrow_mut();
        let bundle = bundle.get_or_insert_with(|| bundle_of(lang));
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text: Cow<'_, str> = bundle.format_pattern(pattern, args, &mut errors);
        debug_assert!(errors.is_empty(), "message `{key}`: {errors:?}");
        Some(text.into_owned())
    })
}

fn bundle_of(lang: Lang) -> Bundle {
    let tag = lang.tag().parse().expect("a language tag");
    let mut bundle = FluentBundle::new(vec![tag]);
    // Signs around values would only disturb who copies a text.
    bundle.set_use_isolating(false);
    for source in files::of(lang) {
        let resource = FluentResource::try_new((*source).to_owned());
        let resource = resource.unwrap_or_else(|(resource, errors)| {
            debug_assert!(false, "{}: {errors:?}", lang.tag());
            resource
        });
        let added = bundle.add_resource(resource);
        debug_assert!(added.is_ok(), "{}: {added:?}", lang.tag());
    }
    bundle
}

/// A message's text: `t!("key")`, `t!("key", count = 3, name = text)`.
#[macro_export]
macro_rules! t {
    ($key:expr) => { $crate::i18n::text($key, None) };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {{
        let mut args = fluent_bundle::FluentArgs::new();
        $(args.set(stringify!($name), $crate::i18n::FluentValue::from($value));)+
        $crate::i18n::text($key, Some(&args))
    }};
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A host, shown by its short name.
    Host(usize),
}

impl Part {
    #[cfg_attr(not(test), expect(dead_code, reason = "the words of facts are to become messages"))]
    /// Words.
    pub fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }
}

/// Stand around a host's number while a sentence is put together.
const MARKS: [char; 2] = ['\u{E000}', '\u{E001}'];

#[cfg_attr(not(test), expect(dead_code, reason = "the words of facts are to become messages"))]
/// A sentence out of a message and what goes into its places, each by its name.
pub fn parts(key: &str, values: &[(&'static str, Part)]) -> Vec<Part> {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        let text = match value {
            Part::Text(text) => text.clone(),
            Part::Host(host) => format!("{}{host}{}", MARKS[0], MARKS[1]),
        };
        args.set(*name, FluentValue::from(text));
    }
    let text = text(key, Some(&args));
    let mut parts = Vec::new();
    for piece in text.split_inclusive(MARKS) {
        let words = piece.trim_end_matches(MARKS);
        let host = if piece.ends_with(MARKS[1]) { words.parse().ok() } else { None };
        match host {
            Some(host) => parts.push(Part::Host(host)),
            None if words.is_empty() => {}
            None => parts.push(Part::Text(words.to_owned())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_a_region_means_its_language() {
        assert_eq!(Lang::from_tag("ko-KR"), Some(Lang::Ko));
        assert_eq!(Lang::from_tag("EN"), Some(Lang::En));
        assert_eq!(Lang::from_tag("fr"), None);
    }

    #[test]
    fn every_file_is_well_formed_in_every_language() {
        for lang in Lang::ALL {
            for source in files::of(lang) {
                assert!(FluentResource::try_new((*source).to_owned()).is_ok(), "{}", lang.tag());
            }
        }
    }

    #[test]
    fn hosts_stay_hosts_wherever_a_language_puts_them() {
        let values = [("host", Part::Host(3)), ("size", Part::text("60%"))];
        let parts = parts("panels-share", &values[1..]);
        assert_eq!(parts, [Part::Text("The panels take 60% of the height".into())]);
        set_lang(Lang::Ko);
        assert_eq!(text("panel-events", None), "이벤트");
        set_lang(Lang::En);
    }
}
