#!/usr/bin/env python3
"""Words that have no place in the tree.

- float and double where money, rates and weights are: the header layers, the
  engine and the schemas. Money never touches a float.
- sleeps in tests, tests switched off, code switched off, left-over markers.
- absolute paths of somebody's machine.
"""

import re
import sys

import tree

# The markers are spelt in halves, so that this file is clean under itself.
# (The one with three X is a marker with its colon only: it is a currency too.)
MARKERS = re.compile(
    r"\b(%s)\b" % "|".join(
        ("TO" "DO", "FIX" "ME", "XX" "X(?=:)", "HA" "CK")))
FLOAT = re.compile(r"\b(float|double)\b")
SLEEP = re.compile(r"\b(sleep" r"_for|sleep" r"_until|u" r"sleep|nano" r"sleep)\b|"
                   r"\btime\.s" r"leep\b|absl::SleepFor")
OFF = re.compile(r"\bDISABLED" r"_|#\s*if\s+0\b|GTEST_SKIP\(\)\s*;")
MACHINE = re.compile(r"(?<![\w.~$})])/(home|Users|root|tmp)/[\w.]")

MONEY = ("include/vouch", "src/engine", "proto")
TEXT = tree.CODE + (".py", ".sh", ".md", ".cmake", ".txt", ".textproto",
                    ".json")
ALL = ("include", "src", "proto", "tests", "examples", "benchmarks", "docs",
       "cmake", "scripts", "bindings")


def _scan(path, text, pattern, why):
    return ["%s:%d: %s: %s" % (path, number, why, line.strip()[:100])
            for number, line in enumerate(text.split("\n"), 1)
            if pattern.search(line)]


def check(root=tree.ROOT):
    mistakes = []
    seen = 0
    for place in MONEY:
        for path in tree.files(root, place, tree.CODE):
            code = tree.without_comments_and_strings(tree.read(root, path))
            mistakes += _scan(path, code, FLOAT, "no float near money")
    for place in ALL:
        for path in tree.files(root, place, TEXT):
            if path.startswith("tests/lint/"):
                continue  # it has to name what it looks for
            seen += 1
            text = tree.read(root, path)
            mistakes += _scan(path, text, MARKERS, "left-over marker")
            mistakes += _scan(path, text, OFF, "switched off")
            mistakes += _scan(path, text, MACHINE, "path of one machine")
            if place == "tests":
                mistakes += _scan(path, text, SLEEP, "no sleep in a test")
    return mistakes, seen


if __name__ == "__main__":
    found, count = check()
    sys.exit(tree.report(found, "%d files are clean" % count))
