"""Times the start of a pool, until every worker has got a task and all have answered.

usage: pool_start.py threads|fork|spawn RUNS WORKERS
"""

import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

from measured import add, report


def open_pool(kind, workers):
    if kind == "threads":
        return ThreadPoolExecutor(workers)
    return ProcessPoolExecutor(workers, mp_context=get_context(kind))


def main(kind, runs, workers):
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        with open_pool(kind, workers) as executor:
            for future in [executor.submit(add, i, 1) for i in range(workers)]:
                future.result()
            times.append(time.perf_counter() - begin)
    report(runs=runs, median_s=statistics.median(times))


# A spawned worker imports this file: only the first process may run it.
if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
