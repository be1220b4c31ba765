#!/bin/sh
# aria2 as an HLS downloader: sh aria2ThenCat.sh <playlist URL> <output> [<ca.pem>]
# Sixteen transfers at once into one file per fragment beside the output; then all into one.
set -e
url=$1
output=$2
ca=$3
parts=$output.parts
mkdir "$parts"
if [ -n "$ca" ]; then set -- --cacert "$ca"; else set --; fi

curl -q -fsS "$@" "$url" |
  awk -v url="$url" -f "$(dirname "$0")/fragmentUrls.awk" |
  awk '{ printf "%s\n  out=%06d\n", $0, NR }' >"$parts.list"
aria2c --no-conf --quiet -j16 --file-allocation=none --auto-file-renaming=false \
  ${ca:+"--ca-certificate=$ca"} -d "$parts" -i "$parts.list"
cat "$parts"/* >"$output"
