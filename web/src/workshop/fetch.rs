//! The files of exercises, as the site has them.

use bridge::workshop::Texts;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::browser;
use crate::i18n::Lang;

/// Where they are.
const FOLDER: &str = "./exercises";

/// A file's text; none when it does not come.
pub async fn text(path: &str) -> Option<String> {
    let answer = JsFuture::from(browser::window().fetch_with_str(path)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// The ids of the catalogue, in their order.
pub async fn catalogue() -> Option<Vec<String>> {
    let text = text(&format!("{FOLDER}/catalogue.txt")).await?;
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    Some(lines.map(str::to_owned).collect())
}

/// The files of an exercise.
pub async fn exercise(id: &str, lang: Lang, catalogue: &[String]) -> Option<Texts> {
    let english = text(&format!("{FOLDER}/{id}/en.md")).await?;
    let tag = lang.tag();
    let translation = match lang {
        Lang::En => None,
        _ => text(&format!("{FOLDER}/{id}/{tag}.md")).await.map(|it| (tag.to_owned(), it)),
    };
    Some(Texts { id: id.to_owned(), english, translation, catalogue: catalogue.to_vec() })
}
