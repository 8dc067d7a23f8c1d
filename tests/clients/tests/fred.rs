//! The `fred` crate.

use std::time::Duration;

use client_libraries::{Phase, Report, Story, belongs, judge, pair};
use fred::error::ErrorKind;
use fred::prelude::*;

#[test]
fn the_fred_crate_goes_through_failovers_as_with_real_servers() {
    judge("fred", 28100, load);
}

fn load(ports: &[u16], story: &Story) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime needs nothing").block_on(talk(ports, story))
}

async fn talk(ports: &[u16], story: &Story) -> Report {
    let nodes = ports.iter().map(|&port| ("127.0.0.1", port)).collect();
    let config = Config { server: ServerConfig::new_clustered(nodes), ..Config::default() };
    let client = Builder::from_config(config)
        .with_connection_config(|it| {
            it.connection_timeout = Duration::from_secs(1);
            it.reconnect_on_auth_error = true;
        })
        .with_performance_config(|it| it.default_command_timeout = Duration::from_secs(1))
        .set_policy(ReconnectPolicy::new_constant(0, 100))
        .build()
        .expect("the settings are right");
    client.init().await.expect("the cluster is well");
    let mut report = Report::default();
    for count in 0.. {
        let phase = story.phase();
        if phase == Phase::Over {
            break;
        }
        if let Err(error) = turn(&client, count, &mut report).await {
            report.error(phase, kind(&error), error.to_string());
        }
    }
    let _ = client.quit().await;
    report
}

async fn turn(client: &Client, count: u64, report: &mut Report) -> FredResult<()> {
    let (key, value) = pair(count);
    let written: String = client.set(&key, value, None, None, false).await?;
    let read: String = client.get(&key).await?;
    let counted: i64 = client.incr(format!("{{{key}}}:count")).await?;
    if written != "OK" || !belongs(&key, &read) || counted < 1 {
        report.strange.push(format!("{key}: {written} {read} {counted}"));
    }
    report.served += 3;
    Ok(())
}

fn kind(error: &Error) -> &str {
    match error.kind() {
        ErrorKind::IO | ErrorKind::Canceled => "io",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Cluster if error.details().starts_with("CLUSTERDOWN") => "CLUSTERDOWN",
        ErrorKind::Cluster | ErrorKind::Routing => "cluster",
        _ => error.details().split(' ').next().unwrap_or("other"),
    }
}
