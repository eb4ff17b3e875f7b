"""Many tasks of asyncio that wait at the same time."""

import asyncio

import waiting


async def task(state, gate):
    state.begin()
    await gate.wait()


async def all_tasks(state):
    gate = asyncio.Event()
    tasks = [asyncio.create_task(task(state, gate)) for _ in range(state.tasks)]
    while not state.is_complete():
        await asyncio.sleep(waiting.LOOK_S)
    await asyncio.sleep(waiting.HOLD_S)
    gate.set()
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    waiting.main(lambda state: asyncio.run(all_tasks(state)))
