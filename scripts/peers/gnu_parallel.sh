#!/bin/sh
# Downloads pages with a curl process for each, started by GNU parallel.
#
# usage: gnu_parallel.sh URLS WORKERS OUT
# A file's name is the URL's number in the list. The first failure ends it.
set -eu
urls=$1 workers=$2 out=$3

exec parallel --will-cite --jobs "$workers" --halt now,fail=1 \
  curl --fail --silent --show-error --output "$out/{#}" '{}' :::: "$urls"
