#!/usr/bin/env python3
"""A layer includes only what stands to its left (cmake/VouchLayers.cmake).

Covers include/vouch/<layer>, src/<layer> and tests/unit/<layer>. Generated
schema headers, vouch/v1/*.pb.h, count as the layer proto, and vouch/c.h as
capi. The umbrella vouch/vouch.h is for users: no layer includes it.
"""

import re
import sys

import tree

PLACES = ("include/vouch", "src", "tests/unit")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.M)


def included_layer(path, layers):
    """The layer that an include names; None when it is not one of ours."""
    parts = path.split("/")
    if path == "vouch/c.h":
        return "capi"
    if parts[0] == "vouch":
        if len(parts) == 2:
            return "the umbrella"
        return "proto" if parts[1] == "v1" else parts[1]
    if len(parts) > 1 and parts[0] in layers.kind:
        return parts[0]  # src/<layer>/x.h, as "layer/x.h"
    return None


def check_file(root, path, layer, layers):
    mistakes = []
    text = tree.read(root, path)
    for match in _INCLUDE.finditer(text):
        target = included_layer(match.group(1), layers)
        if target is None or target in layers.may_include(layer):
            continue
        line = text.count("\n", 0, match.start()) + 1
        mistakes.append('%s:%d: layer %s may not include "%s" (%s)' %
                        (path, line, layer, match.group(1), target))
    return mistakes


def check(root=tree.ROOT, list_root=tree.ROOT):
    layers = tree.Layers(list_root)
    mistakes = []
    seen = 0
    for place in PLACES:
        depth = place.count("/") + 1
        for path in tree.files(root, place, tree.CODE):
            parts = path.split("/")
            if len(parts) == depth + 1:
                continue  # an umbrella header, or a file that files.py finds
            seen += 1
            layer = parts[depth]
            if layer not in layers.kind:
                mistakes.append("%s: %s is not in cmake/VouchLayers.cmake" %
                                (path, layer))
                continue
            mistakes += check_file(root, path, layer, layers)
    return mistakes, seen


if __name__ == "__main__":
    found, count = check()
    sys.exit(tree.report(found, "%d files, none includes to its right" % count))
