"""Pages to download: the list of URLs, one blocking fetch, and a file for each body."""

import os
from urllib.parse import quote

TIMEOUT_S = 300  # without it, requests waits for ever


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip()]


def check_status(url, status):
    if status != 200:
        raise OSError(f"{url}: status {status}")


def get(session, url):
    """The whole body. session: a requests.Session, or the module requests for a new connection."""
    try:
        response = session.get(url, timeout=TIMEOUT_S)
    except OSError as error:  # the base of what requests raises; its text may get lost between processes
        raise OSError(f"{url}: {error}") from None
    check_status(url, response.status_code)
    return response.content


def save(out, url, body):
    """Writes the body to a file in the folder `out`, named after the URL's path and query."""
    after_host = url.partition("://")[2].partition("/")[2]
    name = quote(after_host, safe="")[-200:] or "index"
    with open(os.path.join(out, name), "wb") as file:
        file.write(body)
