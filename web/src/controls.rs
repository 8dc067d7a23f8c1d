//! Time: let it pass, stop it, and how fast.

use bridge::ToHub;
use yew::prelude::*;

use crate::icons::Icon;
use crate::state::{Action, Page, Phase};
use crate::t;

/// The speeds to choose from, virtual seconds per second.
pub const SPEEDS: [f64; 6] = [0.001, 0.01, 0.1, 1.0, 10.0, 100.0];

/// Time's controls.
pub fn controls(state: &Page) -> Html {
    let tell = {
        let dispatcher = state.dispatcher();
        Callback::from(move |message| dispatcher.dispatch(Action::Tell(message)))
    };
    let running = state.running();
    let disabled = state.phase != Phase::Open;
    let busy = state.frame.as_ref().is_some_and(|it| it.busy);
    let (icon, name) =
        if running { (Icon::Pause, t!("time-stop")) } else { (Icon::Play, t!("time-go")) };
    let run = tell.reform(move |_: MouseEvent| ToHub::Run(!running));
    let step = tell.reform(|_: MouseEvent| ToHub::Step);
    let next = tell.reform(|_: MouseEvent| ToHub::NextEvent);
    let advance = |ms: f64| tell.reform(move |_: MouseEvent| ToHub::Advance(ms));
    html! {
        <div class="controls" role="group" aria-label={t!("time")}>
            <button id="run" class="primary" title={name.clone()} aria-label={name} {disabled} onclick={run}
                data-running={running.to_string()}>{ icon.draw() }</button>
            <button id="step" title={t!("time-step-key")} aria-label={t!("time-step")} {disabled}
                onclick={step}>{ Icon::Step.draw() }</button>
            <button id="next-event" title={t!("time-next-key")}
                aria-label={t!("time-next")} {disabled} onclick={next}>{ Icon::Next.draw() }</button>
            <button id="advance" class={classes!("text", busy.then_some("busy"))}
                title={t!("time-advance-why")} {disabled} onclick={advance(10_000.0)}>{ t!("time-advance") }</button>
            { speed_choice(state.speed(), disabled, &tell) }
        </div>
    }
}

fn speed_choice(speed: f64, disabled: bool, tell: &Callback<ToHub>) -> Html {
    let onkeydown = {
        let tell = tell.clone();
        Callback::from(move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => 1,
                "ArrowLeft" | "ArrowDown" => -1,
                _ => return,
            };
            event.prevent_default();
            let to = beside(speed, step);
            tell.emit(ToHub::Speed(to));
            crate::browser::focus(&format!("speed-{to}"));
        })
    };
    let choice = |value: f64| {
        let chosen = speed == value;
        let onclick = tell.reform(move |_: MouseEvent| ToHub::Speed(value));
        html! {
            <button id={format!("speed-{value}")} role="radio" aria-label={format!("{value}×")} aria-checked={chosen.to_string()}
                tabindex={if chosen { "0" } else { "-1" }} data-speed={value.to_string()}
                {disabled} {onclick}>{ value }<span class="times">{ "×" }</span></button>
        }
    };
    html! {
        <div class="speed" role="radiogroup" aria-label={t!("time-speed")} {onkeydown}>
            { for SPEEDS.map(choice) }
        </div>
    }
}

/// The next speed up (1) or down (-1).
pub fn beside(speed: f64, step: isize) -> f64 {
    let at = SPEEDS.iter().position(|&it| it >= speed).unwrap_or(SPEEDS.len() - 1);
    let to = at.saturating_add_signed(step).min(SPEEDS.len() - 1);
    SPEEDS[to]
}
