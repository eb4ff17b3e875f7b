"""Downloads pages one after the other and stores each as a file: requests, one session for all.

System A1 ("sequential") of the talk "Parallelism Shootout: threads vs. multiple processes vs. asyncio"
(EuroPython 2015): the loop that the others are compared with.
"""

import requests

import pages
import peer


def main(url_file, workers, out):
    peer.one_at_a_time(workers)
    with requests.Session() as session:
        for url in pages.read_lines(url_file):
            pages.save(out, url, pages.get(session, url))


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT")
