#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every #include of src/, include/, capi/, bindings/ and tools/ against src/LAYERS.

A layer's sources may include their own layer and those that LAYERS gives it; a public header may include the
standard library and public headers of its own layer or below; everything outside src/ may include public
headers only. Cycles, between layers or between headers, are errors too. A public header's layer is the one
whose CMakeLists.txt names it under PUBLIC_HEADERS.

Usage: check_layers.py [ROOT]
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
SUFFIXES = {".h", ".cc"}
# Headers of C and POSIX that a public header may use; C++ ones have no dot in their names.
C_HEADERS = {"stddef.h", "stdint.h"}


def read_layers(root):
    """{layer: set of the layers it may use}, in the order of the file."""
    layers = {}
    for number, line in enumerate((root / "src/LAYERS").read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, colon, uses = line.partition(":")
        if not colon:
            raise SystemExit(f"src/LAYERS:{number}: no ':' in '{line}'")
        layers[name.strip()] = set(uses.split())
    return layers


def check_order(layers):
    """A layer may use only those above it in the file, so there is no cycle."""
    seen = set()
    for layer, uses in layers.items():
        for used in sorted(uses):
            if used not in layers:
                yield f"src/LAYERS: {layer} uses {used}, which is no layer"
            elif used not in seen:
                yield f"src/LAYERS: {layer} uses {used}, which stands below it in the file: a cycle, or a wrong order"
        seen.add(layer)


def public_header_layers(root, layers):
    """{header name: layer or folder that declares it}."""
    owners = {}
    for layer in layers:
        text = (root / "src" / layer / "CMakeLists.txt").read_text()
        for group in re.findall(r"PUBLIC_HEADERS\s+((?:[a-z0-9_]+\.h\s+)+)", text):
            for header in group.split():
                owners[header] = layer
    for cmake in sorted((root / "bindings").glob("*/CMakeLists.txt")):
        for header in re.findall(r"include/lokilib/([a-z0-9_]+\.h)", cmake.read_text()):
            owners[header] = str(cmake.parent.relative_to(root))
    return owners


def includes(path):
    text = path.read_text(encoding="utf-8")
    for found in INCLUDE.finditer(text):
        line = text.count("\n", 0, found.start(2)) + 1
        yield line, found.group(1) == '"', found.group(2)


def source_files(folder):
    """Sources below the folder, but nothing that a build left there (a wheel's is in bindings/python/build)."""
    return sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and "build" not in p.relative_to(folder).parts)


class Checker:
    def __init__(self, root):
        self.root = root
        self.layers = read_layers(root)
        self.owners = public_header_layers(root, self.layers)
        self.findings = []

    def report(self, path, line, text):
        self.findings.append(f"{path.relative_to(self.root)}:{line}: {text}")

    def layer_of(self, name):
        """The layer of an include like "logql/plan/plan.h", or None."""
        folder = name.rpartition("/")[0]
        return folder if folder in self.layers else None

    def check_public_use(self, path, line, name, layer):
        """`layer`'s file includes <lokilib/NAME>."""
        header = name[len("lokilib/"):]
        owner = self.owners.get(header)
        if owner is None:
            self.report(path, line, f"<{name}>: no CMakeLists.txt names it as a public header")
        elif layer is not None and owner != layer and owner not in self.layers[layer]:
            self.report(path, line, f"<{name}> belongs to {owner}, which {layer} may not use (src/LAYERS)")

    def check_public_header(self, path):
        owner = self.owners.get(path.name)
        if owner is None:
            self.report(path, 1, "no CMakeLists.txt names it as a public header")
        layer = owner if owner in self.layers else None
        for line, quoted, name in includes(path):
            if quoted:
                self.report(path, line, f'a public header includes the internal "{name}"')
            elif name.startswith("lokilib/"):
                self.check_public_use(path, line, name, layer)
            elif "/" in name or ("." in name and name not in C_HEADERS):
                self.report(path, line, f"a public header includes <{name}> of another library")

    def check_source(self, path, layer):
        for line, quoted, name in includes(path):
            if not quoted:
                if name.startswith("lokilib/"):
                    self.check_public_use(path, line, name, layer)
                    continue
                used = "schema" if name.startswith("schema/") else None
            else:
                used = self.layer_of(name)
                if used is None and not (path.parent / name).exists():
                    self.report(path, line, f'"{name}" is neither of a layer nor beside the file')
            if used is not None and used != layer and used not in self.layers[layer]:
                self.report(path, line, f'"{name}" belongs to {used}, which {layer} may not use (src/LAYERS)')

    def check_outside(self, path, allowed):
        """Files outside src/: their own folder and public headers, `allowed` of those that bindings own."""
        for line, quoted, name in includes(path):
            if quoted:
                beside = (path.parent / name).exists() or (self.root / "capi/include" / name).exists()
                if not beside or self.layer_of(name) is not None or ".." in name:
                    self.report(path, line, f'"{name}" is internal: only public headers may be used here')
            elif name.startswith("lokilib/"):
                self.check_public_use(path, line, name, None)
                owner = self.owners.get(name[len("lokilib/"):])
                if owner is not None and owner not in self.layers and owner not in allowed:
                    self.report(path, line, f"<{name}> belongs to {owner}")
            elif name.startswith("schema/"):
                self.report(path, line, f"<{name}> is internal")

    def check_header_cycles(self):
        graph = {}
        for folder in ("src", "include/lokilib"):
            for path in (self.root / folder).rglob("*.h"):
                uses = []
                for _, quoted, name in includes(path):
                    for candidate in (self.root / "src" / name, path.parent / name, self.root / "include" / name):
                        if candidate.exists():
                            uses.append(candidate.resolve())
                            break
                graph[path.resolve()] = uses
        state = {}

        def visit(node, trail):
            state[node] = "open"
            for used in graph.get(node, []):
                if state.get(used) == "open":
                    loop = [str(p.relative_to(self.root)) for p in trail[trail.index(used):] + [used]]
                    self.report(node, 1, "headers include each other: " + " -> ".join(loop))
                elif used not in state:
                    visit(used, trail + [used])
            state[node] = "done"

        for node in sorted(graph):
            if node not in state:
                visit(node, [node])

    def run(self):
        self.findings += check_order(self.layers)
        for path in source_files(self.root / "include"):
            self.check_public_header(path)
        for path in source_files(self.root / "src"):
            layer = str(path.parent.relative_to(self.root / "src"))
            if layer not in self.layers:
                self.report(path, 1, f"src/{layer} is no layer (src/LAYERS)")
                continue
            self.check_source(path, layer)
        for folder, allowed in (("capi", ()), ("bindings", ("bindings/http",)), ("tools", ("bindings/http",))):
            for path in source_files(self.root / folder):
                self.check_outside(path, allowed)
        self.check_header_cycles()
        return self.findings


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    findings = Checker(root).run()
    for finding in findings:
        print(finding)
    print(f"check_layers: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
