#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the conformance suite against a server that it starts on a fresh directory.

Fails if the server dies, if a case fails that known_failures.txt does not list, or if a listed one passes: the
list may only shrink. Its lines are "ID reason".

Usage: run.py LOKILIB [--update] [--areas a,b] [--jobs N] [--keep-report FILE]

--update writes the list anew; reasons of cases that stay are kept, others get the kind of failure.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "known_failures.txt"
HEADING = """# Cases of the suite that lokilib answers differently, one a line: ID, blank, reason. run.py fails on a case that
# fails and is not here, and on one that is here and passes: the list may only shrink.
"""


def read_list():
    """{id: reason}"""
    known = {}
    if LIST.exists():
        for line in LIST.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, reason = line.partition(" ")
                known[name] = reason
    return known


def start_server(program, directory, messages):
    """The process and its URL, which is in the first line that it prints. `messages`: a file for its stderr."""
    server = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--data", directory,
                               "--limits-profile=loki"], stdout=subprocess.PIPE, stderr=messages, text=True)
    line = server.stdout.readline()
    found = re.search(r"http://\S+", line)
    if not found:
        server.kill()
        raise SystemExit(f"conformance: the server did not start: {line}{pathlib.Path(messages.name).read_text()}")
    return server, found.group(0)


def compare(failed, known, ran_all):
    """Prints what differs from the list; returns how many."""
    unexpected = [case for case in failed if case["id"] not in known]
    for case in unexpected[:40]:
        print(f"FAIL {case['id']} [{case['area']}] {case['kind']}: {case['message'][:400]}")
    if len(unexpected) > 40:
        print(f"... and {len(unexpected) - 40} more that fail")
    failed_ids = {case["id"] for case in failed}
    passed = [name for name in known if name not in failed_ids] if ran_all else []
    for name in passed:
        print(f"{name} passes now: remove its line from {LIST.name} (or run with --update)")
    return len(unexpected) + len(passed)


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("program")
    flags.add_argument("--update", action="store_true")
    flags.add_argument("--areas")
    flags.add_argument("--jobs", default="2")
    flags.add_argument("--keep-report")
    options = flags.parse_args()
    if options.update and options.areas:
        raise SystemExit("conformance: --update needs all areas")

    with tempfile.TemporaryDirectory(prefix="lokilib-conformance-") as folder:
        messages = open(folder + "/messages", "w", encoding="utf-8")
        server, url = start_server(options.program, folder + "/data", messages)
        report_path = options.keep_report or folder + "/report.json"
        command = [sys.executable, "-B", str(HERE / "check.py"), url, str(HERE / "cases"), "--json", report_path,
                   "--jobs", options.jobs, "--settle", "0"]
        if options.areas:
            command += ["--areas", options.areas]
        try:
            subprocess.run(command, check=False)
            died = server.poll()
            server.terminate()
            server.wait(timeout=60)
        finally:
            server.kill()
            messages.close()
        if died is not None or server.returncode != 0:
            print(pathlib.Path(messages.name).read_text(encoding="utf-8")[-4000:])
            print(f"conformance: the server ended with {server.returncode}")
            return 1
        report = json.loads(pathlib.Path(report_path).read_text(encoding="utf-8"))

    failed = report["failed"]
    total = sum(passed + lost for passed, lost in report["areas"].values())
    known = read_list()
    print(f"conformance: {total - len(failed)} of {total} cases pass ({100 * (1 - len(failed) / total):.2f} %), "
          f"{len(known)} are known to fail")
    if options.update:
        lines = [f"{case['id']} {known.get(case['id'], case['kind'] + ' differs')}\n"
                 for case in sorted(failed, key=lambda case: case["id"])]
        LIST.write_text(HEADING + "".join(lines), encoding="utf-8")
        print(f"conformance: {len(lines)} lines written to {LIST}")
        return 0
    return 1 if compare(failed, known, options.areas is None) else 0


if __name__ == "__main__":
    sys.exit(main())
