#!/usr/bin/env python3
"""The lints catch what they are for: each is shown a tree with the mistake."""

import os
import sys
import tempfile
import unittest

import files
import format as format_lint
import headers
import layering
import snippets
import tree
import words


class LintTest(unittest.TestCase):

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = self._folder.name

    def write(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    def layering(self):
        return layering.check(self.root)[0]

    def test_the_list_is_that_of_the_build(self):
        layers = tree.Layers()
        self.assertEqual(layers.names()[0], "base")
        self.assertEqual(layers.may_include("event"), {"event", "base"})
        self.assertIn("ledger", layers.may_include("settle"))
        self.assertNotIn("engine", layers.may_include("report"))

    def test_a_list_that_goes_right_is_no_list(self):
        self.write("cmake/VouchLayers.cmake",
                   'set(VOUCH_LAYERS "base:headers:rate" "rate:headers:")')
        self.assertRaises(KeyError, tree.Layers, self.root)

    def test_include_to_the_right(self):
        self.write("include/vouch/base/money.h",
                   '#include "vouch/base/ids.h"\n'
                   '#include "vouch/rate/accrual.h"\n')
        self.assertEqual(len(self.layering()), 1)
        self.assertIn("money.h:2: layer base", self.layering()[0])

    def test_include_of_a_sister(self):
        self.write("include/vouch/event/event.h",
                   '#include <vouch/ledger/entry.h>\n')
        self.assertEqual(len(self.layering()), 1)

    def test_include_of_schemas_or_private_headers_to_the_right(self):
        self.write("src/engine/engine.cc",
                   '#include "vouch/v1/event.pb.h"\n#include "cli/print.h"\n')
        self.assertEqual(len(self.layering()), 2)

    def test_include_of_the_umbrella_inside(self):
        self.write("include/vouch/rate/rate.h", '#include "vouch/vouch.h"\n')
        self.assertEqual(len(self.layering()), 1)

    def test_the_c_header_is_a_layer_s_own(self):
        self.write("src/capi/c.cc", '#include "vouch/c.h"\n')
        self.assertEqual(self.layering(), [])
        self.write("src/engine/engine.cc", '#include "vouch/c.h"\n')
        self.assertEqual(len(self.layering()), 1)

    def test_unit_test_that_looks_right(self):
        self.write("tests/unit/base/money_test.cc",
                   '#include "vouch/engine/engine.h"\n')
        self.assertEqual(len(self.layering()), 1)

    def test_unknown_layer(self):
        self.write("include/vouch/misc/util.h", "")
        self.assertEqual(len(self.layering()), 1)

    def test_good_includes(self):
        self.write("src/cli/main.cc",
                   '#include <string>\n#include "absl/time/time.h"\n'
                   '#include "vouch/proto/json.h"\n'
                   '#include "vouch/v1/event.pb.h"\n#include "cli/print.h"\n')
        self.write("include/vouch/vouch.h", '#include "vouch/rate/rate.h"\n')
        self.assertEqual(self.layering(), [])

    def test_file_of_no_target(self):
        self.write("src/engine/a.cc", "")
        self.write("src/engine/deep/b.cc", "")
        self.write("tests/install/c/CMakeLists.txt",
                   "project(c)\nadd_executable(c main.cc)\n")
        self.write("tests/install/c/main.cc", "")
        self.write("tests/install/c/other.cc", "")
        wrong, seen = files.check({"src/engine/a.cc"}, self.root)
        self.assertEqual(seen, 4)
        self.assertEqual(wrong, [
            "src/engine/deep/b.cc: belongs to no target",
            "tests/install/c/other.cc: belongs to no target"])

    def test_words(self):
        self.write("include/vouch/rate/a.h",
                   '// a double look\nconst char* s = "float";\n'
                   "constexpr int k = 1'000;\nint doubled;\n")
        self.assertEqual(words.check(self.root)[0], [])
        self.write("include/vouch/rate/b.h", "\nfloat x;\n")
        self.write("proto/vouch/v1/c.proto", "double x = 1;\n")
        self.write("tests/unit/d.cc", "sleep" "_for(x);\n#if " "0\n#endif\n"
                   "TEST(A, DISABLED" "_B) {}\n")
        self.write("docs/e.md", "see /ho" "me/me/x; TO" "DO\n")
        self.assertEqual(len(words.check(self.root)[0]), 7)

    def test_header_that_needs_another(self):
        compiler = os.environ["VOUCH_CXX"]
        self.write("include/vouch/base/a.h", "#include <string>\n"
                   "inline std::string A() { return {}; }\n")
        self.assertEqual(headers.check(compiler, "17", [], self.root)[0],
                         [])
        self.write("include/vouch/base/b.h",
                   "inline std::string B() { return {}; }\n")
        wrong = headers.check(compiler, "17", [], self.root)[0]
        self.assertEqual(len(wrong), 1)
        self.assertIn("vouch/base/b.h", wrong[0])
        # Behind the first it has what it needs.
        self.assertEqual(headers.check(compiler, "17", [], self.root,
                                       together=True)[0], [])
        self.write("include/vouch/base/c.h", "inline int C() { return D(); }\n")
        wrong = headers.check(compiler, "17", [], self.root, together=True)[0]
        self.assertEqual(len(wrong), 1)
        self.assertIn("do not compile together", wrong[0])

    def test_format(self):
        tool = format_lint.find_clang_format()
        if tool is None:
            self.skipTest("clang-format 14 is not installed")
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.write("src/a.cc", "int a;\n")
        self.assertEqual(format_lint.check(tool, self.root)[0], [])
        self.write("src/b.cc", "int   b ;\n")
        self.assertEqual(len(format_lint.check(tool, self.root)[0]), 1)

    def test_snippets(self):
        text = ("Hi\n```cpp\nauto part = 1;\n```\n"
                "```cpp\n#include <x>\nint main() {}\n```\n\n"
                "<!-- output -->\n```text\n1\n2\n```\n"
                "```cpp\n#include <y>\n```\n```text\nno output\n```\n")
        found = snippets.blocks("docs/a.md", text)
        self.assertEqual([f[0] for f in found], ["docs_a_6", "docs_a_16"])
        self.assertEqual([f[2] for f in found], ["1\n2\n", None])
        self.assertIn('#line 6 "docs/a.md"', found[0][1])
        self.assertTrue(snippets.is_program(found[0][1]))
        self.assertFalse(snippets.is_program(found[1][1]))

    def test_snippet_that_prints_something_else(self):
        self.write("program", "#!/bin/sh\necho 1\n")
        program = os.path.join(self.root, "program")
        os.chmod(program, 0o755)
        self.write("right", "1\n")
        self.write("wrong", "2\n")
        right, wrong = (os.path.join(self.root, name)
                        for name in ("right", "wrong"))
        self.assertEqual(snippets.run(program, right), [])
        self.assertNotEqual(snippets.run(program, wrong), [])
        self.assertNotEqual(snippets.run("/bin/false", None), [])
        self.write("program", "#!/bin/sh\necho >> kept; wc -l < kept\n")
        found = snippets.run(program, right)
        self.assertEqual(found[0], "it printed the second time:")


if __name__ == "__main__":
    sys.exit(unittest.main())
