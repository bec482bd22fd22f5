#!/usr/bin/env bash
# Brings the sources of ada, the WHATWG URL parser, to build/ada, where CMake
# looks for them when it finds no installed ada.
#
# usage: scripts/ada.sh
#
# They are part of the Python source package ada-url, which pip fetches by its
# pinned version. pip compares the hash before it runs anything of the package;
# it is compared once more here, before anything is unpacked. Nothing of it is
# committed. Does nothing when the right version is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=4.0.0
sha256=9f399ec867349800a4c2d3aa8df8c533c340494b04d34b1f082b97d9a8b76a07

folder=build/ada
archive="$folder/ada_url-$version.tar.gz"
if [ -f "$folder/$sha256" ]; then
  echo "ada $version is in $folder"
  exit 0
fi

rm -rf "$folder"
mkdir -p "$folder"
printf 'ada-url==%s --hash=sha256:%s\n' "$version" "$sha256" \
  >"$folder/requirements.txt"
pip="${PIP:-python3 -m pip}"
# The package alone as source: what pip needs to read it may come compiled.
$pip download --disable-pip-version-check --no-deps --no-binary ada-url \
  --require-hashes --requirement "$folder/requirements.txt" --dest "$folder"
printf '%s  %s\n' "$sha256" "$archive" | sha256sum --check --strict
tar -xzf "$archive" -C "$folder" --strip-components=1 --no-same-owner \
  "ada_url-$version/ada_url" "ada_url-$version/LICENSE"
# Last: without it the folder is made anew.
touch "$folder/$sha256"
