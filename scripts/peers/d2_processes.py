"""Sums in processes: concurrent.futures.ProcessPoolExecutor.

System D2 of the note "Python's concurrent.futures module". The interpreters share nothing: function and
numbers are pickled and sent, and the sums return the same way.
"""

from concurrent.futures import ProcessPoolExecutor, as_completed

import peer
import work


def main(item_file, workers):
    with ProcessPoolExecutor(workers) as executor:
        item_of = {executor.submit(work.sum_up_to, n): n for n in work.read_numbers(item_file)}
        for future in as_completed(item_of):
            work.tell(item_of[future], future.result())


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
