"""Many threads that wait at the same time."""

import threading
import time

import waiting


def task(state, gate):
    state.begin()
    gate.wait()


def all_threads(state):
    gate = threading.Event()
    threads = [threading.Thread(target=task, args=(state, gate)) for _ in range(state.tasks)]
    for thread in threads:
        thread.start()
    while not state.is_complete():
        time.sleep(waiting.LOOK_S)
    time.sleep(waiting.HOLD_S)
    gate.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    waiting.main(all_threads)
