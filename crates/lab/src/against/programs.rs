//! The programs that a host's console finds before the system's: they run the real ones on the
//! host's own address.

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::Failure;

/// What a host's programs need to know.
pub struct Place<'a> {
    /// The real server.
    pub server: &'a Path,
    /// The real client.
    pub cli: &'a Path,
    /// Where the programs go.
    pub programs: &'a Path,
    /// The file that takes the process ids of servers.
    pub pids: &'a Path,
    /// The host, as the scenario calls it.
    pub host: Ipv4Addr,
    /// Its address on this machine.
    pub public: Ipv4Addr,
    /// Who carries out `load`.
    pub load: SocketAddrV4,
    /// Where its server listens: elsewhere when a proxy has the host's address.
    pub listen: Ipv4Addr,
}

/// Writes the programs.
///
/// # Errors
/// When the folder can not be written.
pub fn write(place: &Place<'_>) -> Result<(), Failure> {
    let Place { host, public, listen, .. } = place;
    let [server, cli, pids] = [place.server, place.cli, place.pids].map(Path::display);
    let announce = if listen == public {
        String::new()
    } else {
        format!("--cluster-announce-ip {public} --replica-announce-ip {public}")
    };
    // Always in the background and with its log in a file, as in the lab; back when it serves.
    let redis_server = format!(
        "touch redis.log\n\
         lines=$(wc -l <redis.log)\n\
         '{server}' \"$@\" --bind {listen} --bind-source-addr {public} {announce} \
         --protected-mode no --enable-debug-command yes --daemonize no --logfile redis.log \
         </dev/null >'{pids}.out' 2>&1 &\n\
         pid=$!\n\
         echo $pid >>'{pids}'\n\
         until tail -n +$((lines+1)) redis.log | grep -q 'Ready to accept connections'; do\n\
         kill -0 $pid 2>/dev/null || {{ cat '{pids}.out'; exit 1; }}\n\
         sleep 0.02\n\
         done\n"
    );
    let redis_cli = format!(
        "for it; do [ \"$it\" = -h ] && exec '{cli}' \"$@\"; done\n\
         exec '{cli}' -h {public} \"$@\"\n"
    );
    // A killed server that nobody has waited for yet is no process any more.
    let pidof = format!(
        "found=\n\
         for pid in $(cat '{pids}' 2>/dev/null); do\n\
         grep -q '^State:.[^ZX]' /proc/$pid/status 2>/dev/null && found=\"$found $pid\"\n\
         done\n\
         [ -n \"$found\" ] && echo $found\n"
    );
    // The clients are not here; whoever has them says the exit status first.
    let load = format!(
        "exec 3<>/dev/tcp/{}/{} || exit 1\n\
         printf '%s\\n' \"$*\" >&3\n\
         read -r status <&3\n\
         cat <&3\n\
         exit $status\n",
        place.load.ip(),
        place.load.port()
    );
    let hostname = format!("echo {host}\n");
    for (name, text) in [
        ("redis-server", &redis_server),
        ("redis-cli", &redis_cli),
        ("pidof", &pidof),
        ("hostname", &hostname),
        ("load", &load),
    ] {
        // Only bash can dial.
        let shell = if name == "load" { "bash" } else { "sh" };
        let file = place.programs.join(name);
        let failed = |error| Failure(format!("{} can not be written: {error}", file.display()));
        fs::write(&file, format!("#!/bin/{shell}\n{text}")).map_err(failed)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    Ok(())
}
