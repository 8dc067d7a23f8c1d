//! The page: it shows what the hub tells and sends what a person does. It knows only `bridge`.

mod announce;
mod app;
mod below;
mod border;
mod browser;
mod console;
mod controls;
mod design;
mod format;
mod graph;
mod guide;
mod header;
mod hub;
mod i18n;
mod icons;
mod inputs;
mod inspector;
mod keys;
mod live;
mod names;
mod nodes;
mod offline;
mod opening;
mod panels;
mod shared;
mod shortcuts;
mod state;
mod travel;
mod words;
mod workshop;

fn main() {
    i18n::set_lang(browser::language());
    yew::set_custom_panic_hook(Box::new(|info| browser::show_broken(&info.to_string())));
    match browser::element("app") {
        Some(root) => {
            yew::Renderer::<app::App>::with_root(root).render();
        }
        None => browser::show_broken("the page has no element `app`"),
    }
}
