# What passed on the wire.

panel-packets = Packets
packets-asking = Asking for packets
packets-none = No such packet is kept. Kill a master, or ask for other kinds, hosts or moments.
packets-as = Show as
packets-list = List
packets-diagram = Sequence diagram
packets-kind = Kind
packets-telling = without heartbeats
packets-decisions = decisions
packets-all = all kinds
packets-replication = replication
packets-client = clients
packets-connection = connections
packets-from = from
packets-to = to
packets-about = about
packets-any = { $what } anyone
packets-span = Moments
packets-kept = all that is kept
packets-last = the last { $seconds } s
packets-failover = the last failover
packets-between = from … to …
packets-since = from (s)
packets-until = to (s)
packets-count = { $count ->
    [one] 1 packet
   *[other] { $count } packets
  }
packets-newest = the newest { $shown } of { $count }
packets-save = Save as pcapng
packets-save-why = All packets of these moments and between these hosts, whatever their kind, for Wireshark
packets-svg = Save as SVG
packets-caption = Packets, the newest first
packets-time = Sent
packets-way = From → to
packets-size = Bytes
packets-info = Content
packets-lost = lost by fault { $fault }
packets-opened = Packet { $name }
packets-close = Close the packet
packets-fields = Fields
packets-bytes = Bytes
packets-more = and { $count } bytes more
