"""Downloads pages with daemon threads that take URLs from a shared queue, until all are done.

System A2 ("threads + queue") of the talk "Parallelism Shootout: threads vs. multiple processes vs.
asyncio" (EuroPython 2015). The threads never end by themselves: being daemons, they end with the
program.
"""

import queue
import threading

import requests

import pages
import peer


def worker(tasks, out, errors):
    session = requests.Session()  # one per thread: sessions are not thread-safe
    while True:
        url = tasks.get()
        try:
            pages.save(out, url, pages.get(session, url))
        except Exception as error:  # if the thread died, the queue would never be finished
            errors.append(error)
        finally:
            tasks.task_done()


def main(url_file, workers, out):
    tasks, errors = queue.Queue(), []
    for _ in range(workers):
        threading.Thread(target=worker, args=(tasks, out, errors), daemon=True).start()
    for url in pages.read_lines(url_file):
        tasks.put(url)
    tasks.join()
    if errors:
        raise errors[0]


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT")
