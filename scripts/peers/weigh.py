"""A process tree whose memory is known, to weigh it: each form holds DATA and, in every worker, OWN more.

--fork-read: workers are forked and read the parent's data. --fork-write: forked workers write to each page of it,
so that the kernel copies the page. --spawn: workers are started afresh and make the data again. --threads: threads
take turns to allocate and free OWN bytes in blocks, and each keeps one small block, which was allocated last.
"""

import multiprocessing
import threading
import time

import peer

DATA = 64 * 2**20
OWN = 8 * 2**20
PAGE = 4096
BLOCK = 64 * 1024
HOLD_S = 1.0  # so that every tool sees it
SMALL = 2000  # too large for Python's own allocator

data = None


def make_data():
    global data
    data = bytearray(b"\1") * DATA


def worker(barrier, writes):
    if data is None:  # a new interpreter
        make_data()
    own = bytearray(b"\1") * OWN
    for at in range(0, DATA, PAGE):
        if writes:
            data[at] = 2
        else:
            data[at]  # pylint: disable=pointless-statement
    barrier.wait()
    time.sleep(HOLD_S)
    return len(own)


def in_processes(context, workers, writes):
    make_data()
    barrier = context.Barrier(workers)
    processes = [context.Process(target=worker, args=(barrier, writes)) for _ in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode != 0:
            raise RuntimeError(f"a worker ended with code {process.exitcode}")


def in_turn(turn, barrier):
    with turn:
        blocks = [b"\1" * BLOCK for _ in range(OWN // BLOCK)]
        kept = b"\1" * SMALL
        del blocks
    barrier.wait()
    time.sleep(HOLD_S)
    return len(kept)


def in_threads(workers):
    turn, barrier = threading.Lock(), threading.Barrier(workers)
    threads = [threading.Thread(target=in_turn, args=(turn, barrier)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(workers, fork_read, fork_write, spawn, threads):
    if fork_read + fork_write + spawn + threads != 1:
        raise ValueError("exactly one of --fork-read, --fork-write, --spawn and --threads is possible")
    if threads:
        in_threads(workers)
    else:
        in_processes(multiprocessing.get_context("spawn" if spawn else "fork"), workers, fork_write)


if __name__ == "__main__":
    peer.run(main, "WORKERS", "--fork-read", "--fork-write", "--spawn", "--threads")
