# The panels below the graph: their names and their frame.

panels = Panels
panels-share = The panels take { $size } of the height
panels-resize = Height of the panels
panels-widen = Give the panels more room
panels-narrow = Give the graph more room
panel-events = Events
panel-clients = Clients
