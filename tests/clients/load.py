"""Reads and writes a cluster through redis-py until told that it is over; prints a report as JSON."""

import json
import sys
import threading

import redis
from redis.cluster import RedisCluster

KEYS = 100

phase = "failing"
report = {"served": 0, "errors": {}, "late_errors": [], "strange": []}


def listen():
    global phase
    for line in sys.stdin:
        phase = line.strip()
    phase = "over"


def kind(error):
    if isinstance(error, redis.exceptions.ClusterDownError):
        return "CLUSTERDOWN"
    if isinstance(error, redis.exceptions.TimeoutError):
        return "timeout"
    if isinstance(error, (redis.exceptions.ConnectionError, OSError)):
        return "io"
    if isinstance(error, (redis.exceptions.ClusterError, redis.exceptions.SlotNotCoveredError)):
        return "cluster"
    if isinstance(error, redis.exceptions.MovedError):
        return "MOVED"
    return type(error).__name__


def turn(client, count):
    key = f"key:{count % KEYS}"
    written = client.set(key, f"{key}={count}")
    read = client.get(key)
    counted = client.incr(f"{{{key}}}:count")
    if written is not True or not read.startswith(f"{key}=") or counted < 1:
        report["strange"].append(f"{key}: {written} {read} {counted}")
    report["served"] += 3


def main():
    threading.Thread(target=listen, daemon=True).start()
    client = RedisCluster(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        decode_responses=True,
        socket_timeout=1,
        socket_connect_timeout=1,
    )
    count = 0
    while phase != "over":
        during = phase
        try:
            turn(client, count)
        except Exception as error:
            report["errors"][kind(error)] = report["errors"].get(kind(error), 0) + 1
            if during == "well":
                report["late_errors"].append(str(error))
        count += 1
    print(json.dumps(report))


main()
