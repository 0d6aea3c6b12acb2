"""Several processes at the same work: Python's threads would wait for each other."""

import multiprocessing
import time

AT_ONCE = 4
FORK = multiprocessing.get_context("fork")


def serve(pipe, prepare, work, index):
    """A process of the crew: says how much it has prepared, then works whenever it is told until when."""
    try:
        sessions = prepare(index)
        pipe.send((True, len(sessions)))
        while True:
            pipe.send((True, work(sessions, index, pipe.recv())))
    except EOFError:
        pass  # the parent is done
    except Exception as error:
        pipe.send((False, f"{type(error).__name__}: {error}"))


class Crew:
    """`prepare(index)` returns sessions, `work(sessions, index, deadline)` what it did with them. Few prepare at a time, or some servers' backlogs are full."""

    def __init__(self, size, prepare, work=None):
        self.members = []
        self.sessions = 0
        for index in range(size):
            if index >= AT_ONCE:
                self.hear(index - AT_ONCE)
            ours, theirs = FORK.Pipe()
            member = FORK.Process(target=serve, args=(theirs, prepare, work, index), daemon=True)
            member.start()
            theirs.close()
            self.members.append((member, ours))
        for index in range(max(0, size - AT_ONCE), size):
            self.hear(index)

    def hear(self, index):
        self.sessions += self.receive(self.members[index][1])

    def receive(self, pipe):
        went_well, result = pipe.recv()
        if not went_well:
            raise RuntimeError(result)
        return result

    def start(self, seconds):
        """The clock is the same in all processes."""
        deadline = time.perf_counter() + seconds
        for _, pipe in self.members:
            pipe.send(deadline)

    def finish(self):
        return [self.receive(pipe) for _, pipe in self.members]

    def work(self, seconds):
        self.start(seconds)
        return self.finish()

    def dismiss(self):
        for member, _ in self.members:
            member.kill()
