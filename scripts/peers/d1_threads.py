"""Sums in threads: concurrent.futures.ThreadPoolExecutor.

System D1 of the note "Python's concurrent.futures module". Only the thread that holds the interpreter
lock computes, so four threads get a quarter of one core each.
"""

from concurrent.futures import ThreadPoolExecutor, as_completed

import peer
import work


def main(item_file, workers):
    with ThreadPoolExecutor(workers) as executor:
        item_of = {executor.submit(work.sum_up_to, n): n for n in work.read_numbers(item_file)}
        for future in as_completed(item_of):
            work.tell(item_of[future], future.result())


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
