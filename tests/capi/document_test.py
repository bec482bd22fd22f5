#!/usr/bin/env python3
"""The example of docs/C_ABI.md: its C compiles as C99, its commands run, and
print what the document says.

usage: document_test.py extract <document> <output.c>
       document_test.py run <document> <program> <protoc> <folder of schemas>
"""

import os
import re
import subprocess
import sys
import tempfile

_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.M | re.S)


def blocks(path):
    """(language, the words behind it, text) of each block."""
    with open(path, encoding="utf-8") as file:
        return [(m.group(1), m.group(2).split(), m.group(3))
                for m in _BLOCK.finditer(file.read())]


def only(found, language):
    texts = [text for kind, _, text in found if kind == language]
    if len(texts) != 1:
        sys.exit("%d blocks of %s, not one" % (len(texts), language))
    return texts[0]


def extract(document, output):
    text = only(blocks(document), "c")
    if os.path.exists(output):
        with open(output, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


def run(document, program, protoc, proto):
    found = blocks(document)
    with tempfile.TemporaryDirectory() as folder:
        for kind, words, text in found:
            if kind == "textproto":
                name = words[0].replace(".bin", ".txt")
                with open(os.path.join(folder, name), "w",
                          encoding="utf-8") as file:
                    file.write(text)
        os.symlink(program, os.path.join(folder, "example"))
        path = os.path.dirname(protoc) + os.pathsep + os.environ["PATH"]
        done = subprocess.run(["sh", "-e", "-c", only(found, "sh")],
                              cwd=folder, stdout=subprocess.PIPE, check=False,
                              env=dict(os.environ, PROTO=proto, PATH=path),
                              universal_newlines=True)
    wanted = only(found, "text")
    if done.returncode != 0 or done.stdout != wanted:
        print("it printed:\n%s\nthe document says:\n%s" %
              (done.stdout, wanted))
        return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "extract":
        sys.exit(extract(*sys.argv[2:]))
    sys.exit(run(*sys.argv[2:]))
