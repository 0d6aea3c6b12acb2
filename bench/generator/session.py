"""One FTP session over raw sockets, with as little between the measure and the kernel as Python lets us."""

import select
import socket

from sealed import Sealed

HOST = "127.0.0.1"
WAIT_SECONDS = 30
HANDSHAKE_FIRST_SECONDS = 0.05


class Unable(Exception):
    """The server does not know the command."""


class Refused(Exception):
    """Any other reply that was not hoped for."""


def connect(port):
    # create_connection() would ask the resolver first.
    plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    plain.settimeout(WAIT_SECONDS)
    plain.connect((HOST, port))
    return plain


class Session:
    def __init__(self, port, tls=None):
        self.plain = connect(port)
        self.plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.control = self.plain
        self.tls = tls
        self.buffer = b""
        self.reply(b"220")

    def login(self, user="anonymous", password="bench@example.org"):
        if self.tls is not None:
            self.command(b"AUTH TLS", b"234")
            self.control = Sealed(self.tls, self.plain)
        if self.command(b"USER " + user.encode(), b"331", b"230").startswith(b"331"):
            self.command(b"PASS " + password.encode(), b"230")
        if self.tls is not None:
            self.command(b"PBSZ 0", b"200")
            self.command(b"PROT P", b"200")
        return self

    def binary(self):
        self.command(b"TYPE I", b"200")
        return self

    def close(self):
        self.plain.close()

    def command(self, line, *codes):
        self.control.sendall(line + b"\r\n")
        return self.reply(*codes)

    def reply(self, *codes):
        """The last line of the next reply, which has one of the codes."""
        line = self.line()
        if line[3:4] == b"-":
            end = line[:3] + b" "
            while not line.startswith(end):
                line = self.line()
        if line[:3] not in codes:
            kind = Unable if line[:3] in (b"500", b"502", b"504") else Refused
            raise kind(f"expected {codes}, got {line}")
        return line

    def line(self):
        end = self.buffer.find(b"\n")
        while end < 0:
            received = self.control.recv(65536)
            if not received:
                raise Refused("the server ended the control connection")
            self.buffer += received
            end = self.buffer.find(b"\n")
        line, self.buffer = self.buffer[:end], self.buffer[end + 1 :]
        return line

    def begin(self, line):
        """A data connection, the command for it being sent."""
        reply = self.command(b"EPSV", b"229")
        data = connect(int(reply[reply.rindex(b"(") + 4 : reply.rindex(b"|")]))
        self.control.sendall(line + b"\r\n")
        return data

    def begin_sealed(self, line):
        """The same in TLS. Some servers answer 150 before the handshake, some after it."""
        data = self.begin(line)
        begun = bool(self.buffer) or bool(select.select([self.plain], [], [], HANDSHAKE_FIRST_SECONDS)[0])
        if begun:
            self.reply(b"150", b"125")
        sealed = Sealed(self.tls, data)
        if not begun:
            self.reply(b"150", b"125")
        return sealed

    def end(self):
        self.reply(b"226", b"250")

    def retrieve(self, line, scratch):
        """Octets of a small file, which go nowhere. The 150 is read behind them, as it has nothing to say."""
        with self.begin(line) as data:
            octets = 0
            while received := data.recv_into(scratch, 0, socket.MSG_TRUNC):
                octets += received
        self.reply(b"150", b"125")
        self.end()
        return octets

    def store(self, line, content):
        with self.begin(line) as data:
            self.reply(b"150", b"125")
            data.sendall(content)
        self.end()
