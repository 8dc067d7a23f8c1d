"""Asks a real redis-server 7.0.15 for its table of commands and writes it to table.json.

    redis-server --port 7488
    python3 record_table.py 7488

A command a line: what COMMAND says about it (without the notes on its keys), and the group that COMMAND DOCS names.
"""

import json
import pathlib
import socket
import sys


class Server:
    """A connection that speaks RESP3."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rb")
        self.ask("HELLO", "3")

    def ask(self, *words):
        self.socket.sendall(b"*%d\r\n" % len(words))
        for word in words:
            self.socket.sendall(b"$%d\r\n%s\r\n" % (len(word), word.encode()))
        return self.read()

    def read(self):
        line = self.file.readline()[:-2]
        kind, rest = line[:1], line[1:].decode()
        if kind in b"+-":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2].decode()
        if kind in b"*~":
            return [self.read() for _ in range(int(rest))]
        if kind == b"%":
            return {self.read(): self.read() for _ in range(int(rest))}
        raise ValueError(line)


def described(command, docs):
    """One command as a record, with its subcommands."""
    name, arity, flags, first, last, step, categories, tips, keys, subs = command[:10]
    for key in keys:
        key.pop("notes", None)
    mine = docs.get(name, {})
    return {
        "name": name,
        "arity": arity,
        "flags": flags,
        "keys": [first, last, step],
        "categories": categories,
        "tips": tips,
        "specs": keys,
        "group": mine.get("group"),
        "subs": [described(sub, mine.get("subcommands", {})) for sub in sorted(subs)],
    }


def main(port):
    server = Server(port)
    docs = server.ask("COMMAND", "DOCS")
    table = sorted(server.ask("COMMAND"))
    lines = [json.dumps(described(command, docs)) for command in table]
    file = pathlib.Path(__file__).with_name("table.json")
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n")


main(int(sys.argv[1]))
