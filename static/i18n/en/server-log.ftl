# The log of a real server, pasted.

panel-server-log = Server log
server-log-about = Paste the log of a redis-server, or of several: what it tells about a failover is put on a timeline. It does not leave this tab.
server-log-read = Read
server-log-all = Every line
server-log-count = { $shown } of { $all } lines
server-log-another = Another log
server-log-time = Time
server-log-after = After
server-log-process = Process
server-log-line = Line
server-log-lanes = { $count ->
    [one] One process over { $span }
   *[other] { $count } processes over { $span }
}
