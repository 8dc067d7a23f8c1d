//! A sequence diagram: lanes are nodes, arrows are packets, notes are decisions.

mod layout;

use bridge::Packets;
use web_sys::XmlSerializer;
use yew::prelude::*;

use self::layout::{Arrow, Item, LEFT, Layout, Note, arrange};
use super::list::elapsed_us;
use crate::browser;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::log::Log;
use crate::state::packets::{PacketsAction, Span};
use crate::t;
use crate::words::{Tone, flight_tone};

/// The colours that the picture uses.
const COLOURS: [&str; 12] = [
    "--paper",
    "--ground",
    "--line",
    "--line-strong",
    "--ink",
    "--ink-3",
    "--own",
    "--data",
    "--vote",
    "--doubt",
    "--fail",
    "--client",
];
const STYLE: &str = include_str!("../../../../../static/sequence.css");
/// How far an arrow falls.
const FALL: f64 = 5.0;

/// Properties of [`Sequence`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What there is.
    pub found: Shared<Packets>,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// What was decided.
    pub log: Shared<Log>,
    /// Which moments are wanted.
    pub span: Span,
    /// What the person does.
    pub send: Callback<PacketsAction>,
}

/// The diagram.
#[component]
pub fn Sequence(props: &Props) -> Html {
    let Props { found, names, log, span, send } = props;
    let layout = use_memo(
        (found.clone(), names.clone(), log.clone(), *span),
        |(found, names, log, span)| arrange(&found.rows, log, *span, names),
    );
    let Layout { width, height, lanes, items } = &*layout;
    html! {
        <div class="diagram">
            <div class="drawing" tabindex="0" role="region" aria-label={t!("packets-diagram")}>
                <svg id="sequence" class="sequence" role="img" aria-label={t!("packets-diagram")}
                    width={px(*width)} height={px(*height)} viewBox={format!("0 0 {} {}", px(*width), px(*height))}>
                    <rect class="ground" width={px(*width)} height={px(*height)} />
                    { for lanes.iter().map(|&(host, x)| html! {
                        <>
                            <text class="head" x={px(x)} y="16">{ names.ip(host).to_owned() }</text>
                            <line class="lane" x1={px(x)} y1="24" x2={px(x)} y2={px(*height)} />
                        </>
                    }) }
                    { for items.iter().map(|(y, it)| draw(*y, it, *width, send)) }
                </svg>
            </div>
        </div>
    }
}

fn draw(y: f64, item: &Item, width: f64, send: &Callback<PacketsAction>) -> Html {
    match item {
        Item::Pause(text) => html! {
            <g>
                <line class="pause" x1={px(LEFT)} y1={px(y + 2.0)} x2={px(width)} y2={px(y + 2.0)} />
                <text class="gap" x={px(LEFT - 90.0)} y={px(y + 5.0)}>{ format!("{text} ⋮") }</text>
            </g>
        },
        Item::Arrow(arrow) => draw_arrow(y, arrow, send),
        Item::Note(note) => draw_note(y, note),
    }
}

fn draw_arrow(y: f64, arrow: &Arrow, send: &Callback<PacketsAction>) -> Html {
    let (id, part) = arrow.packet;
    let onclick = send.reform(move |_: MouseEvent| PacketsAction::Open(id, part));
    let lost = arrow.to.iter().all(|it| it.1);
    let leads = |&(to, lost): &(f64, bool)| {
        let way = if to < arrow.from { -1.0 } else { 1.0 };
        if (to - arrow.from).abs() < 1.0 {
            // What a host says to itself.
            return html! { <circle cx={px(arrow.from)} cy={px(y)} r="3" /> };
        }
        let end = if lost { f64::midpoint(arrow.from, to) } else { to };
        let fall = y + if lost { FALL / 2.0 } else { FALL };
        html! {
            <>
                <line x1={px(arrow.from)} y1={px(y)} x2={px(end)} y2={px(fall)} />
                if lost {
                    <path class="cross" d={format!("M{0} {1}l8 8m0 -8l-8 8", px(end - 4.0), px(fall - 4.0))} />
                } else {
                    <path d={format!("M{} {}l{} -3.5v7z", px(end), px(fall), px(-8.0 * way))} />
                }
            </>
        }
    };
    let leftmost = arrow.to.iter().all(|it| it.0 < arrow.from);
    let (anchor, x) =
        if leftmost { ("end", arrow.from - 7.0) } else { ("start", arrow.from + 7.0) };
    html! {
        <g class={classes!("arrow", flight_tone(arrow.kind), lost.then_some("lost"))} {onclick}>
            <text class="moment" x={px(LEFT - 8.0)} y={px(y + 3.0)}>{ elapsed_us(arrow.at_ms) }</text>
            { for arrow.to.iter().map(leads) }
            <text x={px(x)} y={px(y - 3.0)} text-anchor={anchor}>{ arrow.label.clone() }</text>
        </g>
    }
}

fn draw_note(y: f64, note: &Note) -> Html {
    let (left, width) = note.place;
    let height = 15.0 * note.lines.len() as f64 + 4.0;
    let tone = match note.tone {
        Tone::Quiet | Tone::Data => "plain",
        Tone::Doubt => "doubt",
        Tone::Failure => "failure",
        Tone::Decision => "decision",
        Tone::Good => "good",
    };
    let line = |(at, text): (usize, &String)| {
        html! { <text x={px(left + 7.0)} y={px(y + 5.0 + 15.0 * at as f64)}>{ text.clone() }</text> }
    };
    html! {
        <g class={classes!("note", tone)}>
            <text class="moment" x={px(LEFT - 8.0)} y={px(y + 5.0)}>{ elapsed_us(note.at_ms) }</text>
            { for note.lanes.iter().map(|x| html! {
                <rect x={px(x - 3.0)} y={px(y - 9.0)} width="6" height={px(height + 2.0)} rx="2" />
            }) }
            <rect x={px(left)} y={px(y - 8.0)} width={px(width)} height={px(height)} rx="4" />
            { for note.lines.iter().enumerate().map(line) }
        </g>
    }
}

/// Offers the picture as a file that needs nothing else.
pub fn save() {
    let text = (|| {
        let picture = browser::element("sequence")?;
        XmlSerializer::new().ok()?.serialize_to_string(&picture).ok()
    })();
    let Some(text) = text else { return };
    let Some((head, rest)) = text.split_once('>') else { return };
    let colours = COLOURS.map(|name| format!("{name}:{};", browser::css_variable(name)));
    let style = format!(".sequence{{{}}}\n{STYLE}", colours.concat());
    let whole = format!("{head}><style>{style}</style>{rest}");
    browser::save("failover-lab.svg", "image/svg+xml", whole.as_bytes());
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}
