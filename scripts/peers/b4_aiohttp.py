"""Downloads and prepares ticket prices on one event loop: asyncio and aiohttp.

System B4 ("asyncio + aiohttp") of "Memory efficiency of parallel I/O operations in Python" (2018). There
are only as many coroutines as workers, each taking one URL after the other, so memory does not grow with
the list.
"""

import asyncio

import async_pages
import pages
import peer
import tickets


async def worker(session, urls, days):
    for url in urls:  # one iterator for all workers: each takes the next item
        days.append(tickets.prepare(await async_pages.get(session, url)))


async def all_days(urls, workers):
    shared, days = iter(urls), []
    async with async_pages.open_session(workers) as session:
        await asyncio.gather(*(worker(session, shared, days) for _ in range(workers)))
    return days


def main(url_file, workers, out, uvloop):
    tickets.store(async_pages.run(all_days(pages.read_lines(url_file), workers), uvloop), out)


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT", "--uvloop")
