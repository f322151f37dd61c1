#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the C library exports what capi/lokilib.map lists and capi/include/lokilib.h declares: no more, no less.

Usage: check_exports.py liblokilib.so
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def exported(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    # The version's own name is an absolute symbol ("A").
    return {line.split()[-1].split("@")[0] for line in lines if line.split()[-2] != "A"}


def listed():
    body = re.search(r"global:(.*?)local:", (ROOT / "capi/lokilib.map").read_text(), re.DOTALL).group(1)
    return {name.strip() for name in body.split(";") if name.strip()}


def declared():
    text = (ROOT / "capi/include/lokilib.h").read_text()
    return set(re.findall(r"LOKILIB_C_EXPORT\s+[\w\s*]*?\b(lokilib_\w+)\s*\(", text))


def main():
    sets = {"the library": exported(sys.argv[1]), "lokilib.map": listed(), "lokilib.h": declared()}
    every = set().union(*sets.values())
    wrong = 0
    for name in sorted(every):
        lacking = [where for where, names in sets.items() if name not in names]
        if lacking:
            wrong += 1
            print(f"{name}: not in {' and '.join(lacking)}")
    print(f"check_exports: {len(every)} symbols, {wrong} wrong")
    return 1 if wrong or not every else 0


if __name__ == "__main__":
    sys.exit(main())
