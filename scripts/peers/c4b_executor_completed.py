"""Sums in a process executor, results in the order of completion: submit and as_completed.

A variant of system C4 of the article "Combining Multiprocessing and Asyncio in Python for Performance Boosts"
(2023): the same executor without waiting for the slowest. The fetches still come after all sums.
"""

from concurrent.futures import ProcessPoolExecutor, as_completed

import peer
import work


def main(item_file, workers):
    numbers, urls = work.read_items(item_file)
    with ProcessPoolExecutor(workers) as executor:
        item_of = {executor.submit(work.sum_up_to, n): n for n in numbers}
        for future in as_completed(item_of):
            work.tell(item_of[future], future.result())
    work.fetch_in_turn(urls)


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
