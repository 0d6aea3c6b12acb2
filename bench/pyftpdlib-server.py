"""pyftpdlib over a folder: python3 pyftpdlib-server.py WISHES, in JSON, see contestants.ts."""

import hashlib
import hmac
import json
import logging
import os
import sys
import warnings

from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler
from pyftpdlib.servers import FTPServer

ALL = "elradfmwMT"
SALT = b"twinportbench"
COST = {"n": 16384, "r": 8, "p": 1, "maxmem": 64 << 20}


def digest(password):
    return hashlib.scrypt(password.encode(), salt=SALT, **COST).hex()


class Authorizer(DummyAuthorizer):
    """Its own compares passwords in clear. This one does what Twinport does: scrypt by OpenSSL, at the same cost."""

    def validate_authentication(self, username, password, handler):
        if username == "anonymous":
            return
        known = self.user_table.get(username)
        if known is None or not hmac.compare_digest(digest(password), known["pwd"]):
            raise AuthenticationFailed("wrong")


def main(wishes):
    logging.basicConfig(level=logging.ERROR)
    authorizer = Authorizer()
    warnings.simplefilter("ignore")  # that anonymous users may write
    authorizer.add_user(wishes["user"], digest(wishes["password"]), wishes["root"], perm=ALL)
    authorizer.add_user("anonymous", "", wishes["root"], perm=ALL)
    handler = TLS_FTPHandler
    handler.certfile = wishes["certificate"]
    handler.authorizer = authorizer
    handler.get_ssl_context()  # reads the key while root
    server = FTPServer((wishes["host"], wishes["port"]), handler)
    server.max_cons = 1 << 20
    server.max_cons_per_ip = 0
    os.setgroups([])
    os.setgid(wishes["id"])
    os.setuid(wishes["id"])
    server.serve_forever(handle_exit=False)


main(json.loads(sys.argv[1]))
