#!/bin/sh
# Downloads pages with one curl process per URL, started by GNU parallel.
#
# usage: gnu_parallel.sh URLS WORKERS OUT
# Each file is named after the URL's number in the list. The first failure ends the run.
set -eu
urls=$1 workers=$2 out=$3

exec parallel --will-cite --jobs "$workers" --halt now,fail=1 \
  curl --fail --silent --show-error --output "$out/{#}" '{}' :::: "$urls"
