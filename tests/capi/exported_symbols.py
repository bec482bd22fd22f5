#!/usr/bin/env python3
"""libvouch_c shows the functions of exported_symbols.txt and nothing else.

usage: exported_symbols.py <nm> <library> <list>
"""

import subprocess
import sys


def shown(nm, library):
    text = subprocess.check_output([nm, "-D", "--defined-only", library],
                                   universal_newlines=True)
    names = set()
    for line in text.splitlines():
        kind, name = line.split()[-2:]
        # A is the name of a version, not a symbol.
        if kind != "A":
            names.add(name.split("@")[0])
    return names


def main():
    nm, library, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        wanted = set(file.read().split())
    found = shown(nm, library)
    for name in sorted(found - wanted):
        print("shown and not in the list:", name)
    for name in sorted(wanted - found):
        print("in the list and not shown:", name)
    print("%d functions" % len(found))
    return 0 if found == wanted and found else 1


if __name__ == "__main__":
    sys.exit(main())
