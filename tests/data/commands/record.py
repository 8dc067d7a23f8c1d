"""Sends the requests of a file here to a real redis-server 7.0.15 and writes the replies below them.

    redis-server --port 7488 --cluster-enabled yes --save "" --enable-debug-command yes
    redis-cli -p 7488 CLUSTER ADDSLOTSRANGE 0 16383     (and wait two seconds)
    python3 record.py 7488 commands.txt     (each file on a server of its own: client ids are counted)

A line `NAME> REQUEST` is sent inline on the connection NAME; `sleep MS` waits. Replies follow with two
spaces before each line. A connection that the server closed shows `  (closed)`.
"""

import pathlib
import socket
import sys
import time

QUIET = 0.03


def heard(connection):
    """What comes until the server is quiet."""
    data = b""
    connection.settimeout(QUIET)
    try:
        while True:
            part = connection.recv(65536)
            if not part:
                return data, True
            data += part
    except TimeoutError:
        return data, False
    except ConnectionResetError:
        return data, True


def shown(data):
    """Bytes as lines of text."""
    lines = data.split(b"\r\n")
    if lines[-1] == b"":
        lines.pop()
    return ["  " + line.decode("latin-1").encode("unicode_escape").decode() for line in lines]


def main(port, file):
    connections = {}
    lines = []
    for line in file.read_text().splitlines():
        if line.startswith("  "):
            continue
        lines.append(line)
        if line.startswith("sleep "):
            time.sleep(int(line.split()[1]) / 1000)
        elif "> " in line and not line.startswith("#"):
            name, request = line.split("> ", 1)
            if name not in connections:
                connections[name] = socket.create_connection(("127.0.0.1", port))
            connections[name].sendall(request.encode() + b"\r\n")
        asked = line.split("> ", 1)[0]
        first = sorted(connections.items(), key=lambda item: item[0] != asked)
        for name, connection in first:
            data, closed = heard(connection)
            text = shown(data)
            if text or closed:
                lines += [f"  {name}:"] * (not line.startswith(name + "> ")) + text
            if closed:
                lines.append("  (closed)")
                del connections[name]
    file.write_text("\n".join(lines) + "\n")


main(int(sys.argv[1]), pathlib.Path(__file__).with_name(sys.argv[2]))
