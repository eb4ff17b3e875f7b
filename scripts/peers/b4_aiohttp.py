"""Downloads and prepares ticket prices on one event loop: asyncio and aiohttp.

System B4 ("asyncio + aiohttp") of "Memory efficiency of parallel I/O operations in Python" (2018).
"""

import asyncio

import async_pages
import pages
import peer
import tickets


async def day_of(session, url):
    return tickets.prepare(await async_pages.get(session, url))


async def all_days(urls, workers):
    async with async_pages.open_session(workers) as session:
        return await asyncio.gather(*(day_of(session, url) for url in urls))


def main(url_file, workers, out, uvloop):
    days = async_pages.run(all_days(pages.read_lines(url_file), workers), uvloop)
    tickets.store(days, out)


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT", "--uvloop")
