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
        (*radius < 24.0).then_some("small"),
    );
    let label = describe(ip, standing);
    html! {
        <g {class} transform={format!("translate({:.1} {:.1})", at.x, at.y)} tabindex="0" role="button"
            aria-label={label} data-host={ip.clone()} data-role={standing.role()}
            data-marks={standing.marks().join(" ")} {onclick} {onkeydown}>
            <circle class="hit" r={(radius + 14.0).to_string()} />
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
            { marks(&standing.marks(), *radius) }
        </g>
    }
}

fn labels(props: &Props) -> Html {
    let Props { standing, radius, ip, follows, .. } = props;
    let small = *radius < 24.0;
    let (first, step) = if small { (radius + 15.0, 13.0) } else { (radius + 19.0, 15.0) };
    let duty = match follows {
        _ if standing.master && standing.slots.is_empty() => "master, no slots".to_owned(),
        _ if standing.master => format!("master {}", standing.slots),
        Some(master) => format!("replica of {master}"),
        None => "replica".to_owned(),
    };
    let data = match (standing.behind, standing.link.as_deref()) {
        _ if !standing.runs() => String::new(),
        (_, Some(link)) if link != "connected" => format!("link: {link}"),
        (0, _) => format!("epoch {} · offset {}", standing.epoch, standing.offset),
        (behind, _) => format!("offset {} · {behind} behind", standing.offset),
    };
    html! {
        <>
            if !small {
                <text class="ip" y={first.to_string()}>{ ip }</text>
            }
            <text class="duty" y={(if small { first } else { first + step }).to_string()}>{ duty }</text>
            <text class="data" y={(if small { first + step } else { first + 2.0 * step }).to_string()}>
                { if small { format!("epoch {}", standing.epoch) } else { data } }
            </text>
        </>
    }
}

fn marks(marks: &[&str], radius: f64) -> Html {
    let mut y = -radius + 2.0;
    let draw = |mark: &&str| {
        let width = mark.len() as f64 * 6.4 + 12.0;
        let html = html! {
            <g class={classes!("mark", mark.replace(['?', ' '], "-"))}
                transform={format!("translate({:.1} {y:.1})", radius * 0.62)}>
                <rect y="-9" width={width.to_string()} height="17" rx="8.5" />
                <text x={(width / 2.0).to_string()} dy="0.3em">{ *mark }</text>
            </g>
        };
        y += 19.0;
        html
    };
    marks.iter().map(draw).collect()
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
