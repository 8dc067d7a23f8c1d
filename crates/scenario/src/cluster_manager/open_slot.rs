//! Closing a slot that is on its way, or whose keys are in several places: in the end one master has
//! it, with all of its keys.

use super::node::{Failed, Node};
use super::slot::{Move, move_slot};
use crate::redis_cli::{Manager, Reply};
use crate::shell::Context;

/// Who has to do with an open slot, by place in the list of nodes.
#[derive(Default)]
struct Open {
    /// Masters whose slot it is by their own word, or that have keys of it.
    claimants: Vec<usize>,
    migrating: Vec<usize>,
    /// A master that has keys of a slot that is not its own counts as importing it.
    importing: Vec<usize>,
}

impl Open {
    /// The owner is clear when nobody else claims the slot.
    fn owner(&self) -> Option<usize> {
        match self.claimants[..] {
            [owner] => Some(owner),
            _ => None,
        }
    }
}

/// Closes one.
pub(super) async fn fix_open(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
    slot: u16,
) -> Result<(), Failed> {
    context.out.print(&format!(">>> Fixing open slot {slot}\n"));
    let mut open = look(context, nodes, slot).await?;
    for (what, which) in [("migrating", &open.migrating), ("importing", &open.importing)] {
        if !which.is_empty() {
            context.out.print(&format!("Set as {what} in: {}\n", addresses(nodes, which)));
        }
    }
    let owner = match open.owner() {
        Some(owner) => owner,
        None => select_owner(context, nodes, slot).await?,
    };
    if open.owner().is_none() {
        open.migrating.retain(|&at| at != owner);
        open.importing.retain(|&at| at != owner);
        give_up(context, nodes, &mut open, owner, slot).await?;
    }
    close(context, manager, nodes, &open, owner, slot).await
}

/// Finds out who has to do with it.
async fn look(context: &Context<'_>, nodes: &mut [Node], slot: u16) -> Result<Open, Failed> {
    let mut open = Open::default();
    let masters: Vec<usize> = (0..nodes.len()).filter(|&at| nodes[at].is_master()).collect();
    for &at in &masters {
        let node = &mut nodes[at];
        let address = node.address();
        if node.owns(slot) {
            open.claimants.push(at);
        } else if node.count_keys(context, slot).await? > 0 {
            let what = format!("*** Found keys about slot {slot} in non-owner node {address}!\n");
            context.out.print(&what);
            open.claimants.push(at);
        }
    }
    let owner = open.owner();
    for &at in &masters {
        let node = &mut nodes[at];
        if node.migrating.iter().any(|&(it, _)| it == slot) {
            open.migrating.push(at);
        } else if node.importing.contains(&slot) {
            open.importing.push(at);
        } else if owner != Some(at) && node.count_keys(context, slot).await? > 0 {
            let address = node.address();
            context.out.print(&format!("*** Found keys about slot {slot} in node {address}!\n"));
            open.importing.push(at);
        }
    }
    Ok(open)
}

/// A slot of nobody, or of several, goes to whoever has most of its keys.
async fn select_owner(
    context: &Context<'_>,
    nodes: &mut [Node],
    slot: u16,
) -> Result<usize, Failed> {
    let out = &context.out;
    out.print(">>> No single clear owner for the slot, selecting an owner by # of keys...\n");
    let mut best = None;
    for (at, node) in nodes.iter_mut().enumerate().filter(|(_, node)| node.is_master()) {
        let keys = node.count_keys(context, slot).await?;
        if best.is_none_or(|(most, _)| keys > most) {
            best = Some((keys, at));
        }
    }
    let Some((_, owner)) = best else {
        out.print("[ERR] Can't select a slot owner. Impossible to fix.\n");
        return Err(Failed);
    };
    let node = &mut nodes[owner];
    out.print(&format!("*** Configuring {} as the slot owner\n", node.address()));
    node.close_slot(context, slot).await?;
    take(context, node, slot).await?;
    Ok(owner)
}

/// Makes a node the owner of a slot at once, with an epoch that the others must accept.
pub(super) async fn take(context: &Context<'_>, node: &mut Node, slot: u16) -> Result<(), Failed> {
    let number = slot.to_string();
    let steps = [
        &["MULTI"][..],
        &["CLUSTER", "DELSLOTS", &number],
        &["CLUSTER", "ADDSLOTS", &number],
        &["CLUSTER", "BUMPEPOCH"],
    ];
    for command in steps {
        node.ask(context, command).await.map_err(|error| node.complain(context, &error))?;
    }
    let replies = node.ask(context, &["EXEC"]).await;
    let replies = replies.map_err(|error| node.complain(context, &error))?;
    let Reply::Array(replies) = replies else { return Err(Failed) };
    // That it let go of the slot may fail: it had none to let go of.
    if let Some(error) = replies.iter().skip(1).find_map(Reply::error) {
        return Err(node.complain(context, error));
    }
    node.slots.insert(slot);
    Ok(())
}

/// All but the owner give the slot up; their keys are still to be fetched.
async fn give_up(
    context: &Context<'_>,
    nodes: &mut [Node],
    open: &mut Open,
    owner: usize,
    slot: u16,
) -> Result<(), Failed> {
    let id = nodes[owner].id.clone();
    for &at in open.claimants.iter().filter(|&&at| at != owner) {
        let node = &mut nodes[at];
        // It may have had none to let go of.
        let _ = node.ask(context, &["CLUSTER", "DELSLOTS", &slot.to_string()]).await;
        for state in ["NODE", "IMPORTING"] {
            let set = node.set_slot(context, slot, &[state, &id]).await;
            set.map_err(|error| node.complain(context, &error))?;
        }
        node.slots.remove(slot);
        open.importing.retain(|&it| it != at);
        open.importing.push(at);
    }
    Ok(())
}

/// What is done depends on how many give the slot away and how many fetch it.
async fn close(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
    open: &Open,
    owner: usize,
    slot: u16,
) -> Result<(), Failed> {
    let out = &context.out;
    let how = Move::fixing(manager);
    match (open.migrating.as_slice(), open.importing.as_slice()) {
        (&[from], &[to]) => {
            let (source, target) = (nodes[from].address(), nodes[to].address());
            out.print(&format!(">>> Case 1: Moving slot {slot} from {source} to {target}\n"));
            move_slot(context, nodes, (from, to), slot, how).await
        }
        (&[], importing @ &[_, ..]) => gather(context, nodes, importing, owner, slot, how).await,
        (&[from], importing @ &[_, _, ..])
            if !any_keys(context, nodes, importing, slot).await? =>
        {
            close_others(context, nodes, (from, importing), slot, how).await
        }
        (&[migrating], &[])
            if owner == migrating || !any_keys(context, nodes, &[migrating], slot).await? =>
        {
            let address = nodes[migrating].address();
            out.print(&format!(">>> Case 4: Closing slot {slot} on {address}\n"));
            nodes[migrating].close_slot(context, slot).await
        }
        (migrating, importing) => {
            out.print(&format!(
                "[ERR] Sorry, redis-cli can't fix this slot yet (work in progress). Slot is set as \
                 migrating in {}, as importing in {}, owner is {}\n",
                addresses(nodes, migrating),
                addresses(nodes, importing),
                nodes[owner].address()
            ));
            Err(Failed)
        }
    }
}

/// Nobody gives it away: the owner gets the keys of all who import it, and all hear who owns it.
async fn gather(
    context: &Context<'_>,
    nodes: &mut [Node],
    importing: &[usize],
    owner: usize,
    slot: u16,
    how: Move,
) -> Result<(), Failed> {
    let (id, address) = (nodes[owner].id.clone(), nodes[owner].address());
    context
        .out
        .print(&format!(">>> Case 2: Moving all the {slot} slot keys to its owner {address}\n"));
    for &from in importing.iter().filter(|&&from| from != owner) {
        let keys = Move { keys_only: true, ..how };
        move_slot(context, nodes, (from, owner), slot, keys).await?;
        let address = nodes[from].address();
        context.out.print(&format!(">>> Setting {slot} as STABLE in {address}\n"));
        nodes[from].close_slot(context, slot).await?;
    }
    for at in (0..nodes.len()).filter(|&at| at != owner) {
        if nodes[at].is_master() {
            let told = nodes[at].set_slot(context, slot, &["NODE", &id]).await;
            told.map_err(|error| nodes[at].complain(context, &error))?;
        }
    }
    Ok(())
}

/// Several import it and none has keys: it goes where its owner wanted it, or stays.
async fn close_others(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, importing): (usize, &[usize]),
    slot: u16,
    how: Move,
) -> Result<(), Failed> {
    let wanted = nodes[from].migrating.iter().find(|&&(it, _)| it == slot);
    let wanted = wanted.map(|(_, id)| id.clone());
    let to = importing.iter().copied().find(|&at| Some(&nodes[at].id) == wanted.as_ref());
    let source = nodes[from].address();
    match to {
        Some(to) => {
            let target = nodes[to].address();
            context.out.print(&format!(
                ">>> Case 3: Moving slot {slot} from {source} to {target} and closing it on all the \
                 other importing nodes.\n"
            ));
            move_slot(context, nodes, (from, to), slot, how).await?;
        }
        None => {
            context.out.print(&format!(
                ">>> Case 3: Closing slot {slot} on both migrating and importing nodes.\n"
            ));
            nodes[from].close_slot(context, slot).await?;
        }
    }
    for &at in importing.iter().filter(|&&at| Some(at) != to) {
        nodes[at].close_slot(context, slot).await?;
    }
    Ok(())
}

async fn any_keys(
    context: &Context<'_>,
    nodes: &mut [Node],
    which: &[usize],
    slot: u16,
) -> Result<bool, Failed> {
    for &at in which {
        if nodes[at].count_keys(context, slot).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn addresses(nodes: &[Node], which: &[usize]) -> String {
    which.iter().map(|&at| nodes[at].address()).collect::<Vec<_>>().join(",")
}
