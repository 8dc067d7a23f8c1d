# The log of decisions across nodes.

events = What the nodes decide
events-of = Show the events of
events-of-all = all hosts
events-none = Nothing yet. Kill a master, or fail over by hand, and watch.
