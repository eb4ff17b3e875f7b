"""Downloads and prepares ticket prices, one day after the other: requests.

System B1 ("synchronous", the reference) of "Memory efficiency of parallel I/O operations in Python"
(2018). Readers asked what a shared session is worth: with --no-session each request opens a new
connection.
"""

import requests

import pages
import peer
import tickets


def main(url_file, workers, out, no_session):
    peer.one_at_a_time(workers)
    session = requests if no_session else requests.Session()
    days = [tickets.prepare(pages.get(session, url)) for url in pages.read_lines(url_file)]
    tickets.store(days, out)


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT", "--no-session")
