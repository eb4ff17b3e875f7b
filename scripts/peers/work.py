"""Items to work off: numbers, up to which whole numbers are added up, and URLs, which are fetched."""

import sys
from urllib.request import urlopen

import pages


def read_items(path):
    """One item per line → the numbers, the URLs; each in their order."""
    lines = pages.read_lines(path)
    numbers = [int(line) for line in lines if "://" not in line]
    return numbers, [line for line in lines if "://" in line]


def read_numbers(path):
    """For programs that only compute."""
    return [int(line) for line in pages.read_lines(path)]


def sum_up_to(n):
    total = 0
    for i in range(n + 1):
        total += i
    return total


def fetch(url):
    """Length of the body. The standard library will do: one connection, blocking."""
    with urlopen(url, timeout=pages.TIMEOUT_S) as response:
        pages.check_status(url, response.status)
        return len(response.read())


def tell(item, result):
    """A line as soon as there is a result: the order of the lines is the order in which results came."""
    sys.stdout.write(f"{item} {result}\n")  # at once: several processes write to the same file
    sys.stdout.flush()


def fetch_in_turn(urls):
    """For programs that can't compute and wait at the same time."""
    for url in urls:
        tell(url, fetch(url))
