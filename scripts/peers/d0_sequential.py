"""Sums one after the other: the reference for the systems of "Python's concurrent.futures module"."""

import peer
import work


def main(item_file, workers):
    peer.one_at_a_time(workers)
    for n in work.read_numbers(item_file):
        work.tell(n, work.sum_up_to(n))


if __name__ == "__main__":
    peer.run(main, "ITEMS WORKERS")
