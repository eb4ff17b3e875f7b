"""Downloads pages with processes that take URLs from a shared queue, until all are done.

System A3 ("processes + queue") of the talk "Parallelism Shootout: threads vs. multiple processes vs.
asyncio" (EuroPython 2015): the same structure as with threads, but only the queue is shared.
"""

import sys
from multiprocessing import JoinableQueue, Process, Value

import requests

import pages
import peer


def tell_first(failures, error):
    """Prints an error only once: all workers write to one stderr, and repetitions help nobody."""
    with failures.get_lock():
        failures.value += 1
        if failures.value == 1:
            print(f"a worker: {error}", file=sys.stderr, flush=True)


def worker(tasks, out, failures):
    session = requests.Session()
    while True:
        url = tasks.get()
        try:
            pages.save(out, url, pages.get(session, url))
        except Exception as error:  # if the worker died, the queue would never be finished
            tell_first(failures, error)
        finally:
            tasks.task_done()


def main(url_file, workers, out):
    tasks, failures = JoinableQueue(), Value("i", 0)
    for _ in range(workers):
        Process(target=worker, args=(tasks, out, failures), daemon=True).start()
    for url in pages.read_lines(url_file):
        tasks.put(url)
    tasks.join()
    if failures.value:
        raise OSError(f"{failures.value} downloads failed")


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT")
