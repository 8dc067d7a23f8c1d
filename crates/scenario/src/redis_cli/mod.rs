//! redis-cli, as people know it.

pub(crate) mod args;
mod format;
mod help;
mod interactive;
mod link;
pub(crate) mod reply;
mod session;
pub(crate) mod words;

use crate::cluster_manager;
use crate::shell::Context;
use args::Request;
use session::{Session, Stop};

pub(crate) use args::{Manager, Options, leading_number};
pub(crate) use format::raw;
pub(crate) use link::Link;
pub(crate) use reply::{Parser, Reply, request};

const AUTH_WARNING: &str = "Warning: Using a password with '-a' or '-u' option on the command line \
                            interface may not be safe.\n";

/// Runs redis-cli and returns its exit status.
pub(crate) async fn run(context: &Context<'_>, args: &[String]) -> i32 {
    let (mut options, words) = match args::parse(args) {
        Request::Run(options, words) => (*options, words),
        Request::Version => {
            context.out.print(&format!("redis-cli {}\n", context.compat.version()));
            return 0;
        }
        Request::Help => {
            context.err.print(&help::usage(context.compat));
            return 0;
        }
        Request::Wrong(text) => {
            context.err.print(&text);
            return 1;
        }
    };
    if options.password.is_some() && !options.no_auth_warning {
        context.err.print(AUTH_WARNING);
    }
    if options.password.is_none() {
        options.password = context.env.get("REDISCLI_AUTH").cloned();
    }
    if let Some(manager) = options.manager.take().filter(|it| !it.name.is_empty()) {
        return cluster_manager::run(context, &options, &manager).await;
    }
    let repeat = options.repeat;
    let mut session = Session::new(context, options);
    match &context.stdin {
        _ if !words.is_empty() => once(&mut session, &words, repeat).await,
        Some(lines) => interactive::read_from(&mut session, lines).await,
        None => interactive::converse(&mut session).await,
    }
}

async fn once(session: &mut Session<'_>, words: &[String], repeat: i64) -> i32 {
    if !session.connect().await {
        return 1;
    }
    let argv: Vec<_> = words.iter().map(|it| it.clone().into_bytes()).collect();
    match session.run(&argv, repeat).await {
        Ok(()) => 0,
        Err(Stop::Failed) => 1,
        Err(Stop::Exit(status)) => status,
    }
}
