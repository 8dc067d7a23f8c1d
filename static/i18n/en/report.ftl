# The report of a run, as Markdown.

report-title = Failover Lab: { $scenario }
report-seed = Seed
report-moment = Moment
report-hash = Hash of the moment
report-engine = Engine
report-link = Link
report-downtime = Downtime
report-no-downtime = Every slot had a reachable master all the time.
report-gap = From { $at } for { $length }: up to { $slots } slots without a reachable master
report-writes-unknown = Writes of clients were not counted.
report-happened = What happened
report-when = When
report-where = Where
report-what = What
report-actions = What was done
report-no-actions = Nothing.
