//! The `redis` crate.

use std::time::Duration;

use client_libraries::{Phase, Report, Story, belongs, judge, pair};
use redis::cluster::{ClusterClient, ClusterConnection};
use redis::{Commands, ErrorKind, RedisError, RedisResult};

#[test]
fn the_redis_crate_goes_through_failovers_as_with_real_servers() {
    judge("redis-rs", 28000, load);
}

fn load(ports: &[u16], story: &Story) -> Report {
    let nodes: Vec<_> = ports.iter().map(|port| format!("redis://127.0.0.1:{port}/")).collect();
    let timeout = Duration::from_secs(1);
    let client = ClusterClient::builder(nodes)
        .connection_timeout(timeout)
        .response_timeout(timeout)
        .build()
        .expect("addresses are right");
    let mut connection = client.get_connection().expect("the cluster is well");
    let mut report = Report::default();
    for count in 0.. {
        let phase = story.phase();
        if phase == Phase::Over {
            break;
        }
        if let Err(error) = turn(&mut connection, count, &mut report) {
            report.error(phase, kind(&error), error.to_string());
        }
    }
    report
}

fn turn(connection: &mut ClusterConnection, count: u64, report: &mut Report) -> RedisResult<()> {
    let (key, value) = pair(count);
    let written: String = connection.set(&key, value)?;
    let read: String = connection.get(&key)?;
    let counted: i64 = connection.incr(format!("{{{key}}}:count"), 1)?;
    if written != "OK" || !belongs(&key, &read) || counted < 1 {
        report.strange.push(format!("{key}: {written} {read} {counted}"));
    }
    report.served += 3;
    Ok(())
}

fn kind(error: &RedisError) -> &str {
    if error.is_timeout() {
        return "timeout";
    }
    if error.is_io_error() {
        return "io";
    }
    match error.kind() {
        ErrorKind::ClusterConnectionNotFound => "cluster",
        _ => error.code().unwrap_or("other"),
    }
}
