//! The files of each language. A new file is named here once, and lies in each language's folder.

use super::Lang;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// The texts of a language's files.
        pub(super) fn of(lang: Lang) -> &'static [&'static str] {
            match lang {
                Lang::En => &[$(include_str!(concat!("../../../static/i18n/en/", $name, ".ftl"))),+],
                Lang::Ko => &[$(include_str!(concat!("../../../static/i18n/ko/", $name, ".ftl"))),+],
            }
        }
    };
}

files![
    "bar",
    "beliefs",
    "clients",
    "console",
    "design",
    "events",
    "facts",
    "failovers",
    "faults",
    "graph",
    "inspector",
    "keys",
    "packets",
    "page",
    "panels",
    "report",
    "server-log",
    "timeline",
    "timers",
    "travel",
    "waits",
    "why",
    "workshop",
];
