#!/bin/sh
# Requests pages with h2load, nghttp2's load generator: a reference that keeps no bodies.
#
# usage: h2load.sh URLS WORKERS
# HTTP/1.1, a connection per worker, one request at a time on each. Each connection begins at the top of
# the list: there are as many requests as URLs, but not each URL is asked for once.
set -eu
urls=$1 workers=$2

count=$(grep -c . "$urls")
[ "$workers" -le "$count" ] || workers=$count # it refuses more clients than requests

# It ends with 0 even if nothing could be reached: its own counts say whether all went well.
report=$(h2load --h1 --threads=1 --clients="$workers" --requests="$count" --input-file="$urls")
case $report in
  *"status codes: $count 2xx"*) ;;
  *) echo "h2load.sh: $(printf '%s\n' "$report" | grep '^requests:' || echo 'no report')" >&2; exit 1 ;;
esac
