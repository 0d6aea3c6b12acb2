"""One session of Python's ftplib. The only argument is JSON: a Target and its Steps, as in foreign-client.ts, and `reuse`."""

import ftplib
import json
import os
import ssl
import sys


class ReusingFTP(ftplib.FTP_TLS):
    """Resumes the control connection's TLS session on data connections."""

    def ntransfercmd(self, cmd, rest=None):
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            conn = self.context.wrap_socket(conn, server_hostname=self.host, session=self.sock.session)
        return conn, size


def connect(target):
    if target["security"] == "clear":
        ftp = ftplib.FTP(timeout=20)
    else:
        context = ssl.create_default_context(cafile=target["ca"])
        if "tlsVersion" in target:
            version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[target["tlsVersion"]]
            context.minimum_version = context.maximum_version = version
        ftp = (ReusingFTP if target["reuse"] else ftplib.FTP_TLS)(context=context, timeout=20)
    ftp.encoding = "utf-8"  # latin-1 before Python 3.9
    ftp.connect(target["host"], target["port"])
    ftp.login("user", "secret")
    if target["security"] != "clear":
        ftp.prot_p()
    ftp.set_pasv(target["mode"] == "passive")
    return ftp


def get(ftp, remote, local, resume):
    offset = os.path.getsize(local) if resume else None
    with open(local, "ab" if resume else "wb") as file:
        ftp.retrbinary("RETR " + remote, file.write, rest=offset)


def put(ftp, remote, local, resume):
    ftp.voidcmd("TYPE I")
    offset = ftp.size(remote) if resume else None
    with open(local, "rb") as file:
        file.seek(offset or 0)
        ftp.storbinary("STOR " + remote, file, rest=offset)


def listing(ftp, folder, into):
    with open(into, "w", encoding="utf-8") as file:
        ftp.retrlines("LIST " + folder, lambda line: file.write(line + "\n"))


def facts(ftp, folder, into):
    with open(into, "w", encoding="utf-8") as file:
        for name, values in ftp.mlsd(folder):
            file.write(f"{values.get('type')} {values.get('size')} {name}\n")


def run(ftp, step):
    do = step["do"]
    if do in ("get", "put"):
        {"get": get, "put": put}[do](ftp, step["remote"], step["local"], step.get("resume", False))
    elif do in ("list", "facts"):
        {"list": listing, "facts": facts}[do](ftp, step["folder"], step["into"])
    elif do == "rename":
        ftp.rename(step["from"], step["to"])
    else:
        {"remove": ftp.delete, "makeFolder": ftp.mkd, "removeFolder": ftp.rmd}[do](step["path"])


def main():
    session = json.loads(sys.argv[1])
    ftp = connect(session)
    for step in session["steps"]:
        run(ftp, step)
    ftp.quit()


main()
