"""Downloads and prepares ticket prices with concurrent.futures.ThreadPoolExecutor and requests.

System B2 ("ThreadPoolExecutor") of "Memory efficiency of parallel I/O operations in Python" (2018).
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import requests

import pages
import peer
import tickets

own = threading.local()


def open_session():
    own.session = requests.Session()  # one per thread: sessions are not thread-safe


def day_of(url):
    return tickets.prepare(pages.get(own.session, url))


def main(url_file, workers, out):
    with ThreadPoolExecutor(workers, initializer=open_session) as executor:
        tickets.store(executor.map(day_of, pages.read_lines(url_file)), out)


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT")
