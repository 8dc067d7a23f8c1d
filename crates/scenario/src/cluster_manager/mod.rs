//! `redis-cli --cluster`
use crate::redis_cli::{Manager, Options};
use crate::shell::Context;
pub(crate) const NAMES: [&str; 5] = ["call", "check", "create", "help", "info"];
pub(crate) async fn run(context: &Context<'_>, _: &Options, _: &Manager) -> i32 {
    context.err.print("Unknown --cluster subcommand\n");
    1
}
