#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares parse errors and formatted queries with the recorded answers of Loki.

Usage: recorded_test.py PROGRAM CASES_FOLDER, where PROGRAM is built from print_query.cc. A recorded answer that
only building a pipeline can give (a bad template) shows how a stage is printed on one line; any other says
nothing here but that the query has the right syntax.
"""
import gzip
import json
import pathlib
import re
import subprocess
import sys

MATCHER_PARAMETERS = ("match", "match[]")


def text_of(case):
    body = case["expect"]["body"]
    if isinstance(body, dict):
        return body.get("data") if case["expect"]["status"] == 200 else body.get("error", "")
    return body


def stage_of(case):
    """The stage that the recorded error names, or None."""
    found = re.match(r"parse error : stage '(.*)' : ", text_of(case) if isinstance(text_of(case), str) else "", re.S)
    return found.group(1) if found else None


def requests_of(case):
    """(kind, query) for each parameter that holds LogQL."""
    endpoint = case["endpoint"].rsplit("/", 1)[-1]
    if endpoint in ("query", "query_range", "format_query", "tail"):
        for name, value in case.get("params", []):
            if name == "query":
                yield "p" if stage_of(case) else "q", value
    elif endpoint in ("labels", "label", "values", "series", "stats", "volume", "volume_range"):
        for name, value in case.get("params", []):
            if name == "query" or name in MATCHER_PARAMETERS:
                allowed = endpoint.startswith("volume") or (endpoint == "series" and value.replace(" ", "") == "{}")
                yield "M" if allowed else "m", value


def expectation(case):
    """The text expected, or None where the query just has to parse, or False where nothing is known."""
    status, text = case["expect"]["status"], text_of(case)
    if status == 200:
        return text if case["endpoint"].endswith("format_query") else None
    if isinstance(text, str) and text.startswith("parse error") and not text.startswith("parse error : stage '"):
        return text.strip()
    if text == "only label matchers are supported":
        return text
    return None if status < 500 else False


def main(program, folder):
    jobs = []
    for path in sorted(pathlib.Path(folder).glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                case = json.loads(line)
                wanted = expectation(case)
                requests = [r for r in requests_of(case) if "\0" not in r[1]]
                if wanted is False or (len(requests) > 1 and case["expect"]["status"] != 200):
                    continue
                jobs += [(case, kind, query, wanted) for kind, query in requests]
    stdin = b"".join((kind + query).encode("utf-8", "surrogatepass") + b"\0" for _, kind, query, _ in jobs)
    answers = subprocess.run([program], input=stdin, stdout=subprocess.PIPE, check=True).stdout.split(b"\0")
    failed = 0
    for (case, _, query, wanted), answer in zip(jobs, answers):
        answer = answer.decode("utf-8", "replace")
        good = answer.startswith("+") if wanted is None else answer[1:].strip() == wanted.strip()
        if stage_of(case):
            wanted = stage_of(case)
            good = answer.startswith("+") and wanted in answer
        if not good:
            failed += 1
            print(f"{case['id']}: {query!r}\n  wanted {wanted!r}\n  got    {answer!r}")
    print(f"{len(jobs) - failed} passed, {failed} failed")
    return 1 if failed or not jobs else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
