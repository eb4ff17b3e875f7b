"""Pages with aiohttp: a session with the same limits as other peers, and one fetch."""

import asyncio

import aiohttp

import pages


def open_session(workers):
    """By default aiohttp opens 100 connections, and its timeout includes the wait for one."""
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
        import uvloop as loops  # here, so that the other programs do not pay for it

        loops.install()
    return asyncio.run(coroutine)
