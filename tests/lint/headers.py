#!/usr/bin/env python3
"""Each public header compiles alone.

usage: headers.py --std 17 --compiler g++ [--includes DIR:DIR...]

Alone means: the header is the whole program, so that it must include what it
uses. A <name>-inl.h is the foot of <name>.h and is compiled with it.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys

import tree


def compile_alone(command, header, root):
    source = '#include "%s"\n' % header
    done = subprocess.run(command + ["-x", "c++", "-"], input=source, cwd=root,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, check=False)
    if done.returncode == 0:
        return None
    return "%s does not compile alone:\n%s" % (header, done.stdout[:2000])


def check(compiler, standard, includes, root=tree.ROOT):
    command = [compiler, "-std=c++" + standard, "-fsyntax-only", "-Wall",
               "-Wextra", "-Wpedantic", "-Werror", "-Iinclude"]
    for folder in sorted(set(includes) - {"", "/usr/include"}):
        command += ["-isystem", folder]
    headers = [os.path.relpath(path, "include")
               for path in tree.files(root, "include", (".h",))]
    headers = [h for h in headers if not h.endswith("-inl.h")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda h: compile_alone(command, h, root), headers)
        return [r for r in results if r], len(headers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--std", required=True)
    parser.add_argument("--includes", default="")
    args = parser.parse_args()
    wrong, count = check(args.compiler, args.std, args.includes.split(":"))
    sys.exit(tree.report(wrong, "%d headers compile alone in C++%s with %s" %
                         (count, args.std, args.compiler)))
