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

# Has ada 3.4.4. Package 4.0.0, with ada 4, takes host names that cannot be
# decoded (xn--pokxncvks), which the standard's tests say are none.
version=1.32.0
sha256=ceefeb2e89d6e007ed58caa461e802b7a0f39fbbbdd7e39a4511fc1e3a6f9777

folder=build/ada
archive="$folder/ada_url-$version.tar.gz"
if [ -f "$folder/$sha256" ]; then
  echo "ada-url $version is in $folder"
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
