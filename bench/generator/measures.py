"""What the load generator can do. Every measure takes the port, its options and `ready`, and returns what it prints."""

import mmap
import os
import socket
import time

from crew import Crew
from sealed import MEBIBYTE, client_context
from session import Refused, Session, Unable

LONGEST_SECONDS = 6
CLOSING_SECONDS = 0.5
LOGIN_SECONDS = 60
SMALL = 4096
CREW = 4
SCATTERED_CREW = 10
now = time.perf_counter
KEPT = []


def keep(holder):
    """Sessions, or a crew with some, until this process ends: the server's processes for them are looked at behind the measure."""
    KEPT.append(holder)
    return holder


def moved(octets, seconds):
    return {"value": octets / 1e6 / seconds, "octets": octets, "seconds": seconds}


def pieces(options):
    """The large file, a mebibyte at a time. What is not compared afterwards may as well be the same piece again and again."""
    size = int(options["size"])
    with open(options["big"], "rb") as file:
        content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    step = MEBIBYTE if options.get("check") else 0
    return [content[index * step : index * step + MEBIBYTE] for index in range(size)]


def drain(data, deadline):
    """Octets until the end, when the last came, and whether the end was seen."""
    scratch = bytearray(MEBIBYTE)
    octets = 0
    last = now()
    while last < deadline:
        received = data.recv_into(scratch, 0, socket.MSG_TRUNC)
        if not received:
            return octets, last, True
        octets += received
        last = now()
    return octets, last, False


def download(port, options, ready):
    """The large file, or what of it comes in time. With `check` it is compared."""
    size = int(options["size"]) * MEBIBYTE
    session = keep(Session(port).login().binary())
    if options.get("check"):
        compare(session, options)
    ready()
    start = now()
    data = session.begin(b"RETR big.bin")
    octets, last, ended = drain(data, start + LONGEST_SECONDS)
    if ended and octets != size:
        raise Refused(f"got {octets} octets")
    return moved(octets, last - start)


def compare(session, options, begin=Session.begin):
    data = begin(session, b"RETR big.bin")
    received = bytearray()
    while chunk := data.recv(MEBIBYTE):
        received += chunk
    data.close()
    with open(options["big"], "rb") as file:
        if file.read() != received:
            raise Refused("another file came")
    if begin is Session.begin:
        session.reply(b"150", b"125")
    session.end()


def tls_download(port, options, ready):
    """Sealed octets are counted, not opened. The clock starts behind the handshake."""
    size = int(options["size"]) * MEBIBYTE
    session = keep(Session(port, client_context()).login().binary())
    if options.get("check"):
        compare(session, options, Session.begin_sealed)
    ready()
    data = session.begin_sealed(b"RETR big.bin")
    start = now()
    octets, last, ended = drain_sealed(data, size, start + LONGEST_SECONDS)
    data.close()
    if ended and octets < size:
        raise Refused(f"got {octets} octets")
    return moved(min(octets, size), last - start)


def drain_sealed(data, size, deadline):
    """Some servers end the connection only when they have seen our close_notify: behind all of the file it is not waited for long."""
    scratch = bytearray(MEBIBYTE)
    octets = data.incoming.pending
    last = now()
    try:
        while last < deadline:
            if octets >= size:
                data.plain.settimeout(CLOSING_SECONDS)
            received = data.plain.recv_into(scratch, 0, socket.MSG_TRUNC)
            if not received:
                return octets, last, True
            octets += received
            last = now()
    except TimeoutError:
        return octets, last, True
    return octets, last, False


def upload(port, options, ready):
    content = pieces(options)
    session = keep(Session(port).login().binary())
    ready()
    start = now()
    data = session.begin(b"STOR in/up.bin")
    session.reply(b"150", b"125")
    octets = send(data, content, start + LONGEST_SECONDS)
    data.close()
    finish_upload(session, octets, options)
    if options.get("sync"):
        synchronise(options["in"])
    return moved(octets, now() - start)


def tls_upload(port, options, ready):
    """Sealed before the clock starts, once the keys are known; sent as it is."""
    session = keep(Session(port, client_context()).login().binary())
    ready()
    data = session.begin_sealed(b"STOR in/up.bin")
    sealed = data.seal(pieces(options))
    start = now()
    octets = send(data.plain, sealed, start + LONGEST_SECONDS)
    data.plain.shutdown(socket.SHUT_WR)
    finish_upload(session, octets, options)
    seconds = now() - start
    data.plain.close()
    return moved(min(octets, int(options["size"]) * MEBIBYTE), seconds)


def send(data, content, deadline):
    octets = 0
    for piece in content:
        data.sendall(piece)
        octets += len(piece)
        if now() > deadline:
            break
    return octets


def finish_upload(session, octets, options):
    """What was cut short for lack of time may be answered as the server likes."""
    whole = octets >= int(options["size"]) * MEBIBYTE
    session.reply(*([b"226"] if whole else [b"226", b"426", b"425", b"451", b"522"]))


def synchronise(folder):
    for name in os.listdir(folder):
        descriptor = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def logged_in(port):
    return lambda _index: [Session(port).login().binary()]


def rate(results):
    """Of all together: each has counted until it was done with what it had begun."""
    return {"value": sum(units / seconds for units, seconds in results), "units": sum(units for units, _ in results)}


def crew_rate(port, options, ready, work, prepare=None):
    crew = keep(Crew(int(options.get("sessions", 1)), prepare or logged_in(port), work))
    ready()
    return rate(crew.work(float(options["seconds"])))


def counted(step):
    """Work that takes `step(sessions, index, count)` until the deadline, once at least."""

    def work(sessions, index, deadline):
        start = last = now()
        count = 0
        while count == 0 or last < deadline:
            step(sessions, index, count)
            count += 1
            last = now()
        return count, last - start

    return work


def fetch_until(sessions, _index, deadline):
    """Megabytes of the large file, again and again, and the time they took; the last one is dropped where it is."""
    [session] = sessions
    start = now()
    total = 0
    while True:
        octets, last, ended = drain(session.begin(b"RETR big.bin"), deadline)
        total += octets
        if not ended:
            return total / 1e6, last - start
        session.reply(b"150", b"125")
        session.end()


def downloads(port, options, ready):
    return crew_rate(port, options, ready, fetch_until)


def fetch_small(files):
    scratch = bytearray(65536)

    def step(sessions, index, count):
        """Each session in turn."""
        session = sessions[count % len(sessions)]
        octets = session.retrieve(b"RETR small/%d.bin" % ((count + index) % files), scratch)
        if octets != SMALL:
            raise Refused(f"got {octets} octets")

    return counted(step)


def small_downloads(port, options, ready):
    return crew_rate(port, options, ready, fetch_small(int(options["files"])))


def small_uploads(port, options, ready):
    content = bytes(SMALL)

    def step(sessions, index, count):
        sessions[0].store(b"STOR in/%d-%d.bin" % (index, count), content)

    return crew_rate(port, options, ready, counted(step))


def listing(port, options, ready):
    entries = int(options["entries"])
    session = keep(Session(port).login())
    session.command(b"CWD " + options["folder"].encode(), b"250")
    seconds = float(options["seconds"])
    ready()
    start = now()
    total = 0
    while True:
        lines, whole = list_once(session, options["verb"].encode(), start + LONGEST_SECONDS)
        if whole and not entries <= lines <= entries + 2:
            raise Refused(f"got {lines} lines")
        total += min(lines, entries)
        elapsed = now() - start
        if not whole or elapsed >= seconds:
            return {"value": total / elapsed, "units": total}


def list_once(session, verb, deadline):
    data = session.begin(verb)
    try:
        session.reply(b"150", b"125")
    except Unable:
        data.close()
        raise
    lines = 0
    while received := data.recv(256 * 1024):
        lines += received.count(b"\n")
        if now() > deadline:
            return lines, False
    data.close()
    session.end()
    return lines, True


def logins(port, options, ready):
    """Whole sessions that do nothing, several clients at the same time."""
    name, password = options["user"], options["password"]

    def step(_sessions, _index, _count):
        session = Session(port).login(name, password)
        session.command(b"QUIT", b"221")
        session.close()

    return crew_rate(port, options, ready, counted(step), lambda _index: [])


def noops(port, options, ready):
    """Latencies in microseconds, alone or beside `sessions` downloads."""
    beside = Crew(int(options.get("sessions", 0)), logged_in(port), fetch_until)
    session = keep(Session(port).login())
    seconds = float(options["seconds"])
    prefer_this_process()
    ready()
    beside.start(2 * seconds)
    deadline = now() + seconds
    latencies = []
    while (start := now()) < deadline:
        session.command(b"NOOP", b"200")
        latencies.append(1e6 * (now() - start))
    beside.dismiss()
    latencies.sort()
    return {"p50": latencies[len(latencies) // 2], "p99": latencies[len(latencies) * 99 // 100]}


def prefer_this_process():
    """Or the wait for a processor, among the downloads, would be the generator's own."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        pass  # not root


def hold(port, deadline, share):
    """Logs in so many, or as many as are let in before the deadline."""

    def prepare(index):
        sessions = []
        while len(sessions) < share and now() < deadline:
            try:
                sessions.append(Session(port).login())
            except (Refused, OSError):
                break  # it lets in no more
        return sessions

    return prepare


def sessions(port, options, ready):
    """Holds idle sessions."""
    ready()
    share = int(options["sessions"]) // CREW
    crew = keep(Crew(CREW, hold(port, now() + float(options["seconds"]), share)))
    return {"sessions": crew.sessions}


def scattered(port, options, ready):
    """Small downloads now here, now there among many sessions."""
    share = int(options["sessions"]) // SCATTERED_CREW
    prepare = hold(port, now() + LOGIN_SECONDS, share)
    crew = keep(Crew(SCATTERED_CREW, prepare, fetch_small(int(options["files"]))))
    if crew.sessions < share * SCATTERED_CREW:
        raise Refused(f"only {crew.sessions} sessions were let in")
    ready()
    return rate(crew.work(float(options["seconds"])))


MEASURES = {
    "download": download,
    "tls-download": tls_download,
    "upload": upload,
    "tls-upload": tls_upload,
    "downloads": downloads,
    "small-downloads": small_downloads,
    "small-uploads": small_uploads,
    "listing": listing,
    "logins": logins,
    "noops": noops,
    "sessions": sessions,
    "scattered": scattered,
}
