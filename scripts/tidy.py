#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the project's own rules of form, which no compiler knows (CONTRIBUTING.md lists them).

All text files: no tabs, CR or blanks at line ends, a newline at the end. Code: SPDX line, #pragma once and an
opening comment in headers, no TODO without an issue's number, at most 800 lines. src/: nothing that a guest in
somebody's process must not do (print, abort, signals, locale, environment, globals that change), a README.md in
each folder. Documents: every path and function that docs/tour.md names exists, links to files lead somewhere,
and the README's examples equal the files in examples/.

Usage: tidy.py [ROOT]
"""
import os
import pathlib
import re
import sys

CODE = {".cc", ".h", ".c", ".py", ".pyi", ".sh"}
CXX = {".cc", ".h", ".c"}
TEXT = CODE | {".md", ".cmake", ".txt", ".fbs", ".json", ".toml", ".yaml", ".yml", ".map", ".in", ".grammar"}
FOLDERS = [".ci", "bench", "bindings", "capi", "cmake", "docs", "examples", "include", "scripts", "src", "tests",
           "tools"]
# Recorded or generated: not ours to format.
SKIPPED = ["tests/conformance/cases", "tests/conformance/datasets", "tests/fuzz/corpus", "tests/golden",
           "bench/history"]
LINES_MAX = 800
GENERATED = {"src/logql/syntax/grammar_tables.h", "src/model/printable_runes.cc"}

FORBIDDEN_IN_SRC = [
    (re.compile(r"\bstd::(cout|cerr|clog)\b|(?:std::|(?<![\w:.>])(?<!void ))f?printf\s*\(|\bputs\s*\("), "prints"),
    (re.compile(r"(?<![\w.>])(?:std::)?(abort|exit|_exit|terminate)\s*\("), "ends the process"),
    (re.compile(r"(?<![\w.>])(?:std::)?(signal|sigaction)\s*\("), "sets a signal handler"),
    (re.compile(r"(?<![\w.>])(?:std::)?(setlocale)\s*\(|std::locale\b"), "touches the locale"),
    (re.compile(r"(?<![\w.>])(?:std::)?(getenv|setenv|putenv)\s*\("), "touches the environment"),
]
MAY_ABORT = {"src/base/assertion.h"}
MAY_BE_STATIC = {"src/base/posix_file_system.cc"}  # its one object has no members
GLOBAL = re.compile(r"^(?:static |inline |thread_local )*(?:std::)?[A-Za-z_][\w:]*(?:<.*>)?[ *&]+\w+(?:\[.*\])?"
                    r"(?: = [^(].*|\{.*\})?;")
LOCAL_STATIC = re.compile(r"^\s+(?:static|thread_local) (?!const\b|constexpr\b|inline\b)[^(]*(?:;|=|\{)")
NOT_GLOBAL = re.compile(r"^(?:inline |static )*(?:const|constexpr|using|typedef|namespace|struct|class|enum|return|"
                        r"template|extern|friend|public|private|protected|case|goto|else|delete|throw)\b")


class Tidy:
    def __init__(self, root):
        self.root = root
        self.findings = []

    def report(self, path, line, text):
        self.findings.append(f"{path.relative_to(self.root)}:{line}: {text}")

    def files(self):
        for path in sorted(self.root.iterdir()):
            if path.is_file() and (path.suffix in TEXT or path.name in (".clang-format", ".clang-tidy")):
                yield path
        for folder in FOLDERS:
            for place, folders, names in os.walk(self.root / folder):
                place = pathlib.Path(place)
                relative = str(place.relative_to(self.root))
                if any(relative == s or relative.startswith(s + "/") for s in SKIPPED):
                    folders.clear()
                    continue
                folders[:] = sorted(f for f in folders if f != "__pycache__" and not f.endswith(".egg-info")
                                    and f not in ("build", "dist"))
                for name in sorted(names):
                    path = place / name
                    if path.suffix in TEXT or relative == ".ci":
                        yield path

    def check_text(self, path, data):
        if b"\r" in data:
            self.report(path, data[:data.index(b"\r")].count(b"\n") + 1, "a carriage return")
        for number, line in enumerate(data.split(b"\n"), 1):
            if b"\t" in line:
                self.report(path, number, "a tab")
            if line != line.rstrip(b" \t"):
                self.report(path, number, "blanks at the end of the line")
        if data and not data.endswith(b"\n"):
            self.report(path, data.count(b"\n") + 1, "no newline at the end")

    def check_code(self, path, lines):
        relative = str(path.relative_to(self.root))
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:2]):
            self.report(path, 1, "no SPDX line")
        if len(lines) > LINES_MAX and relative not in GENERATED:
            self.report(path, LINES_MAX, f"{len(lines)} lines: more than one subject?")
        for number, line in enumerate(lines, 1):
            if relative != "scripts/tidy.py" and re.search(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", line):
                self.report(path, number, "a TODO without an issue's number: write TODO(#12)")
        if path.suffix == ".h":
            if len(lines) < 2 or not re.match(r"//|/\*| \*", lines[1]):
                self.report(path, 2, "a header begins with a comment that says what it is")
            if not any(line == "#pragma once" or line.startswith("#ifndef LOKILIB_H") for line in lines):
                self.report(path, 1, "no #pragma once")

    def check_guest(self, path, lines):
        """Rules of src/: we are a guest in the process."""
        relative = str(path.relative_to(self.root))
        for number, line in enumerate(lines, 1):
            code = line.split("//")[0]
            for expression, what in FORBIDDEN_IN_SRC:
                if expression.search(code) and relative not in MAY_ABORT:
                    self.report(path, number, f"{what}: a library does not")
            is_variable = (GLOBAL.match(code) and not NOT_GLOBAL.match(code)) or LOCAL_STATIC.match(code)
            if is_variable and path.suffix == ".cc" and relative not in MAY_BE_STATIC:
                self.report(path, number, "a variable that outlives its function and may change")

    def check_folders(self):
        for place, _, names in os.walk(self.root / "src"):
            if any(pathlib.Path(n).suffix in CXX for n in names) and "README.md" not in names:
                self.report(pathlib.Path(place), 1, "no README.md")

    # ---- documents ----

    def check_tour(self):
        """Every path, file and function in backticks exists."""
        tour = self.root / "docs/tour.md"
        code = "\n".join(p.read_text(encoding="utf-8") for folder in ("src", "include", "bindings", "tools", "capi")
                         for p in sorted((self.root / folder).rglob("*"))
                         if p.suffix in CXX | {".fbs"} and "build" not in p.relative_to(self.root).parts)
        words = set(re.findall(r"[A-Za-z_]\w*", code))
        for number, line in enumerate(tour.read_text(encoding="utf-8").splitlines(), 1):
            for name in re.findall(r"`([^`]+)`", line):
                if re.fullmatch(r"[\w./-]+\.(cc|h|fbs|py|sh|md|map)|[\w-]+/[\w./-]*", name):
                    if not self.path_exists(name):
                        self.report(tour, number, f"there is no file {name}")
                elif re.fullmatch(r"~?[A-Za-z_][\w:]*(\(\))?", name):
                    for word in name.rstrip("()").split("::"):
                        if word not in words:
                            self.report(tour, number, f"nothing in the code is called {word}")

    def path_exists(self, name):
        return any((self.root / base / name).exists() for base in ("", "src", "include", "docs"))

    def check_links(self, path, text):
        for found in re.finditer(r"\]\(([^)#\s]+)(#[^)]*)?\)", text):
            link = found.group(1)
            if "://" not in link and not link.startswith("mailto:") and not (path.parent / link).exists():
                self.report(path, text.count("\n", 0, found.start()) + 1, f"the link {link} leads nowhere")

    def check_snippets(self, path, text):
        """A code block under <!-- FILE --> is that file, without the comment at its beginning."""
        for found in re.finditer(r"<!-- (examples/\S+) -->\n```\w*\n(.*?)```", text, re.DOTALL):
            source = self.root / found.group(1)
            line = text.count("\n", 0, found.start()) + 1
            if not source.exists():
                self.report(path, line, f"there is no file {found.group(1)}")
            elif example_body(source.read_text(encoding="utf-8")) != found.group(2):
                self.report(path, line, f"the code below differs from {found.group(1)}")

    def run(self):
        for path in self.files():
            data = path.read_bytes()
            self.check_text(path, data)
            text = data.decode("utf-8")
            lines = text.splitlines()
            if path.suffix in CODE and data:
                self.check_code(path, lines)
            if path.suffix in CXX and path.is_relative_to(self.root / "src"):
                self.check_guest(path, lines)
            if path.suffix == ".md":
                self.check_links(path, text)
                self.check_snippets(path, text)
        self.check_folders()
        self.check_tour()
        return self.findings


def example_body(text):
    """An example's source without the comment lines that it begins with."""
    lines = text.splitlines(keepends=True)
    while lines and (re.match(r"//|/\*| \*|#!|# ", lines[0]) or not lines[0].strip()):
        lines.pop(0)
    return "".join(lines)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    findings = Tidy(root).run()
    for finding in findings:
        print(finding)
    print(f"tidy: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
