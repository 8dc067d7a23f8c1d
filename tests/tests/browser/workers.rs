//! Each node is a worker of its own: it dies with it, and nobody else does.

use failover_tests::browser::{LabPage, PATIENCE, Result, needs_chromium};

const VICTIM: &str = "192.168.0.132";

fn pid(lab: &LabPage, host: usize) -> Result<u64> {
    let pid = lab.frame()?["hosts"][host]["pid"].as_u64();
    pid.ok_or_else(|| format!("no server on host {host}"))
}

#[test]
fn killing_a_node_terminates_its_worker_and_restarting_brings_a_new_one() -> Result<()> {
    let lab = LabPage::open(3)?;
    lab.wait_node_workers(6)?;
    lab.wait_hosted(6)?;
    let before = lab.node_workers();
    let pid = pid(&lab, 2)?;
    lab.ask(VICTIM, &format!("kill -9 {pid}"))?;
    lab.wait_node_workers(5)?;
    let left = lab.node_workers();
    assert!(left.iter().all(|worker| before.contains(worker)), "{left:?}");
    assert_eq!(lab.graph(VICTIM, "marks")?, "dead");
    // The disk stayed: the node comes back under its old name, in a new worker.
    lab.ask(VICTIM, "redis-server redis.conf")?;
    lab.wait_node_workers(6)?;
    lab.wait_hosted(6)?;
    let name = lab.ask(VICTIM, "redis-cli cluster myid")?;
    assert!(name.contains("1fdb4f59f79d071fb2730e7b7bbf34b926d048d1"), "{name}");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_panic_in_one_worker_is_that_nodes_crash_and_the_rest_goes_on() -> Result<()> {
    if needs_chromium("a way into a worker, to give it something that it panics over") {
        return Ok(());
    }
    let lab = LabPage::open(4)?;
    lab.wait_hosted(6)?;
    // Bytes that are no message of the hub: the program in the worker panics over them, as over
    // any other thing that must not happen.
    let victim = lab.node_workers().into_iter().find(|worker| {
        let name = lab.page.eval_in(worker, "self.name");
        name.is_ok_and(|name| name.as_str().is_some_and(|name| name.contains(VICTIM)))
    });
    let victim = victim.ok_or("no worker is named after its host")?;
    let nonsense = "setTimeout(() => self.port.onmessage(new MessageEvent('message', \
                    { data: new Uint8Array([255, 255, 255]).buffer })))";
    lab.page.eval_in(&victim, nonsense)?;
    let crash = lab.page.wait("__tap.frame.hosts[2].crash", PATIENCE)?;
    assert!(crash.as_str().is_some_and(|it| it.contains("the hub speaks our language")), "{crash}");
    lab.wait_node_workers(5)?;
    lab.wait_hosted(5)?;
    assert_eq!(lab.ask("192.168.0.13", "redis-cli ping")?, "PONG");
    lab.ask(VICTIM, "redis-server redis.conf")?;
    lab.wait_hosted(6)?;
    let crash = lab.page.eval("__tap.frame.hosts[2].crash ?? null")?;
    assert!(crash.is_null(), "{crash}");
    Ok(())
}
