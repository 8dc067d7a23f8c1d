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
report-writes-unknown = No workload ran, so no writes were counted.
report-writes = Acknowledged writes: { $acknowledged }. Kept by every running replica: { $kept }, not decided: { $open }, lost: { $lost }, rolled back: { $rolledback }.
report-happened = What happened
report-when = When
report-where = Where
report-what = What
report-actions = What was done
report-no-actions = Nothing.
