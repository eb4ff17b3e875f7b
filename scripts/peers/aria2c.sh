#!/bin/sh
# Downloads pages with aria2c: one process, one event loop.
#
# usage: aria2c.sh URLS WORKERS OUT
# Each file is named after the URL's number in the list: by default, aria2c uses the same name for URLs that
# differ only in their query, and fails. It exits with an error if any file could not be downloaded.
set -eu
urls=$1 workers=$2 out=$3

awk 'NF { printf "%s\n  out=%d\n", $1, ++count }' "$urls" |
  aria2c --input-file=- --dir="$out" --max-concurrent-downloads="$workers" --split=1 --max-tries=1 \
    --file-allocation=none --console-log-level=error --show-console-readout=false --enable-color=false \
    --summary-interval=0 --download-result=hide >&2
