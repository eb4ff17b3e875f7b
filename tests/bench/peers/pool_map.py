"""multiprocessing.Pool.map: a tiny function of one argument over a list, in chunks.

usage: pool_map.py TASKS ROUNDS WORKERS CHUNK
"""

import sys
from multiprocessing import Pool

from measured import batches, double

tasks, rounds, workers, chunk = map(int, sys.argv[1:])

items = list(range(tasks))

with Pool(workers) as pool:

    def run(_):
        return sum(pool.map(double, items, chunk))

    batches(run, tasks, rounds)
