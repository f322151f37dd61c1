#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checkers find what they are there to find: each case plants one breach in a small tree."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"))
import check_layers  # noqa: E402
import tidy  # noqa: E402

HEAD = "// SPDX-License-Identifier: Apache-2.0\n// What it is.\n#pragma once\n"
TREE = {
    "src/LAYERS": "# comment\nbase:\nmodel: base\ntext: model base\n",
    "src/base/CMakeLists.txt": "lokilib_add_layer(base\n  PUBLIC_HEADERS result.h\n  SOURCES result.cc)\n",
    "src/model/CMakeLists.txt": "lokilib_add_layer(model\n  PUBLIC_HEADERS labels.h\n  SOURCES labels.cc)\n",
    "src/text/CMakeLists.txt": "lokilib_add_layer(text SOURCES find.cc)\n",
    "src/base/README.md": "# base\n",
    "src/model/README.md": "# model\n",
    "src/text/README.md": "# text\n",
    "include/lokilib/result.h": HEAD,
    "include/lokilib/labels.h": HEAD + "#include <string>\n\n#include <lokilib/result.h>\n",
    "src/base/bytes.h": HEAD,
    "src/model/labels.cc": HEAD.replace("#pragma once\n", "") + '#include <lokilib/labels.h>\n#include "base/bytes.h"\n',
    "docs/tour.md": "`src/base/bytes.h`\n",
}


class CheckerTest(unittest.TestCase):
    def findings(self, check, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            for name, text in {**TREE, **changes}.items():
                if text is None:
                    continue
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return check(root).run()

    def assert_one(self, check, changes, text):
        found = self.findings(check, changes)
        self.assertEqual(len(found), 1, found)
        self.assertIn(text, found[0])


class Layers(CheckerTest):
    def check(self, changes, text):
        self.assert_one(check_layers.Checker, changes, text)

    def test_a_tree_that_keeps_the_rules_has_no_findings(self):
        self.assertEqual(self.findings(check_layers.Checker, {}), [])

    def test_finds_an_include_that_points_up(self):
        self.check({"src/base/a.cc": '#include "model/regex.h"\n'}, "belongs to model, which base may not use")

    def test_finds_a_public_header_of_a_higher_layer(self):
        self.check({"src/base/a.cc": "#include <lokilib/labels.h>\n"}, "belongs to model")
        self.check({"include/lokilib/result.h": HEAD + "#include <lokilib/labels.h>\n",
                    "include/lokilib/labels.h": HEAD}, "belongs to model")

    def test_finds_an_internal_include_in_a_public_header(self):
        self.check({"include/lokilib/result.h": HEAD + '#include "base/bytes.h"\n'}, "includes the internal")

    def test_finds_another_library_in_a_public_header(self):
        self.check({"include/lokilib/result.h": HEAD + "#include <fmt/format.h>\n"}, "of another library")

    def test_finds_an_internal_include_outside_src(self):
        for folder in ("capi", "bindings/http", "tools/lokilib"):
            self.check({f"{folder}/a.cc": '#include "base/bytes.h"\n'}, "is internal")

    def test_finds_a_cycle_of_layers(self):
        self.check({"src/LAYERS": "base: model\nmodel: base\ntext: model base\n"}, "a cycle")

    def test_finds_headers_that_include_each_other(self):
        self.check({"src/base/a.h": '#include "base/b.h"\n', "src/base/b.h": '#include "base/a.h"\n'},
                   "include each other")


class Form(CheckerTest):
    def check(self, changes, text):
        self.assert_one(tidy.Tidy, changes, text)

    def source(self, body):
        return {"src/base/a.cc": "// SPDX-License-Identifier: Apache-2.0\n" + body}

    def test_a_tree_that_keeps_the_rules_has_no_findings(self):
        self.assertEqual(self.findings(tidy.Tidy, {}), [])

    def test_finds_what_a_guest_does_not_do(self):
        for body, text in (('  std::cout << "x";\n', "prints"), ("  abort();\n", "ends the process"),
                           ("  signal(1, f);\n", "signal"), ('  getenv("HOME");\n', "environment"),
                           ('  setlocale(0, "");\n', "locale")):
            self.check(self.source(body), text)

    def test_finds_variables_that_may_change(self):
        for body in ("int counter = 0;\n", "static std::string last;\n", "  static int calls = 0;\n",
                     "thread_local int depth;\n"):
            self.check(self.source(body), "may change")

    def test_lets_constants_be(self):
        body = "constexpr int kMax = 3;\nstatic const Table kTable = make();\n  static const int kOne = 1;\n"
        self.assertEqual(self.findings(tidy.Tidy, self.source(body)), [])

    def test_lets_functions_of_such_names_be(self):
        body = "void printf(std::string_view format);\n  printer.printf(format);\n  std::snprintf(at, size, format);\n"
        self.assertEqual(self.findings(tidy.Tidy, self.source(body)), [])

    def test_finds_bad_text(self):
        self.check(self.source("int f();\tint g();\n"), "a tab")
        self.check(self.source("int f(); \n"), "blanks")
        self.check(self.source("int f();"), "newline")
        self.check(self.source("// TO" + "DO: later\n"), "issue")
        self.check(self.source("\n" * 800), "lines")

    def test_finds_headers_without_their_beginning(self):
        self.check({"src/base/bytes.h": HEAD.replace("// What it is.\n", "")}, "says what it is")
        self.check({"src/base/bytes.h": HEAD.replace("#pragma once\n", "")}, "pragma once")
        self.check({"src/base/bytes.h": "// What it is.\n// Really.\n#pragma once\n"}, "SPDX")

    def test_finds_a_folder_without_readme(self):
        self.check({"src/model/README.md": None}, "no README.md")

    def test_finds_names_in_the_tour_that_do_not_exist(self):
        self.check({"docs/tour.md": "`src/base/gone.h`\n"}, "no file")
        self.check({"docs/tour.md": "`gone_function()`\n"}, "nothing in the code")

    def test_finds_links_that_lead_nowhere(self):
        self.check({"docs/other.md": "[x](gone.md)\n"}, "leads nowhere")

    def test_finds_a_snippet_that_differs_from_its_example(self):
        example = {"examples/a/main.cc": "// SPDX-License-Identifier: Apache-2.0\nint main() {}\n"}
        block = "<!-- examples/a/main.cc -->\n```cpp\nint main() {}\n```\n"
        self.assertEqual(self.findings(tidy.Tidy, {**example, "README.md": block}), [])
        self.check({**example, "README.md": block.replace("{}", "{ }")}, "differs from")


if __name__ == "__main__":
    unittest.main()
