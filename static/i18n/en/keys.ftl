# The list of keys, and the copy of the page that the browser keeps.

keys = Keyboard shortcuts
keys-button = Keyboard shortcuts (?)
keys-close = Close
keys-anywhere = Anywhere but in a text field
keys-run = let time pass, or stop it
keys-step = to the next arrival or timer
keys-next = to the next decision of a node
keys-speed = slower, faster
keys-host = console of that host
keys-console = to the console’s input line
keys-tab = to the next control
keys-escape = close what is open
keys-list = this list
keys-in-console = In the console
keys-enter = run the line
keys-complete = complete the word; on an empty line, to the next control
keys-history = earlier and later lines
keys-interrupt = interrupt the program
keys-leave = leave the program, on an empty line
keys-clear = clear the console
keys-edit = to the start, to the end, delete before, delete behind
keys-out = back to the control before
keys-in-tabs = On tabs and speeds
keys-beside = the one beside it
keys-ends = the first, the last
keys-in-graph = On nodes and handles
keys-inspect = open a node
keys-resize = give the panels more or less height

update = A newer version of this page is ready.
update-now = Load it now
update-later = Later
keys-present = page of the exercise before, next page (presenter mode)
