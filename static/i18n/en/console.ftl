# The consoles.

console = Console
console-hosts = Hosts
console-output = Output
console-command = Command
console-copy = Copy everything in this console
console-stopped = Time stands still; this goes on when time does.
console-run = Let time pass
console-stubborn = This program does not go away; the command was not typed.
console-more =
    { $count ->
        [one] { $count } line more, then:
       *[other] { $count } lines more, then:
    } { $text }
console-find = Find a host
console-add = Add a host (host add)
console-gone = This host was taken away.
