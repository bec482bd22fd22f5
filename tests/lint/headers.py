#!/usr/bin/env python3
"""Each public header compiles alone.

usage: headers.py --std 17 --compiler g++ [--includes DIR:DIR...] [--together]

Alone means: the header is the whole program, so that it must include what it
uses. A <name>-inl.h is the foot of <name>.h and is compiled with it. With
--together one program includes them all: much quicker, and as good at finding
what a compiler or a standard does not take.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys

import tree


def compile_program(command, headers, root):
    source = "".join('#include "%s"\n' % header for header in headers)
    done = subprocess.run(command + ["-x", "c++", "-"], input=source, cwd=root,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, check=False)
    if done.returncode == 0:
        return None
    what = (headers[0] + " does not compile alone" if len(headers) == 1
            else "the headers do not compile together")
    return "%s:\n%s" % (what, done.stdout[:2000])


def check(compiler, standard, includes, root=tree.ROOT, together=False):
    command = [compiler, "-std=c++" + standard, "-fsyntax-only", "-Wall",
               "-Wextra", "-Wpedantic", "-Werror", "-Iinclude"]
    for folder in sorted(set(includes) - {"", "/usr/include"}):
        command += ["-isystem", folder]
    headers = [os.path.relpath(path, "include")
               for path in tree.files(root, "include", (".h",))]
    headers = [h for h in headers if not h.endswith("-inl.h")]
    programs = [headers] if together else [[h] for h in headers]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda p: compile_program(command, p, root),
                           programs)
        return [r for r in results if r], len(headers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--std", required=True)
    parser.add_argument("--includes", default="")
    parser.add_argument("--together", action="store_true")
    args = parser.parse_args()
    wrong, count = check(args.compiler, args.std, args.includes.split(":"),
                         together=args.together)
    how = "together" if args.together else "alone"
    sys.exit(tree.report(wrong, "%d headers compile %s in C++%s with %s" %
                         (count, how, args.std, args.compiler)))
