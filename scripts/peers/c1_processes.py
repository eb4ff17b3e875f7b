"""A process per sum, started and joined: multiprocessing.Process.

System C1 ("bare processes") of the article "Combining Multiprocessing and Asyncio in Python for
Performance Boosts" (2023). Nothing is returned, so each process prints its own result; join waits for the
first one started, although another may have ended long before.
"""

from collections import deque
from multiprocessing import Process

import peer
import work


def sum_and_tell(n):
    work.tell(n, work.sum_up_to(n))


def join(process):
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{process.name} ended with {process.exitcode}")


def main(item_file, workers):
    numbers, urls = work.read_items(item_file)
    running = deque()
    for n in numbers:
        if len(running) == workers:
            join(running.popleft())
        running.append(Process(target=sum_and_tell, args=(n,)))
        running[-1].start()
    for process in running:
        join(process)
    work.fetch_in_turn(urls)


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
