# What a node decided or what was done to it, to be read behind the hosts that it happened to.

# A row of the event list: who, and what.
fact-line =
    { $count ->
        [1] { $hosts } { $fact }
       *[other] { $hosts } each { $fact }
    }
# The same, read out.
fact-said = { $hosts } { $fact }.

fact-started = redis-server started
fact-killed = was killed: the process is gone at once, memory and all
fact-ended = exited with status { $status }
fact-crashed = crashed, a bug of this page: { $message }
fact-frozen = is frozen (SIGSTOP): it does not run, but its sockets stay open
fact-continued = goes on (SIGCONT)
fact-cut = is cut off from all other hosts
fact-reconnected = is reconnected
fact-host-added = is a new host
fact-host-removed = is taken away, with all that ran there
fact-shutting-down = shuts down: { $why }

fact-pfail = got no answer from { $node } for a node timeout: possibly failed (PFAIL)
fact-pfail-over = hears { $node } again: no suspicion left
fact-reported =
    hears that { $by } suspects { $node } too: { $reports } of { $needed ->
        [one] { $needed } master
       *[other] { $needed } masters
    } needed
fact-fail = marks { $node } as failed (FAIL): a majority of masters agrees
fact-fail-told = marks { $node } as failed (FAIL), as { $by } told
fact-fail-over = clears the FAIL of { $node }: it is reachable again
fact-cluster-ok = sees the cluster as ok
fact-cluster-down = sees the cluster as down and stops serving keys

fact-manual = accepted CLUSTER FAILOVER { $mode }
fact-manual-paused = holds its clients’ writes so that { $node } can catch up
fact-manual-offset = learned where its master stopped: offset { $offset }
fact-manual-ready = has every byte of its master: it may stand
fact-manual-over = gives up the manual failover: its time is over
fact-held = holds writes until further notice
fact-held-for = holds writes for at most { $span }
fact-released = lets held clients go on

fact-link-resumed = follows its master again, by the missing part only
fact-link-copied = follows its master, after a full copy
fact-link-down = lost the link to its master
fact-replica-resumed = sends { $node } the missing part of the stream
fact-replica-copied = sent { $node } a full copy of the data
fact-replica-lost = lost its replica { $node }

fact-election-now = stands for election at once (offset { $offset })
fact-election-planned = plans an election in { $span } (rank { $rank }, offset { $offset })
fact-election-rank = has a sibling with more data: rank { $rank }, the election waits { $span } more
fact-election-started = asks the masters for their votes in epoch { $epoch }
fact-vote-more = got the vote of { $node } too
fact-vote = got the vote of { $node }: { $votes } of { $needed }
fact-election-won = won the election of epoch { $epoch }
fact-election-over = got no majority in time; the election of epoch { $epoch } is over
fact-voted = votes for { $node } in epoch { $epoch }
fact-vote-refused = refuses { $node } its vote: { $why }
fact-master = is a master
fact-replica = is a replica of { $node }
fact-config-epoch = has config epoch { $epoch }
fact-slots-moved =
    sees { $count ->
        [one] one slot
       *[other] { $count } slots
    } move to { $node }
fact-slots-lost =
    sees { $count ->
        [one] one slot
       *[other] { $count } slots
    } without an owner

# Hosts, of which only the first are named.
hosts-more = { $hosts } and { $count } more
