"""Many greenlets that wait at the same time."""

import gevent
from gevent.event import Event

import waiting


def task(state, gate):
    state.begin()
    gate.wait()


def all_greenlets(state):
    gate = Event()
    greenlets = [gevent.spawn(task, state, gate) for _ in range(state.tasks)]
    while not state.is_complete():
        gevent.sleep(waiting.LOOK_S)
    gevent.sleep(waiting.HOLD_S)
    gate.set()
    gevent.joinall(greenlets)


if __name__ == "__main__":
    waiting.main(all_greenlets)
