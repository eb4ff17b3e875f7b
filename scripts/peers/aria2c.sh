#!/bin/sh
# Downloads pages with aria2c: one process, one event loop.
#
# usage: aria2c.sh URLS WORKERS OUT
# A file's name is the URL's number in the list: left to itself, aria2c takes the same name for URLs that
# differ only in their query, and fails. Any file it could not get makes it end with an error.
set -eu
urls=$1 workers=$2 out=$3

awk 'NF { printf "%s\n  out=%d\n", $1, ++count }' "$urls" |
  aria2c --input-file=- --dir="$out" --max-concurrent-downloads="$workers" --split=1 --max-tries=1 \
    --file-allocation=none --console-log-level=error --show-console-readout=false --enable-color=false \
    --summary-interval=0 --download-result=hide >&2
