"""What the load generator could measure at most: an "FTP server" that does no work. python3 ceiling.py PORT BIG CERTIFICATE

Every reply is canned. Downloads are sendfile from the page cache, in TLS the same sealed octets again and again; uploads
are dropped in the kernel; there is no path, no permission, no user and no listing that is not in memory.
"""

import os
import re
import signal
import socket
import ssl
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "generator"))
from sealed import MEBIBYTE, Sealed  # noqa: E402

SMALL = bytes(4096)
SEALED_AT_ONCE = 4
REPLIES = {
    b"AUTH": b"234 \r\n",
    b"USER": b"331 \r\n",
    b"PASS": b"230 \r\n",
    b"PBSZ": b"200 \r\n",
    b"PROT": b"200 \r\n",
    b"TYPE": b"200 \r\n",
    b"NOOP": b"200 \r\n",
    b"CWD ": b"250 \r\n",
    b"QUIT": b"221 \r\n",
}
LINES = {
    b"LIST": b"-rw-r--r--   1 ftp      ftp             0 Jan  1 00:00 entry %d.txt\r\n",
    b"MLSD": b"type=file;size=0;modify=20260101000000;perm=adfrw;unique=1g1; entry %d.txt\r\n",
}


class Canned:
    def __init__(self, control, big, context):
        self.control = control
        self.big = big
        self.context = context
        self.sealed = False
        self.listings = {}
        # One listener for all data connections: opening one each time is what servers do, not the generator.
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.passive = b"229 (|||%d|)\r\n" % port

    def run(self):
        self.control.sendall(b"220 \r\n")
        while line := self.control.recv(4096):
            verb = line[:4]
            if verb == b"EPSV":
                self.control.sendall(self.passive)
            elif verb in REPLIES:
                self.answer(verb, line)
            else:
                self.transfer(verb, line)

    def answer(self, verb, line):
        if verb == b"CWD ":
            self.listings = listings(int(re.search(rb"\d+", line)[0]))
        self.control.sendall(REPLIES[verb])
        if verb == b"AUTH":
            self.control = Sealed(self.context, self.control, server_side=True)
            self.sealed = True

    def transfer(self, verb, line):
        data, _ = self.listener.accept()
        self.control.sendall(b"150 \r\n")
        channel = Sealed(self.context, data, server_side=True) if self.sealed else None
        if verb == b"STOR":
            scratch = bytearray(MEBIBYTE)
            while data.recv_into(scratch, 0, socket.MSG_TRUNC):
                pass
        elif verb in LINES:
            data.sendall(self.listings[verb])
        elif b"small/" in line:
            data.sendall(SMALL)
        else:
            self.send_big(data, channel)
        data.close()
        self.control.sendall(b"226 \r\n")

    def send_big(self, data, channel):
        size = os.fstat(self.big).st_size
        if channel is None:
            sent = 0
            while sent < size:
                sent += os.sendfile(data.fileno(), self.big, sent, size - sent)
            return
        for _ in range(SEALED_AT_ONCE):
            channel.tls.write(bytes(MEBIBYTE))
        sealed = channel.outgoing.read()
        for _ in range(0, size, SEALED_AT_ONCE * MEBIBYTE):
            data.sendall(sealed)


def listings(entries):
    return {verb: b"".join(line % index for index in range(entries)) for verb, line in LINES.items()}


def main():
    port, big, certificate = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    descriptor = os.open(big, os.O_RDONLY)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=512)
    while True:
        control, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                Canned(control, descriptor, context).run()
            except OSError:
                pass  # the client has gone
            os._exit(0)
        control.close()


main()
