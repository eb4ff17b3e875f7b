"""Downloads and prepares ticket prices with nothing but the standard library, so that any interpreter runs it.

One after the other; with --threads, concurrent.futures and a connection per thread; with --asyncio, coroutines
on one loop, each with a connection of its own. asyncio has no HTTP client, so that form speaks HTTP/1.1 itself,
as far as a server needs it that names the length of each body.
"""

import asyncio
import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pages
import peer
import tickets

own = threading.local()


def path_of(parts):
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def day_of(url):
    parts = urlsplit(url)
    if not hasattr(own, "connection"):
        own.connection = http.client.HTTPConnection(parts.netloc, timeout=pages.TIMEOUT_S)
    own.connection.request("GET", path_of(parts))
    response = own.connection.getresponse()
    body = response.read()
    pages.check_status(url, response.status)
    return tickets.prepare(body)


async def body_of(url, reader, writer):
    parts = urlsplit(url)
    writer.write(f"GET {path_of(parts)} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pages.check_status(url, int(head[0].split()[1]))
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    return await reader.readexactly(int(headers["content-length"]))


async def fetch_in_turn(urls, days):
    parts = urlsplit(urls[-1])
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    while urls:
        url = urls.pop()
        days.append(tickets.prepare(await body_of(url, reader, writer)))
    writer.close()


async def fetch_all(urls, workers):
    days = []
    await asyncio.gather(*(fetch_in_turn(urls, days) for _ in range(min(workers, len(urls)))))
    return days


def main(url_file, workers, out, threads, asyncio):
    urls = pages.read_lines(url_file)
    if threads:
        with ThreadPoolExecutor(workers) as executor:
            days = list(executor.map(day_of, urls))
    elif asyncio:
        days = run_loop(urls, workers)
    else:
        peer.one_at_a_time(workers)
        days = [day_of(url) for url in urls]
    tickets.store(days, out)


def run_loop(urls, workers):
    return asyncio.run(fetch_all(urls, workers))


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT", "--threads", "--asyncio")
