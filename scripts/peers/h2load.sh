#!/bin/sh
# Requests pages with h2load, nghttp2's load generator: a reference that keeps no bodies.
#
# usage: h2load.sh URLS WORKERS
# Uses HTTP/1.1 and a connection per worker, with one request at a time on each. Each connection begins at the
# top of the list, so there are as many requests as URLs, but not every URL is requested exactly once.
set -eu
urls=$1 workers=$2

count=$(grep -c . "$urls")
[ "$workers" -le "$count" ] || workers=$count # it refuses more clients than requests

# It exits with 0 even if it could not connect, so check its own counts.
report=$(h2load --h1 --threads=1 --clients="$workers" --requests="$count" --input-file="$urls")
case $report in
  *"status codes: $count 2xx"*) ;;
  *) echo "h2load.sh: $(printf '%s\n' "$report" | grep '^requests:' || echo 'no report')" >&2; exit 1 ;;
esac
