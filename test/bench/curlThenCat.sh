#!/bin/sh
# curl as an HLS downloader: sh curlThenCat.sh <playlist URL> <output> [<ca.pem>]
# Sixteen transfers at once, each over HTTP/1.1, into one file per fragment beside the output; then all into one.
set -e
url=$1
output=$2
parts=$output.parts
mkdir "$parts"
if [ -n "$3" ]; then set -- --cacert "$3"; else set --; fi

curl -q -fsS "$@" "$url" |
  awk -v url="$url" -f "$(dirname "$0")/fragmentUrls.awk" |
  awk -v parts="$parts" '{ printf "url = \"%s\"\noutput = \"%s/%06d\"\n", $0, parts, NR }' >"$parts.list"
curl -q -fsS --http1.1 --no-progress-meter -Z --parallel-max 16 "$@" -K "$parts.list"
cat "$parts"/* >"$output"
