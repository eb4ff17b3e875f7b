"""Downloads pages on one event loop: a coroutine per URL, all awaited together. asyncio and aiohttp.

System A5 ("asyncio") of the talk "Parallelism Shootout: threads vs. multiple processes vs. asyncio"
(EuroPython 2015). The session lets only so many of the coroutines have a connection as there are workers.
"""

import asyncio

import async_pages
import pages
import peer


async def download(session, url, out):
    pages.save(out, url, await async_pages.get(session, url))


async def download_all(urls, workers, out):
    async with async_pages.open_session(workers) as session:
        await asyncio.gather(*(download(session, url, out) for url in urls))


def main(url_file, workers, out, uvloop):
    async_pages.run(download_all(pages.read_lines(url_file), workers, out), uvloop)


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT", "--uvloop")
