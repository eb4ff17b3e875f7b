"""Sums in coroutines of one event loop: asyncio.

System D3 of the note "Python's concurrent.futures module". A coroutine that computes never waits, so
no other can run, and all of them share one thread.
"""

import asyncio

import peer
import work


async def worker(numbers):
    for n in numbers:  # one iterator for all workers: each takes the next item
        work.tell(n, work.sum_up_to(n))
        await asyncio.sleep(0)


async def all_sums(numbers, workers):
    shared = iter(numbers)
    await asyncio.gather(*(worker(shared) for _ in range(workers)))


def main(item_file, workers):
    asyncio.run(all_sums(work.read_numbers(item_file), workers))


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
