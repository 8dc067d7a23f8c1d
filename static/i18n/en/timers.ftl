# What a running timer is for, and what packets are called.

timer-node-timeout = waits for a PONG of { $node }
timer-handshake = handshake with { $node }
timer-failure-report = failure report about { $node }
timer-fail-clear = FAIL may be cleared of { $node }
timer-blacklist = does not learn { $node } again
timer-writable = takes writes again
timer-election-start = election starts
timer-election-expiry = votes count
timer-election-retry = next election at the earliest
timer-vote = may vote again about { $node }
timer-manual-failover = manual failover is given up
timer-client-pause = writes are held
timer-repl-ping = next replication PING
timer-repl-ack = next REPLCONF ACK
timer-repl-timeout = replication link is taken for dead
timer-repl-connect = connects to its master
timer-repl-sync = full copy starts
timer-shutdown = shutdown stops waiting

flight-auth-request = vote?
flight-auth-ack = vote
flight-replication = replication
flight-client = client
