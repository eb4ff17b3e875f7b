"""Downloads pages with a pool of processes; map splits the list of URLs among them.

System A4 ("process pool map") of the talk "Parallelism Shootout: threads vs. multiple processes vs.
asyncio" (EuroPython 2015).
"""

from functools import partial
from multiprocessing import Pool

import requests

import pages
import peer

session = None  # set in each worker process, not in this one


def open_session():
    global session
    session = requests.Session()


def download(out, url):
    pages.save(out, url, pages.get(session, url))


def main(url_file, workers, out):
    with Pool(workers, initializer=open_session) as pool:
        pool.map(partial(download, out), pages.read_lines(url_file))


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT")
