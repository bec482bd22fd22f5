"""What the lint tests share: the layers, and the files of the tree."""

import os
import re

ROOT = os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CODE = (".h", ".cc", ".c", ".cpp", ".hpp", ".proto")

_ROW = re.compile(r'"([a-z]+):(headers|library|program):([a-z ]*)"')


class Layers:
    """The list in cmake/VouchLayers.cmake."""

    def __init__(self, root=ROOT):
        path = os.path.join(root, "cmake", "VouchLayers.cmake")
        with open(path, encoding="utf-8") as file:
            rows = _ROW.findall(file.read())
        self.kind = {}
        self._reach = {}
        for name, kind, left in rows:
            self.kind[name] = kind
            reach = {name}
            for one in left.split():
                # A name that is not listed before this row is a KeyError:
                # the list itself must go from left to right.
                reach |= self._reach[one]
            self._reach[name] = reach
        if not self.kind:
            raise ValueError(path + ": no layers found")

    def names(self):
        return list(self.kind)

    def may_include(self, layer):
        """The layers that a file of `layer` may include, itself among them."""
        return self._reach[layer]


def files(root, folder, endings):
    """Paths below root/folder, relative to root, in a fixed order."""
    found = []
    for here, folders, names in os.walk(os.path.join(root, folder)):
        folders[:] = sorted(f for f in folders if f not in ("build", ".git"))
        for name in sorted(names):
            if name.endswith(tuple(endings)):
                path = os.path.join(here, name)
                found.append(os.path.relpath(path, root))
    return found


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def without_comments_and_strings(text):
    """Code alone; the lines keep their numbers."""
    return _TOKEN.sub(lambda m: "\n" * m.group(0).count("\n"), text)


def report(mistakes, good):
    """Prints what is wrong; the exit code of a lint."""
    for mistake in mistakes:
        print(mistake)
    if mistakes:
        print("%d mistake(s)" % len(mistakes))
        return 1
    print(good)
    return 0
