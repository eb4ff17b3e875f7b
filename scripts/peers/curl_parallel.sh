#!/bin/sh
# Downloads pages with one curl process that runs several transfers at once (libcurl's multi interface).
#
# usage: curl_parallel.sh URLS WORKERS OUT
# Each file is named after the URL's number in the list. The list is passed as a curl configuration, because
# the length of a command line is limited.
set -eu
urls=$1 workers=$2 out=$3

# 300 is curl's own limit; above it, curl would use fewer and only warn.
if [ "$workers" -gt 300 ]; then
  echo "curl_parallel.sh: curl runs at most 300 transfers at once, not $workers" >&2
  exit 1
fi

awk -v out="$out" 'NF { printf "url = \"%s\"\noutput = \"%s/%d\"\n", $1, out, ++count }' "$urls" |
  curl --parallel --parallel-immediate --parallel-max "$workers" --fail --silent --show-error \
    --no-progress-meter --config -
