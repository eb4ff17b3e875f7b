"""ProcessPoolExecutor: submits a batch of tiny tasks one by one, then waits for their results.

usage: processes_submit.py TASKS ROUNDS WORKERS
"""

import sys
from concurrent.futures import ProcessPoolExecutor

from measured import add, batches

tasks, rounds, workers = map(int, sys.argv[1:])

with ProcessPoolExecutor(workers) as executor:

    def run(count):
        futures = [executor.submit(add, i, 1) for i in range(count)]
        return sum(future.result() for future in futures)

    batches(run, tasks, rounds)
