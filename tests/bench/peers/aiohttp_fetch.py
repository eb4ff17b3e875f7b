"""Fetches every URL of a list once and drops the bodies: aiohttp, a coroutine per connection.

usage: aiohttp_fetch.py URLS WORKERS [--uvloop]

Written to be as fast as possible: no task per URL, no more connections than workers, keep-alive.
"""

import asyncio
import sys

import aiohttp


async def fetch_all(session, urls):
    for url in urls:  # one iterator for all: who is free takes the next
        async with session.get(url) as response:
            if response.status != 200:
                raise OSError(f"{url}: status {response.status}")
            await response.read()


async def main(urls, workers):
    connector = aiohttp.TCPConnector(limit=workers)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        rest = iter(urls)
        await asyncio.gather(*(fetch_all(session, rest) for _ in range(workers)))


if __name__ == "__main__":
    if "--uvloop" in sys.argv:
        import uvloop

        uvloop.install()
    with open(sys.argv[1], encoding="utf-8") as lines:
        asyncio.run(main(lines.read().split(), int(sys.argv[2])))
