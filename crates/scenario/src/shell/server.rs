//! `redis-server`: starts this host's server again.

use engine::Config;
use engine::config::{ConfigFile, options_as_lines};
use sim::{HostId, World};

use super::{Context, files};

/// `redis-server [CONFIG] [--option value...]`; always in the background.
pub(super) async fn start(context: &Context<'_>, args: &[String]) -> i32 {
    if args.first().is_some_and(|arg| arg == "-v" || arg == "--version") {
        context.out.print(&format!("Redis server v={}\n", context.compat.version()));
        return 0;
    }
    let (text, file) = match config_text(context, args).await {
        Ok(read) => read,
        Err(complaint) => {
            context.err.print(&complaint);
            return 1;
        }
    };
    let config = match Config::parse(&text, context.compat) {
        Ok(config) => config,
        Err(complaint) => {
            context.err.print(&format!("{complaint}\n"));
            return 1;
        }
    };
    let port = config.port;
    let mode = if config.cluster_enabled { " [cluster]" } else { "" };
    let title = format!("redis-server *:{port}{mode}");
    let (host, compat) = (context.io.host(), context.compat);
    // In one step: whoever is interrupted after it has started a server that is known.
    let started = context.io.world(move |world| {
        let free = !port_is_taken(world, host, port);
        if free {
            let pid = world.spawn_server(host, text, file, compat);
            world.set_title(pid, title);
        }
        free
    });
    if started.await {
        return 0;
    }
    context.err.print(&format!(
        "Warning: Could not create server TCP listening socket *:{port}: bind: Address already in \
         use\nFailed listening on port {port} (tcp), aborting.\n"
    ));
    1
}

/// Whether a process listens on that port, or a server that still boots will.
fn port_is_taken(world: &World, host: HostId, port: u16) -> bool {
    let word = format!("*:{port}");
    let mut booting = world.processes(host).map(|(pid, ..)| world.title(pid));
    world.listener(host, port).is_some()
        || booting.any(|title| title.split(' ').any(|it| it == word))
}

/// The config file's text with the options of the command line appended as lines, and the file.
async fn config_text(
    context: &Context<'_>,
    args: &[String],
) -> Result<(String, Option<ConfigFile>), String> {
    let (file, options) = match args.split_first() {
        Some((path, options)) if !path.starts_with("--") => {
            let text = files::read(context.io, path).await.ok_or_else(|| {
                let path = absolute(path);
                format!("Fatal error, can't open config file '{path}': No such file or directory\n")
            })?;
            (Some(ConfigFile { name: files::file_name(path).into(), text }), options)
        }
        _ => (None, args),
    };
    let mut text = file.as_ref().map_or_else(String::new, |it| it.text.clone());
    text.push_str(&options_as_lines(options));
    Ok((text, file))
}

fn absolute(file: &str) -> String {
    if file.starts_with('/') { file.into() } else { format!("/var/lib/redis/{file}") }
}
