//! One node: its disc, its labels, its marks.

use yew::prelude::*;

use super::seats::{Point, Side};
use crate::i18n::use_lang;
use crate::state::standing::{Doubt, Life, Standing};
use crate::{t, words};

/// A disc from this radius on has room for a name.
const NAMED: f64 = 9.5;

/// Properties of [`NodeView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The host's index.
    pub host: usize,
    /// How it stands.
    pub standing: Standing,
    /// Where it sits.
    pub at: Point,
    /// Radius of the disc.
    pub radius: f64,
    /// Where its labels stand.
    pub side: Side,
    /// There is room for a word or two.
    pub brief: bool,
    /// Its address.
    pub ip: AttrValue,
    /// Its short name.
    pub short: AttrValue,
    /// Short name of its master.
    pub follows: Option<AttrValue>,
    /// Whether the inspector shows it.
    pub selected: bool,
    /// A click, or Enter.
    pub on_select: Callback<usize>,
}

/// One node.
#[component]
pub fn NodeView(props: &Props) -> Html {
    let Props { host, standing, at, radius, ip, short, selected, on_select, .. } = props;
    use_lang();
    let onclick = on_select.reform({
        let host = *host;
        move |_: MouseEvent| host
    });
    let onkeydown = {
        let (on_select, host) = (on_select.clone(), *host);
        Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                event.stop_propagation();
                on_select.emit(host);
            }
        })
    };
    let class = classes!(
        "node",
        standing.role(),
        life_class(standing.life),
        standing.cut.then_some("cut"),
        doubt_class(standing.doubt),
        selected.then_some("selected"),
        standing.wrong.then_some("wrong"),
        side_class(props.side),
    );
    let label = describe(ip, standing);
    html! {
        <g id={format!("node-{host}")} {class} transform={format!("translate({:.1} {:.1})", at.x, at.y)} tabindex="0" role="button"
            aria-label={label} data-host={ip.clone()} data-role={standing.role()}
            data-marks={standing.marks().join(" ")} {onclick} {onkeydown}>
            { hit(*radius, props.side) }
            <circle class="focus" r={(radius + 5.0).to_string()} />
            if standing.cut {
                <circle class="fence" r={(radius + 8.0).to_string()} />
            }
            if standing.wrong {
                <circle class="error" r={(radius + 10.0).to_string()} />
            }
            <circle class="disc" r={radius.to_string()} />
            // A new element for each promotion, so that its wave runs once.
            if standing.master && standing.runs() {
                <circle key={standing.epoch.to_string()} class="wave" r={radius.to_string()} />
            }
            if *radius >= NAMED {
                <text class="short" aria-hidden="true" dy="0.35em">{ short }</text>
            }
            { labels(props) }
        </g>
    }
}

/// What takes clicks: the disc and its labels.
fn hit(radius: f64, side: Side) -> Html {
    let (x, y, width, height) = match side {
        Side::None => (-radius - 2.0, -radius - 2.0, 2.0 * radius + 4.0, 2.0 * radius + 4.0),
        Side::Below => (-40.0, -radius - 6.0, 80.0, 2.0 * radius + 40.0),
        Side::Right => (-radius - 8.0, -radius - 10.0, 2.0 * radius + 146.0, 2.0 * radius + 20.0),
        Side::Left => (-radius - 138.0, -radius - 10.0, 2.0 * radius + 146.0, 2.0 * radius + 20.0),
    };
    let [x, y, width, height] = [x, y, width, height].map(|it| it.to_string());
    html! { <rect class="hit" {x} {y} {width} {height} /> }
}

fn labels(props: &Props) -> Html {
    let Props { standing, radius, side, brief, ip, follows, .. } = props;
    if *side == Side::None {
        return Html::default();
    }
    let exists = matches!(standing.life, Life::Running | Life::Frozen);
    let duty = match follows {
        _ if !standing.seen => t!("duty-unseen"),
        _ if !exists && standing.master => t!("duty-was-master"),
        _ if !exists => t!("duty-was-replica"),
        _ if *brief && standing.master && standing.slots.is_empty() => t!("duty-no-slots"),
        _ if *brief && standing.master => standing.slots.clone(),
        Some(master) if *brief => t!("duty-of", master = master.as_str()),
        _ if standing.master && standing.slots.is_empty() => t!("duty-master-empty"),
        _ if standing.master => t!("duty-master", slots = &standing.slots),
        Some(master) => t!("duty-replica-of", master = master.as_str()),
        None => t!("duty-replica"),
    };
    let data = match (standing.behind, standing.link.as_deref()) {
        _ if !standing.runs() || (standing.believed && !standing.master) => String::new(),
        (_, Some(link)) if link != "connected" => t!("data-link", state = link),
        _ if *brief => String::new(),
        _ if *side == Side::Below || standing.believed => t!("data-epoch", epoch = standing.epoch),
        (0, _) => t!("data-master", epoch = standing.epoch, offset = standing.offset),
        (behind, _) => t!("data-behind", offset = standing.offset, behind = behind),
    };
    let marks = words::marks(standing);
    let Some(side) = side.beside() else {
        let line = |row: f64| (radius + 14.0 + 12.0 * row).to_string();
        return html! {
            <>
                <text class="duty" aria-hidden="true" y={line(0.0)}>{ duty }</text>
                if marks.is_empty() {
                    <text class="data" aria-hidden="true" y={line(1.0)}>{ data }</text>
                } else {
                    { draw_marks(standing, &marks, -marks_width(&marks) / 2.0, radius + 25.0, 1.0) }
                }
            </>
        };
    };
    let x = side * (radius + 24.0);
    let line = |row: f64| (row * 15.0 - 11.0).to_string();
    html! {
        <>
            <text class="ip" aria-hidden="true" x={x.to_string()} y={line(0.0)}>{ ip }</text>
            <text class="duty" aria-hidden="true" x={x.to_string()} y={line(1.0)}>{ duty }</text>
            <text class="data" aria-hidden="true" x={x.to_string()} y={line(2.0)}>{ data }</text>
            { draw_marks(standing, &marks, x, -34.0, side) }
        </>
    }
}

/// Between two marks.
const GAP: f64 = 4.0;

/// About how wide a small text is: letters of Korean are twice as wide as Latin ones.
pub fn text_width(text: &str) -> f64 {
    text.chars().map(|letter| if letter < '\u{1100}' { 6.4 } else { 11.0 }).sum()
}

fn mark_width(mark: &str) -> f64 {
    text_width(mark) + 12.0
}

fn marks_width(marks: &[String]) -> f64 {
    marks.iter().map(|mark| mark_width(mark) + GAP).sum::<f64>() - GAP
}

/// The marks in a row from `x` on, outwards.
fn draw_marks(standing: &Standing, marks: &[String], x: f64, y: f64, side: f64) -> Html {
    let mut x = x;
    let draw = |(mark, word): (&str, &String)| {
        let width = mark_width(word);
        let left = if side < 0.0 { x - width } else { x };
        x += side * (width + GAP);
        html! {
            <g aria-hidden="true" class={classes!("mark", mark.replace(['?', ' '], "-"))}
                transform={format!("translate({left:.1} {y:.1})")}>
                <rect y="-9" width={width.to_string()} height="17" rx="8.5" />
                <text x={(width / 2.0).to_string()} dy="0.3em">{ word }</text>
            </g>
        }
    };
    standing.marks().into_iter().zip(marks).map(draw).collect()
}

fn side_class(side: Side) -> &'static str {
    match side {
        Side::None => "small bare",
        Side::Below => "small",
        Side::Left => "left",
        Side::Right => "right",
    }
}

fn describe(ip: &str, standing: &Standing) -> String {
    let role = words::role(standing);
    let node = match standing.master && !standing.slots.is_empty() {
        true => t!("node-named-slots", ip = ip, role = role, slots = &standing.slots),
        false => t!("node-named", ip = ip, role = role),
    };
    let marks = words::marks(standing);
    match marks.is_empty() {
        true => node,
        false => t!("node-marked", node = node, marks = marks.join(", ")),
    }
}

fn life_class(life: Life) -> &'static str {
    match life {
        Life::Running => "running",
        Life::Frozen => "frozen",
        Life::Dead => "dead",
        Life::Crashed => "dead crashed",
        Life::Removed => "dead removed",
    }
}

fn doubt_class(doubt: Doubt) -> Option<&'static str> {
    match doubt {
        Doubt::None => None,
        Doubt::Possibly => Some("doubted"),
        Doubt::Failed => Some("failed"),
    }
}
