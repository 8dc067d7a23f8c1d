# A lab of one's own.

design-open = New lab
design = New lab
design-from = What it starts from
design-new = Template or own
design-pasted = From real nodes
design-templates = Templates
design-template-walkthrough = Walkthrough
design-template-walkthrough-about = 3 masters, 3 replicas, joined by redis-cli --cluster create
design-template-small = 3 + 3
design-template-small-about = One room, no password
design-template-zones = 3 + 6
design-template-zones-about = Each shard in three zones, 2 ms apart
design-template-centres = 4 + 4
design-template-centres-about = Two data centres, 20 ms apart: which half survives?
design-template-twenty = 10 + 10
design-template-twenty-about = Ranks and votes among many
design-template-hundred = 50 + 50
design-template-hundred-about = Gossip at size
design-masters = Masters
design-replicas = Replicas each
design-node-timeout = Node timeout, ms
design-version = Speaks like Redis
design-zones = Zones, by commas
design-latency = Latency, one way
design-between = Between zones
design-settings = More lines of redis.conf
design-nodes = { $count ->
    [one] One node
   *[other] { $count } nodes
}
design-go = Open
design-pasted-about = Paste what CLUSTER NODES answered, of one node or of several, one after another. Each starts from what it believed; their disagreement is kept.
design-pasted-nodes = Answers to CLUSTER NODES
design-pasted-still = Time stands still and all cables are unplugged, until you plug them in.
design-rebuild = Rebuild
close = Close
