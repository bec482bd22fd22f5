#!/usr/bin/env python3
"""Each public header compiles alone.

usage: headers.py --std 17 --compiler g++ [--include DIR]... [--flag FLAG]...

Alone means: the header is the whole program, so that it must include what it
uses. Every header of include/vouch, -inl.h files too.
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


def check(compiler, standard, includes, flags, root=tree.ROOT):
    command = [compiler, "-std=c++" + standard, "-fsyntax-only", "-Wall",
               "-Wextra", "-Wpedantic", "-Werror", "-Iinclude"] + flags
    for folder in includes:
        command += ["-isystem", folder]
    headers = [os.path.relpath(path, "include")
               for path in tree.files(root, "include", (".h",))]
    headers = [h for h in headers if h != "vouch/c.h"]  # C99: tests/capi
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda h: compile_alone(command, h, root), headers)
        return [r for r in results if r], len(headers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--std", required=True)
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--flag", action="append", default=[])
    args = parser.parse_args()
    wrong, count = check(args.compiler, args.std, args.include, args.flag)
    sys.exit(tree.report(wrong, "%d headers compile alone in C++%s with %s" %
                         (count, args.std, args.compiler)))
