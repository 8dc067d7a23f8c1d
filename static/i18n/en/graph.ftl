# The picture: what nodes are, what they go through, what colours mean.

graph = Cluster
graph-nodes = Nodes

role-master = master
role-replica = replica
mark-frozen = frozen
mark-dead = dead
mark-crashed = crashed
mark-removed = host removed
mark-cut = cut off

# A node, read out: its address, its role, and what else there is to say.
node-named = { $ip }, { $role }
node-named-slots = { $ip }, { $role }, slots { $slots }
node-marked = { $node }, { $marks }

duty-unseen = no server yet
duty-was-master = was master
duty-was-replica = was replica
duty-master = master { $slots }
duty-master-empty = master, no slots
duty-replica = replica
duty-replica-of = replica of { $master }
duty-no-slots = no slots
duty-of = of { $master }
data-link = link: { $state }
data-epoch = epoch { $epoch }
data-master = epoch { $epoch } · offset { $offset }
data-behind = offset { $offset } · { $behind } behind

caption-asks = asks for votes
caption-votes =
    { $votes } of { $needed ->
        [one] { $needed } vote
       *[other] { $needed } votes
    }
caption-election = election in { $span }
caption-held = writes held, { $span } at most
caption-manual = manual failover, { $span } left
caption-copy = full copy in { $span }
caption-writable = takes writes in { $span }
caption-suspected-replica = suspected by a replica
caption-suspected =
    suspected by { $votes } of { $masters ->
        [one] { $masters } master
       *[other] { $masters } masters
    }
caption-silent = no answer for { $span }

ring-cluster = cluster
ring-epoch = epoch { $epoch }
ring-ok = ok
ring-down = down
ring-split = { $ok }/{ $all } ok

legend = Colours of packets
legend-beat = heartbeat
legend-data = replication
legend-vote = failover
legend-fail = failure
legend-client = client
legend-sample = packets: a sample, slowed down
legend-sample-why = At this speed a packet’s flight is too short to be seen. Choose 0.001× to watch it as it is.

span-minutes = { $count } min
