#!/usr/bin/env python3
"""clang-format 14 finds nothing to change.

Another version formats otherwise, so without version 14 this is skipped: the
exit code is then 77, and the message says so.
"""

import shutil
import subprocess
import sys

import tree

PLACES = ("include", "src", "tests", "examples", "benchmarks", "proto")
VERSION = "version 14."


def find_clang_format():
    for name in ("clang-format-14", "clang-format"):
        path = shutil.which(name)
        if path and VERSION in subprocess.check_output(
                [path, "--version"], universal_newlines=True):
            return path
    return None


def check(program, root=tree.ROOT):
    paths = [p for place in PLACES for p in tree.files(root, place, tree.CODE)]
    mistakes = []
    for start in range(0, len(paths), 50):
        done = subprocess.run(
            [program, "--dry-run", "-Werror", "--ferror-limit=1"]
            + paths[start:start + 50],
            cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True, check=False)
        mistakes += [line for line in done.stdout.split("\n")
                     if "error:" in line]
        if done.returncode != 0 and not mistakes:
            mistakes.append(done.stdout)
    return mistakes, len(paths)


if __name__ == "__main__":
    tool = find_clang_format()
    if tool is None:
        print("skipped: clang-format 14 is not installed")
        sys.exit(77)
    wrong, count = check(tool)
    sys.exit(tree.report(wrong, "%d files are formatted" % count))
