"""Sums in a process executor, results iterated in the order of submission: ProcessPoolExecutor.map.

System C4 of the article "Combining Multiprocessing and Asyncio in Python for Performance Boosts"
(2023).
"""

from concurrent.futures import ProcessPoolExecutor

import peer
import work


def main(item_file, workers):
    numbers, urls = work.read_items(item_file)
    with ProcessPoolExecutor(workers) as executor:
        for n, total in zip(numbers, executor.map(work.sum_up_to, numbers)):
            work.tell(n, total)
    work.fetch_in_turn(urls)


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
