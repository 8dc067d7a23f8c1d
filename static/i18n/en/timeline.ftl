# The timeline: lanes of nodes, of slots and of clients.

panel-timeline = Timeline
timeline = Timeline
timeline-zoom = Zoom
timeline-zoom-in = Zoom in (+)
timeline-zoom-out = Zoom out (-)
timeline-whole = Whole
timeline-compare = Compare with
timeline-compare-none = nothing
timeline-slots = Slots served
timeline-clients = Clients held
timeline-master = master
timeline-replica = replica
timeline-frozen = frozen
timeline-failed = FAIL
timeline-cut = cut off
timeline-epoch = e{ $epoch }
timeline-election = vote { $epoch }
timeline-requests = Requests
timeline-scale = highest bar: { $most } in { $seconds } s
timeline-outcome = { $name }: { $number } ({ $from } – { $to })
timeline-refused-about = Ended with an error, or found no server
