"""An FTP server of pyftpdlib, in the foreground: python3 pyftpdlib-server.py WISHES, in JSON, see pyftpdlib.ts."""

import json
import logging
import os
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer


class ImplicitHandler(TLS_FTPHandler):
    """TLS from the first octet; the greeting follows the handshake."""

    def handle(self):
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self):
        super().handle()


def handler_for(wishes):
    base = {"none": FTPHandler, "explicit": TLS_FTPHandler, "implicit": ImplicitHandler}[wishes["tls"]]
    refused = set(wishes["refuse"])

    class Handler(base):
        proto_cmds = {verb: row for verb, row in base.proto_cmds.items() if verb not in refused}
        banner = "pyftpdlib ready"
        permit_privileged_ports = False
        max_login_attempts = 10
        auth_failed_timeout = 0
        certfile = wishes["certificate"]
        tls_control_required = wishes["requireTls"]
        tls_data_required = wishes["requireTls"]
        masquerade_address = wishes["publicAddress"]
        authorizer = DummyAuthorizer()

    if wishes["passivePorts"]:
        Handler.passive_ports = range(wishes["passivePorts"]["first"], wishes["passivePorts"]["last"] + 1)
    user = wishes["user"]
    Handler.authorizer.add_user(user["name"], user["password"], wishes["root"], perm="elradfmwMT")
    return Handler


def main(wishes):
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    handler = handler_for(wishes)
    if wishes["tls"] != "none":
        handler.get_ssl_context()  # reads the key while root
    server = FTPServer((wishes["host"], wishes["port"]), handler)
    # max_cons would count the listener and data connections too.
    server.max_cons_per_ip = wishes["maxClients"]
    os.setgroups([])
    os.setgid(wishes["user"]["id"])
    os.setuid(wishes["user"]["id"])
    os.umask(0o022)
    server.serve_forever(handle_exit=False)


main(json.loads(sys.argv[1]))
