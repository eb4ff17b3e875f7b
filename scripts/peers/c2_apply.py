"""Sums in a pool of processes, each awaited before the next is submitted: Pool.apply.

System C2 of the article "Combining Multiprocessing and Asyncio in Python for Performance Boosts"
(2023). Only one worker works at a time, no matter how many the pool has.
"""

from multiprocessing import Pool

import peer
import work


def main(item_file, workers):
    numbers, urls = work.read_items(item_file)
    with Pool(workers) as pool:
        for n in numbers:
            work.tell(n, pool.apply(work.sum_up_to, (n,)))
    work.fetch_in_turn(urls)


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
