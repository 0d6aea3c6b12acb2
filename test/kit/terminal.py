"""Runs a program on a terminal of its own, types when something has been shown, and reports what could be seen.

Argument: JSON with argv, env and steps, each [what to wait for, what to type]. Standard output of the program is a
pipe; standard input and standard error are the terminal. Prints JSON: shown, stdout, code, echo (whether the terminal
echoed at the end), echoes (whether it echoed at each step, when the text had been shown).
"""

import json
import os
import pty
import select
import subprocess
import sys
import termios

SECONDS = 20



def echoes(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def main():
    job = json.loads(sys.argv[1])
    master, slave = pty.openpty()
    child = subprocess.Popen(
        job["argv"],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, **job["env"]},
        start_new_session=True,
    )
    shown = b""
    seen = 0
    during = []
    for expected, typed in job["steps"]:
        while expected.encode() not in shown[seen:]:
            if not select.select([master], [], [], SECONDS)[0]:
                child.kill()
                sys.exit(f"never shown: {expected!r}; shown: {shown!r}")
            shown += os.read(master, 65536)
        seen = len(shown)
        during.append(echoes(slave))
        os.write(master, typed.encode())
    stdout, _ = child.communicate(timeout=SECONDS)
    after = echoes(slave)
    while select.select([master], [], [], 0)[0]:
        shown += os.read(master, 65536)
    print(
        json.dumps(
            {
                "shown": shown.decode(),
                "stdout": stdout.decode(),
                "code": child.returncode,
                "echo": after,
                "echoes": during,
            }
        )
    )


main()
