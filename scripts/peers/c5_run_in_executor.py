"""Sums in processes and fetches in threads, awaited by one event loop: run_in_executor, as_completed.

System C5 of the article "Combining Multiprocessing and Asyncio in Python for Performance Boosts"
(2023): results arrive in the order of completion, and fetches wait while sums are computed. Each executor
has as many workers as requested.
"""

import asyncio
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import peer
import work


async def result_of(executor, function, item):
    return item, await asyncio.get_running_loop().run_in_executor(executor, function, item)


async def all_results(numbers, urls, workers):
    with ProcessPoolExecutor(workers) as processes, ThreadPoolExecutor(workers) as threads:
        waiting = [result_of(processes, work.sum_up_to, n) for n in numbers]
        waiting += [result_of(threads, work.fetch, url) for url in urls]
        for done in asyncio.as_completed(waiting):
            work.tell(*await done)


def main(item_file, workers):
    asyncio.run(all_results(*work.read_items(item_file), workers))


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
