"""Pages with aiohttp: a session that is fair to the others, and one fetch."""

import asyncio

import aiohttp

import pages


def open_session(workers):
    """aiohttp would open 100 connections, and count the wait for one as part of a timeout."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=workers),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=pages.TIMEOUT_S, sock_read=pages.TIMEOUT_S),
    )


async def get(session, url):
    async with session.get(url) as response:
        pages.check_status(url, response.status)
        return await response.read()


def run(coroutine, uvloop):
    """asyncio.run, on asyncio's own loop or on uvloop's (libuv)."""
    if uvloop:
        import uvloop as loops  # only here: the other programs shall not pay for it

        loops.install()
    return asyncio.run(coroutine)
