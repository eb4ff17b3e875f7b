"""Sums in a pool of processes, all submitted, then awaited in that order: Pool.apply_async and get.

System C3 of the article "Combining Multiprocessing and Asyncio in Python for Performance Boosts"
(2023). get blocks until its sum is done, even if others finished long before.
"""

from multiprocessing import Pool

import peer
import work


def main(item_file, workers):
    numbers, urls = work.read_items(item_file)
    with Pool(workers) as pool:
        pending = [(n, pool.apply_async(work.sum_up_to, (n,))) for n in numbers]
        for n, result in pending:
            work.tell(n, result.get())
    work.fetch_in_turn(urls)


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
