"""The load generator of the benchmarks: python3 generator MEASURE PORT KEY=VALUE ...

It prints `ready` when it is about to work, and waits for a line; then it works, prints one JSON object, and holds its
sessions until its input ends. What the server has used in between is for its caller to see.
"""

import json
import resource
import sys

from measures import MEASURES
from session import Unable


def ready():
    print("ready", flush=True)
    if not sys.stdin.readline():
        sys.exit("nobody waits any more")


def allow_many_sockets():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    measure, port = sys.argv[1], int(sys.argv[2])
    options = dict(each.split("=", 1) for each in sys.argv[3:])
    allow_many_sockets()
    try:
        result = MEASURES[measure](port, options, ready)
    except Unable:
        result = {"unable": True}
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(json.dumps(result), flush=True)
    sys.stdin.read()


main()
