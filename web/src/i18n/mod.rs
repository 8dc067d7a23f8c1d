//! The page's languages: every word that a person reads is a Fluent message under `static/i18n`.
//!
//! `t!("key")` is a message's text, `t!("key", count = 3)` with values in its places, `parts!` a
//! sentence in which hosts stay hosts, to be drawn as such, and [`sentence`] one with elements in
//! it. A message that a language lacks is shown in English; `tests/tests/translations.rs` sees to it
//! that none does.

mod files;
mod sentence;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use yew::prelude::*;

pub use fluent_bundle::FluentValue;
pub use sentence::{Part, parts, sentence, value};

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

/// Draws a component again when the language changes. Whoever words something and is not drawn
/// anew by its parent asks for this.
#[hook]
pub fn use_lang() -> Lang {
    use_context::<Lang>().unwrap_or_default()
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

/// A sentence in which hosts stay hosts: `parts!("key", node = Part::Host(3), count = 2)`.
#[macro_export]
macro_rules! parts {
    ($key:expr) => { vec![$crate::i18n::Part::Text($crate::i18n::text($key, None))] };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::parts($key, &[$((stringify!($name), $crate::i18n::FluentValue::from($value))),+])
    };
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
    fn a_text_is_in_the_language_that_was_set() {
        set_lang(Lang::Ko);
        assert_eq!(text("panel-events", None), "이벤트");
        set_lang(Lang::En);
        assert_eq!(text("panel-events", None), "Events");
    }
}
