# The page around it all: opening, trouble, hint, footer.

page-starting = Starting the simulator
page-opening = Six servers start, and redis-cli --cluster create joins them
page-below = Shown below the graph
page-console = Console
page-panels = Panels
page-about = Real Redis Cluster nodes, a web worker each; nothing is shown that did not happen. Not affiliated with Redis.

trouble = The lab cannot go on
trouble-reload = Load the page again
trouble-builds = The files of this page are of different builds (page { $page }, hub { $hub }). Reload it without the cache.
trouble-broke = The simulator broke: { $why }
trouble-odd = Page and hub do not understand each other: { $why }
trouble-unloaded = The simulator could not be loaded: { $why }
trouble-worker = The browser did not start the page’s worker. Module workers are needed.

guide = Try { $failover } on { $replica } or { $kill } on { $master }
guide-close = Close this hint

key-space = Space
key-run = stop, go
key-step = step
key-next = next decision
key-speed = speed
key-host = host
key-console = console
key-list = all keys
