"""Shared by programs whose tasks all wait at the same time: until the last one waits, and half a second more."""

import peer

HOLD_S = 0.5
LOOK_S = 0.01


class Waiting:
    """Counts tasks as they begin to wait. A list's append is atomic, in threads too."""

    def __init__(self, tasks):
        self.tasks = tasks
        self._begun = []

    def begin(self):
        self._begun.append(None)

    def is_complete(self):
        return len(self._begun) == self.tasks


def main(run):
    """run(state) starts all tasks, keeps them waiting, and returns when they have ended."""
    peer.run(lambda workers: run(Waiting(workers)), "WORKERS")
