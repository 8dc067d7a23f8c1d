//! One node: its disc, its labels, its marks.

use yew::prelude::*;

use super::seats::Point;
use crate::state::standing::{Doubt, Life, Standing};

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
    /// On which side its labels stand: left (-1), right (1) or below (0).
    pub side: i8,
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
        side_class(props.side),
    );
    let label = describe(ip, standing);
    html! {
        <g {class} transform={format!("translate({:.1} {:.1})", at.x, at.y)} tabindex="0" role="button"
            aria-label={label} data-host={ip.clone()} data-role={standing.role()}
            data-marks={standing.marks().join(" ")} {onclick} {onkeydown}>
            { hit(*radius, props.side) }
            <circle class="focus" r={(radius + 5.0).to_string()} />
            if standing.cut {
                <circle class="fence" r={(radius + 8.0).to_string()} />
            }
            <circle class="disc" r={radius.to_string()} />
            // A new element for each promotion, so that its wave runs once.
            if standing.master && standing.runs() {
                <circle key={standing.epoch.to_string()} class="wave" r={radius.to_string()} />
            }
            <text class="short" dy="0.35em">{ short }</text>
            { labels(props) }
        </g>
    }
}

/// What takes clicks: the disc and its labels.
fn hit(radius: f64, side: i8) -> Html {
    let (x, y, width, height) = match side {
        0 => (-46.0, -radius - 6.0, 92.0, 2.0 * radius + 40.0),
        1 => (-radius - 8.0, -radius - 10.0, 2.0 * radius + 146.0, 2.0 * radius + 20.0),
        _ => (-radius - 138.0, -radius - 10.0, 2.0 * radius + 146.0, 2.0 * radius + 20.0),
    };
    let [x, y, width, height] = [x, y, width, height].map(|it| it.to_string());
    html! { <rect class="hit" {x} {y} {width} {height} /> }
}

fn labels(props: &Props) -> Html {
    let Props { standing, radius, side, ip, follows, .. } = props;
    let exists = !matches!(standing.life, Life::Dead | Life::Crashed);
    let duty = match follows {
        _ if !standing.seen => "no server yet".to_owned(),
        _ if !exists => format!("was {}", standing.role()),
        _ if standing.master && standing.slots.is_empty() => "master, no slots".to_owned(),
        _ if standing.master => format!("master {}", standing.slots),
        Some(master) => format!("replica of {master}"),
        None => "replica".to_owned(),
    };
    let data = match (standing.behind, standing.link.as_deref()) {
        _ if !standing.runs() => String::new(),
        (_, Some(link)) if link != "connected" => format!("link: {link}"),
        _ if *side == 0 => format!("epoch {}", standing.epoch),
        (0, _) => format!("epoch {} · offset {}", standing.epoch, standing.offset),
        (behind, _) => format!("offset {} · {behind} behind", standing.offset),
    };
    let marks = standing.marks();
    if *side == 0 {
        let line = |row: f64| (radius + 14.0 + 12.0 * row).to_string();
        return html! {
            <>
                <text class="duty" y={line(0.0)}>{ duty }</text>
                if marks.is_empty() {
                    <text class="data" y={line(1.0)}>{ data }</text>
                } else {
                    { draw_marks(&marks, -marks_width(&marks) / 2.0, radius + 25.0, 1.0) }
                }
            </>
        };
    }
    let side = f64::from(*side);
    let x = side * (radius + 24.0);
    let line = |row: f64| (row * 15.0 - 11.0).to_string();
    html! {
        <>
            <text class="ip" x={x.to_string()} y={line(0.0)}>{ ip }</text>
            <text class="duty" x={x.to_string()} y={line(1.0)}>{ duty }</text>
            <text class="data" x={x.to_string()} y={line(2.0)}>{ data }</text>
            { draw_marks(&marks, x, -34.0, side) }
        </>
    }
}

/// Between two marks.
const GAP: f64 = 4.0;

fn mark_width(mark: &str) -> f64 {
    mark.len() as f64 * 6.4 + 12.0
}

fn marks_width(marks: &[&str]) -> f64 {
    marks.iter().map(|mark| mark_width(mark) + GAP).sum::<f64>() - GAP
}

/// The marks in a row from `x` on, outwards.
fn draw_marks(marks: &[&str], x: f64, y: f64, side: f64) -> Html {
    let mut x = x;
    let draw = |mark: &&str| {
        let width = mark_width(mark);
        let left = if side < 0.0 { x - width } else { x };
        x += side * (width + GAP);
        html! {
            <g class={classes!("mark", mark.replace(['?', ' '], "-"))}
                transform={format!("translate({left:.1} {y:.1})")}>
                <rect y="-9" width={width.to_string()} height="17" rx="8.5" />
                <text x={(width / 2.0).to_string()} dy="0.3em">{ *mark }</text>
            </g>
        }
    };
    marks.iter().map(draw).collect()
}

fn side_class(side: i8) -> &'static str {
    match side {
        0 => "small",
        -1 => "left",
        _ => "right",
    }
}

fn describe(ip: &str, standing: &Standing) -> String {
    let marks = standing.marks();
    let mut text = format!("{ip}, {}", standing.role());
    if standing.master && !standing.slots.is_empty() {
        text += &format!(", slots {}", standing.slots);
    }
    if !marks.is_empty() {
        text += &format!(", {}", marks.join(", "));
    }
    text
}

fn life_class(life: Life) -> &'static str {
    match life {
        Life::Running => "running",
        Life::Frozen => "frozen",
        Life::Dead => "dead",
        Life::Crashed => "dead crashed",
    }
}

fn doubt_class(doubt: Doubt) -> Option<&'static str> {
    match doubt {
        Doubt::None => None,
        Doubt::Possibly => Some("doubted"),
        Doubt::Failed => Some("failed"),
    }
}
