"""TLS 1.3 whose data the generator neither decrypts nor encrypts while it measures: only the server does."""

import socket
import ssl

CIPHER = "TLS_AES_256_GCM_SHA384"
MEBIBYTE = 1 << 20


def client_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


class Sealed:
    """A TLS connection over a socket that stays ours, so that sealed octets can be moved past TLS."""

    def __init__(self, context, plain, server_side=False):
        self.plain = plain
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side)
        self.run(self.tls.do_handshake)
        if self.tls.cipher()[0] != CIPHER:
            raise ssl.SSLError(f"{self.tls.cipher()[0]} was agreed on, not {CIPHER}")

    def run(self, call, *arguments):
        while True:
            try:
                result = call(*arguments)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                received = self.plain.recv(65536)
                if received:
                    self.incoming.write(received)
                else:
                    self.incoming.write_eof()

    def flush(self):
        pending = self.outgoing.read()
        if pending:
            self.plain.sendall(pending)

    def sendall(self, octets):
        self.run(self.tls.write, octets)

    def recv(self, size):
        try:
            return self.run(self.tls.read, size)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def seal(self, pieces):
        """What the wire will carry for these pieces, close_notify included."""
        sealed = []
        for piece in pieces:
            self.tls.write(piece)
            sealed.append(self.outgoing.read())
        try:
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            pass  # close_notify is written; the peer's is not waited for
        sealed.append(self.outgoing.read())
        return sealed

    def close(self):
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass  # the peer's close_notify has gone past TLS
        try:
            self.flush()
            self.plain.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server has gone already
        self.plain.close()
