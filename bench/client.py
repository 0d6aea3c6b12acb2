"""The neutral client of the benchmarks: raw sockets, one connection, one measure a run; prints one number.

    client.py MEASURE PORT KEY=VALUE ...

The data goes nowhere: downloads are discarded in the kernel (MSG_TRUNC), uploads are zeros.
"""

import os
import socket
import sys
import time

SECONDS = 1.5
SESSION_SECONDS = 4
MEBIBYTE = 1 << 20


class Client:
    def __init__(self, port):
        self.control = socket.create_connection(("127.0.0.1", port), 10)
        self.control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.expect("220")

    def reply(self):
        first = self.line()
        last = first
        while first[3:4] == "-" and not last.startswith(first[:3] + " "):
            last = self.line()
        return last

    def line(self):
        while b"\n" not in self.buffer:
            received = self.control.recv(4096)
            if not received:
                sys.exit("the server ended the control connection")
            self.buffer += received
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode("latin-1").rstrip("\r")

    def expect(self, codes):
        reply = self.reply()
        if reply[:3] not in codes:
            sys.exit(f"expected {codes}, got {reply}")
        return reply

    def command(self, line, codes):
        self.control.sendall(line.encode("latin-1") + b"\r\n")
        return self.expect(codes)

    def login(self):
        if self.command("USER anonymous", ("331", "230")).startswith("331"):
            self.command("PASS bench@example.org", "230")
        return self

    def transfer(self, line):
        """A connected data socket, once the server has answered 150."""
        reply = self.command("EPSV", "229")
        port = int(reply[reply.rindex("(") + 1 : reply.rindex(")")].strip("|"))
        data = socket.create_connection(("127.0.0.1", port), 10)
        self.command(line, ("150", "125"))
        return data

    def discard(self, line, scratch):
        octets = 0
        with self.transfer(line) as data:
            while received := data.recv_into(scratch, 0, socket.MSG_TRUNC):
                octets += received
        self.expect("226")
        return octets

    def store(self, name, chunk, count):
        with self.transfer(f"STOR {name}") as data:
            for _ in range(count):
                data.sendall(chunk)
        self.expect("226")


def timed(work, seconds=SECONDS, most=1 << 40):
    """Units of `work` a second; `work` returns how many units it did."""
    start = time.perf_counter()
    units = 0
    calls = 0
    elapsed = 0.0
    while calls < most and elapsed < seconds:
        units += work(calls)
        calls += 1
        elapsed = time.perf_counter() - start
    return units / elapsed


def binary(port):
    client = Client(port).login()
    client.command("TYPE I", "200")
    return client


def download(port, options):
    size = int(options["size"])
    scratch = bytearray(MEBIBYTE)
    client = binary(port)

    def one(_):
        octets = client.discard("RETR big.bin", scratch)
        if octets != size * MEBIBYTE:
            sys.exit(f"got {octets} octets")
        return size * MEBIBYTE / 1e6

    return timed(one, most=1)


def upload(port, options):
    size = int(options["size"])
    chunk = bytes(MEBIBYTE)
    client = binary(port)

    def one(_):
        client.store(f"in/{os.getpid()}.bin", chunk, size)
        return size * MEBIBYTE / 1e6

    return timed(one, most=1)


def small_downloads(port, options):
    files = int(options["files"])
    scratch = bytearray(MEBIBYTE)
    client = binary(port)

    def one(index):
        octets = client.discard(f"RETR small/{index % files}.bin", scratch)
        if octets != 4096:
            sys.exit(f"got {octets} octets")
        return 1

    return timed(one, most=files)


def small_uploads(port, options):
    chunk = bytes(4096)
    client = binary(port)

    def one(index):
        client.store(f"in/{os.getpid()}-{index}.bin", chunk, 1)
        return 1

    return timed(one, most=int(options["files"]))


def listing(verb):
    def measure(port, options):
        entries = int(options["entries"])
        client = Client(port).login()
        client.command("CWD list", "250")

        def one(_):
            lines = 0
            with client.transfer(verb) as data:
                while received := data.recv(256 * 1024):
                    lines += received.count(b"\n")
            client.expect("226")
            if not entries <= lines <= entries + 2:
                sys.exit(f"got {lines} lines")
            return entries

        return timed(one)

    return measure


def noops(port, _options):
    client = Client(port).login()

    def one(_):
        client.command("NOOP", "200")
        return 1

    return timed(one)


def logins(port, _options):
    def one(_):
        client = Client(port).login()
        client.command("QUIT", "221")
        client.control.close()
        return 1

    return timed(one)


def sessions(port, options):
    """Holds idle sessions until its input ends: as many as asked for, or as log in within SESSION_SECONDS. Prints their number."""
    clients = []
    end = time.perf_counter() + SESSION_SECONDS
    while len(clients) < int(options["sessions"]) and time.perf_counter() < end:
        clients.append(Client(port).login())
    print(len(clients), flush=True)
    sys.stdin.read()


MEASURES = {
    "download": download,
    "upload": upload,
    "small-download": small_downloads,
    "small-upload": small_uploads,
    "list": listing("LIST"),
    "mlsd": listing("MLSD"),
    "noop": noops,
    "login": logins,
    "memory": sessions,
}


def main():
    measure, port = sys.argv[1], int(sys.argv[2])
    options = dict(each.split("=", 1) for each in sys.argv[3:])
    result = MEASURES[measure](port, options)
    if result is not None:
        print(result)


main()
