//! `reshard`

use super::check::{Told, check};
use super::node::{Failed, Node};
use super::prompt::Prompts;
use super::slot::{Move, move_slot, plan};
use super::table::SLOTS;
use crate::redis_cli::Manager;
use crate::shell::Context;

const SAME: &str = "*** It is not possible to use the target node as source node.\n";

/// Moves slots to one master, asking for whatever the command line does not say.
pub(super) async fn reshard(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
) -> Result<bool, Failed> {
    if !check(context, nodes, Told::Everything).await? {
        context.err.print("*** Please fix your cluster problems before resharding\n");
        return Err(Failed);
    }
    let mut prompts = Prompts::new(context);
    let count = how_many(manager, &mut prompts).await?;
    let target = receiver(context, manager, nodes, &mut prompts).await?;
    let sources = givers(context, manager, nodes, target, &mut prompts).await?;
    let plan = plan(nodes, &sources, count);
    tell(context, nodes, (&sources, target), count, &plan);
    let proceed = "Do you want to proceed with the proposed reshard plan (yes/no)? ";
    if !manager.yes && !prompts.confirm(proceed).await {
        return Ok(false);
    }
    for (from, slot) in plan {
        move_slot(context, nodes, (from, target), slot, Move::of(manager)).await?;
    }
    Ok(true)
}

async fn how_many(manager: &Manager, prompts: &mut Prompts<'_, '_>) -> Result<usize, Failed> {
    let fits = |count: &usize| (1..=SLOTS).contains(count);
    if let Some(count) = manager.slots.filter(fits) {
        return Ok(count);
    }
    let question = format!("How many slots do you want to move (from 1 to {SLOTS})? ");
    loop {
        let answer = prompts.ask(&question).await.ok_or(Failed)?;
        if let Some(count) = answer.trim().parse().ok().filter(fits) {
            return Ok(count);
        }
    }
}

/// The master with an id, or a complaint.
fn master(context: &Context<'_>, nodes: &[Node], id: &str) -> Option<usize> {
    let found = nodes.iter().position(|node| node.id == id && node.is_master());
    if found.is_none() {
        context.out.print(&format!(
            "*** The specified node ({id}) is not known or not a master, please retry.\n"
        ));
    }
    found
}

async fn receiver(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &[Node],
    prompts: &mut Prompts<'_, '_>,
) -> Result<usize, Failed> {
    if let Some(id) = &manager.to {
        return master(context, nodes, id).ok_or(Failed);
    }
    let answer = prompts.ask("What is the receiving node ID? ").await.ok_or(Failed)?;
    master(context, nodes, answer.trim()).ok_or(Failed)
}

async fn givers(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &[Node],
    target: usize,
    prompts: &mut Prompts<'_, '_>,
) -> Result<Vec<usize>, Failed> {
    let all =
        || (0..nodes.len()).filter(|&at| at != target && nodes[at].is_master()).collect::<Vec<_>>();
    let mut sources = Vec::new();
    if let Some(from) = &manager.from {
        for id in from.split(',') {
            if id == "all" {
                return Ok(all());
            }
            sources.push(master(context, nodes, id).ok_or(Failed)?);
        }
    } else {
        context.out.print(
            "Please enter all the source node IDs.\n  Type 'all' to use all the nodes as source \
             nodes for the hash slots.\n  Type 'done' once you entered all the source nodes IDs.\n",
        );
        loop {
            let question = format!("Source node #{}: ", sources.len() + 1);
            let answer = prompts.ask(&question).await.ok_or(Failed)?;
            match answer.trim() {
                "done" => break,
                "all" => return Ok(all()),
                id => match master(context, nodes, id).ok_or(Failed)? {
                    at if at == target => context.out.print(SAME),
                    at => sources.push(at),
                },
            }
        }
    }
    if sources.contains(&target) {
        context.out.print(SAME);
        return Err(Failed);
    }
    if sources.is_empty() {
        context.err.print("*** No source nodes given, operation aborted.\n");
        return Err(Failed);
    }
    Ok(sources)
}

fn tell(
    context: &Context<'_>,
    nodes: &[Node],
    (sources, target): (&[usize], usize),
    count: usize,
    plan: &[(usize, u16)],
) {
    let indented = |at: usize| {
        let lines = nodes[at].description();
        lines.lines().map(|line| format!("    {line}\n")).collect::<String>()
    };
    let sources: String = sources.iter().map(|&at| indented(at)).collect();
    let moves =
        plan.iter().map(|&(at, slot)| format!("    Moving slot {slot} from {}\n", nodes[at].id));
    context.out.print(&format!(
        "\nReady to move {count} slots.\n  Source nodes:\n{sources}  Destination node:\n{}  \
         Resharding plan:\n{}",
        indented(target),
        moves.collect::<String>()
    ));
}
