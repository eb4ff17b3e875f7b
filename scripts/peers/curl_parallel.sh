#!/bin/sh
# Downloads pages with one curl that keeps several transfers going (libcurl's multi interface).
#
# usage: curl_parallel.sh URLS WORKERS OUT
# A file's name is the URL's number in the list. The list goes through curl's configuration, because the
# words of a command line are limited.
set -eu
urls=$1 workers=$2 out=$3

# curl would take fewer and only warn: 300 is its own limit.
if [ "$workers" -gt 300 ]; then
  echo "curl_parallel.sh: curl runs at most 300 transfers at once, not $workers" >&2
  exit 1
fi

awk -v out="$out" 'NF { printf "url = \"%s\"\noutput = \"%s/%d\"\n", $1, out, ++count }' "$urls" |
  curl --parallel --parallel-immediate --parallel-max "$workers" --fail --silent --show-error \
    --no-progress-meter --config -
