"""Items of work: a number means adding up the whole numbers up to it, a URL means fetching it."""

import sys
from urllib.request import urlopen

import pages


def read_items(path):
    """Reads one item per line; returns the numbers and the URLs, each in order."""
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
    """Length of the body. One blocking connection, so the standard library is enough."""
    with urlopen(url, timeout=pages.TIMEOUT_S) as response:
        pages.check_status(url, response.status)
        return len(response.read())


def tell(item, result):
    """Prints the result at once: the order of the lines is the order in which results arrive."""
    sys.stdout.write(f"{item} {result}\n")  # one write: several processes share the file
    sys.stdout.flush()


def fetch_in_turn(urls):
    """Fetches in turn, for programs that can't compute and wait at the same time."""
    for url in urls:
        tell(url, fetch(url))
