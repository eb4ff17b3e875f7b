"""Downloads pages on one event loop: a coroutine per URL, all awaited together: asyncio and aiohttp.

System A5 ("asyncio") of the talk "Parallelism Shootout: threads vs. multiple processes vs. asyncio"
(EuroPython 2015). A semaphore admits as many of them at once as there are workers. (The session's own limit
would also do that, but then each coroutine waits with a request already made, which takes far more memory.)
"""

import asyncio

import async_pages
import pages
import peer


async def download(session, semaphore, url, out):
    async with semaphore:
        pages.save(out, url, await async_pages.get(session, url))


async def download_all(urls, workers, out):
    semaphore = asyncio.Semaphore(workers)
    async with async_pages.open_session(workers) as session:
        await asyncio.gather(*(download(session, semaphore, url, out) for url in urls))


def main(url_file, workers, out, uvloop):
    async_pages.run(download_all(pages.read_lines(url_file), workers, out), uvloop)


if __name__ == "__main__":
    peer.run(main, "URLS WORKERS OUT", "--uvloop")
