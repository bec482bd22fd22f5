#!/usr/bin/env python3
"""The C++ in README.md and docs compiles, and prints what they say.

usage: snippets.py extract <output folder> <file.md>...
       snippets.py run <program> <expected output>

A block marked ```cpp whose first line is an #include is a whole file. If it
has main() it is linked and run, twice in a folder of its own, so that what it
keeps in a file is there the second time. If the next thing after it is the
comment <!-- output --> and a ```text block, then it prints exactly that, both
times.

`extract` writes <name>.cc and perhaps <name>.expected, and lists on standard
output, one a line: name;kind (program or object). CMake makes a target of
each (see CMakeLists.txt here).
"""

import os
import re
import subprocess
import sys
import tempfile

import tree

_BLOCK = re.compile(
    r"^```cpp[ \t]*\n(?P<code>.*?)^```[ \t]*\n"
    r"(?:\s*<!--\s*output\s*-->\s*\n```text[ \t]*\n(?P<output>.*?)^```)?",
    re.M | re.S)


def blocks(path, text):
    """(name, code, expected output or None) of each whole file in a text."""
    stem = re.sub(r"\W", "_", os.path.splitext(path)[0])
    found = []
    for match in _BLOCK.finditer(text):
        code = match.group("code")
        if not code.startswith("#include"):
            continue
        line = text.count("\n", 0, match.start("code")) + 1
        # A compiler's message then points into the document.
        code = '#line %d "%s"\n%s' % (line, path, code)
        found.append(("%s_%d" % (stem, line), code, match.group("output")))
    return found


def is_program(code):
    return re.search(r"^int main\(", code, re.M) is not None


def _write(path, text):
    """Leaves an unchanged file alone, so that nothing is built again."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def extract(folder, paths, root=tree.ROOT):
    os.makedirs(folder, exist_ok=True)
    wanted = set()
    lines = []
    for path in paths:
        for name, code, output in blocks(path, tree.read(root, path)):
            wanted.add(name + ".cc")
            _write(os.path.join(folder, name + ".cc"), code)
            if output is not None:
                wanted.add(name + ".expected")
                _write(os.path.join(folder, name + ".expected"), output)
            lines.append("%s;%s" % (
                name, "program" if is_program(code) else "object"))
    for old in set(os.listdir(folder)) - wanted:
        os.remove(os.path.join(folder, old))
    return lines


def run(program, expected):
    want = None
    if expected:
        with open(expected, encoding="utf-8") as file:
            want = file.read()
    with tempfile.TemporaryDirectory() as folder:
        for time in ("first", "second"):
            done = subprocess.run([program], stdout=subprocess.PIPE,
                                  cwd=folder, check=False)
            output = done.stdout.decode("utf-8", "replace")
            if done.returncode != 0:
                return ["%s exits the %s time with %d" %
                        (program, time, done.returncode), output]
            if want is not None and output != want:
                return ["it printed the %s time:" % time, output,
                        "the document says:", want]
    return []


if __name__ == "__main__":
    if sys.argv[1] == "extract":
        print("\n".join(extract(sys.argv[2], sys.argv[3:])))
        sys.exit(0)
    sys.exit(tree.report(run(sys.argv[2], (sys.argv[3:] or [None])[0]),
                         "as the document says"))
