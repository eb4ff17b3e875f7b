"""Downloads and prepares ticket prices in greenlets: gevent's pool, with requests patched to yield.

System B3 ("gevent") of "Memory efficiency of parallel I/O operations in Python" (2018).
"""

from gevent import monkey

monkey.patch_all()  # before anything imports sockets

import gevent  # noqa: E402
import requests  # noqa: E402
from gevent.pool import Pool  # noqa: E402

import pages  # noqa: E402
import peer  # noqa: E402
import tickets  # noqa: E402


def open_session(workers):
    """One session for all greenlets, with a connection for each: requests keeps only ten by default."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=workers))
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=workers))
    return session


def main(url_file, workers, out):
    session = open_session(workers)
    gevent.get_hub().exception_stream = None  # errors are raised here, so print no traceback
    days = Pool(workers).imap_unordered(
        lambda url: tickets.prepare(pages.get(session, url)), pages.read_lines(url_file)
    )
    tickets.store(days, out)


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT")
