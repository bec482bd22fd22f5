#!/usr/bin/env python3
"""No source, test, schema or example file is listed nowhere.

usage: files.py <vouch_sources.txt>

CMake writes the list of all files that belong to a target; this compares it
with the tree. A folder that is a project of its own (the consumers in
tests/install) must name its files in its CMakeLists.txt.
"""

import os
import sys

import tree

PLACES = ("include", "src", "proto", "tests", "examples", "benchmarks")


def own_project(root, path):
    """Text of the nearest CMakeLists.txt above that begins a project."""
    folder = os.path.dirname(path)
    while folder:
        name = os.path.join(folder, "CMakeLists.txt")
        if os.path.exists(os.path.join(root, name)):
            text = tree.read(root, name)
            if "\nproject(" in "\n" + text:
                return text
        folder = os.path.dirname(folder)
    return None


def check(listed, root=tree.ROOT):
    mistakes = []
    seen = 0
    for place in PLACES:
        if place == "benchmarks" and not any(
                path.startswith("benchmarks/") for path in listed):
            continue  # this build makes no benchmarks
        for path in tree.files(root, place, tree.CODE):
            seen += 1
            if path in listed:
                continue
            project = own_project(root, path)
            if project is None or os.path.basename(path) not in project:
                mistakes.append(path + ": belongs to no target")
    return mistakes, seen


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = set(file.read().split("\n"))
    found, count = check(lines)
    sys.exit(tree.report(found, "%d files, each belongs to a target" % count))
