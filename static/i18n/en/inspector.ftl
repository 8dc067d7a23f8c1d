# A node from near.

inspector = Node { $ip }
inspector-close = Close
inspector-close-key = Close (Esc)
inspector-crash = This node’s worker broke. That is a bug of this page, not of Redis; the others go on.
inspector-unseen = Its server was never seen running.
inspector-gone = The process is gone. This is what it last knew.

act-kill = Kill
act-shutdown = Shut down
act-continue = Let it go on
act-freeze = Freeze
act-restart = Start again
act-failover = Promote
act-cut = Cut off
act-cut-how = unplug the network
act-reconnect = Reconnect
act-reconnect-how = plug it in again
act-remove = Remove the host
act-add = Add a host
act-links = Links
act-links-how = latency, jitter, loss …
act-gone = This host was taken away. The past still has it.

self-id = node id
self-slots = slots
self-no-slots = none
self-config-epoch = config epoch
self-current-epoch = current epoch
self-last-vote = last vote
self-state = cluster state
self-offset = offset
self-replid = replid
self-follows = follows
self-link = { $master }, { $state }
self-no-link = { $master }, no link
self-replicas = replicas
self-replica-behind = { $replica } { $state }, { $bytes } behind
self-keys = keys
self-clients = clients
self-clients-held = { $count }, { $held } held

peers = The others, as it sees them
peers-node = node
peers-flags = flags
peers-epoch = epoch
peers-slots = slots
peers-link = link
peers-up = up
peers-down = down
peers-reports = reported by { $hosts }

timers = Running timers
