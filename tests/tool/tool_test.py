# SPDX-License-Identifier: Apache-2.0
"""The program `lokilib`, run as its users run it. Usage: tool_test.py PROGRAM [unittest options]."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

PROGRAM = ""
LINES = "2026-01-01T00:00:00Z level=info first\n2026-01-01T00:00:01.5Z level=error second <b>\nno time here\n"
RANGE = ["--from", "2026-01-01T00:00:00Z", "--to", "2026-01-01T01:00:00Z"]


class Server:
    """`lokilib serve` on a free port, until the block ends."""

    def __init__(self, data, *flags):
        self.arguments = [PROGRAM, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *flags]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+", first)
        if match is None:
            self.process.wait()
            raise AssertionError(f"no address in {first!r}")
        self.url = match.group(0)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


class Tool(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="lokilib_tool_"))
        self.data = self.directory / "data"
        self.addCleanup(shutil.rmtree, self.directory)

    def run_tool(self, *arguments, text="", status=0):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOKI_")}
        environment["no_proxy"] = "*"
        done = subprocess.run([PROGRAM, *map(str, arguments)], input=text, capture_output=True, text=True,
                              cwd=self.directory, env=environment, timeout=120)
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def push(self, *target):
        return self.run_tool("push", *target, "--label", "app=api", "--time-from-line", text=LINES)

    # ---- directory and server alike -------------------------------------------------------------------

    def check_commands(self, target, flag):
        pushed = self.push(*flag)
        self.assertIn("3 lines", pushed.stderr)
        found = self.run_tool("query", target, '{app="api"}', *RANGE, "-o", "raw", "--forward").stdout
        self.assertEqual(found, LINES)
        newest = self.run_tool("query", target, '{app="api"} |= "level"', *RANGE, "--limit", "1").stdout
        self.assertIn("2026-01-01T00:00:01.5Z", newest)
        self.assertIn("level=error second <b>", newest)
        entries = self.run_tool("query", target, '{app="api"} |= "second"', *RANGE, "-o", "jsonl").stdout
        entry = json.loads(entries)
        self.assertEqual(entry["line"], "2026-01-01T00:00:01.5Z level=error second <b>")
        self.assertEqual(entry["timestamp"], "2026-01-01T00:00:01.5Z")
        self.assertEqual(entry["labels"].get("app", "api"), "api")
        counted = self.run_tool("query", target, 'sum(count_over_time({app="api"}[1h]))', "--instant",
                                "--to", "2026-01-01T00:30:00Z").stdout
        self.assertEqual(counted, "{} 3\n")
        since = ["--from", "2025-12-31T00:00:00Z", "--to", "2026-01-02T00:00:00Z"]
        names = self.run_tool("labels", target, *since).stdout
        self.assertEqual(names, "app\nservice_name\n")
        self.assertEqual(self.run_tool("labels", target, "app", *since).stdout, "api\n")
        self.assertEqual(self.run_tool("labels", target, "app", "--selector", '{app="x"}', *since).stdout, "")
        bad = self.run_tool("query", target, '{app="api"', status=1)
        self.assertIn("parse error at line 1, col 11", bad.stderr)
        self.assertEqual(bad.stdout, "")

    def test_commands_work_in_a_directory(self):
        self.check_commands("./data", ["--data", self.data])

    def test_commands_work_with_a_server(self):
        with Server(self.data) as server:
            self.check_commands(server.url, ["--addr", server.url])

    def test_files_are_pushed_and_missing_ones_named(self):
        (self.directory / "a.log").write_text("one\ntwo\n")
        self.run_tool("push", "--data", self.data, "--label", "app=x", "a.log")
        found = self.run_tool("query", "--data", self.data, '{app="x"}', "-o", "raw", "--forward").stdout
        self.assertEqual(found, "one\ntwo\n")
        missing = self.run_tool("push", "--data", self.data, "--label", "app=x", "b.log", status=1)
        self.assertIn("b.log", missing.stderr)

    def test_a_missing_directory_is_no_empty_database(self):
        missing = self.run_tool("query", "./nowhere", '{a="b"}', status=1)
        self.assertIn("there is no data directory", missing.stderr)
        self.assertFalse((self.directory / "nowhere").exists())

    def test_push_wants_labels_of_the_right_form(self):
        self.assertIn("--label", self.run_tool("push", "--data", self.data, status=1).stderr)
        bad = self.run_tool("push", "--data", self.data, "--label", "app", status=1)
        self.assertIn("not of the form name=value", bad.stderr)

    # ---- serve ----------------------------------------------------------------------------------------

    def test_serve_stops_on_sigterm_and_loses_nothing(self):
        for round_number in range(2):
            with Server(self.data) as server:
                body = json.dumps({"streams": [{"stream": {"app": "x"}, "values": [
                    [str(1_767_225_600_000_000_000 + round_number), f"line {round_number}"]]}]}).encode()
                request = urllib.request.Request(server.url + "/loki/api/v1/push", data=body,
                                                 headers={"Content-Type": "application/json"})
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with opener.open(request, timeout=30) as answer:
                    self.assertEqual(answer.status, 204)
                self.assertEqual(server.stop(), 0)
        found = self.run_tool("query", "--data", self.data, '{app="x"}', *RANGE, "-o", "raw", "--forward").stdout
        self.assertEqual(found, "line 0\nline 1\n")

    def test_serve_reads_a_configuration_and_flags_win(self):
        config = self.directory / "lokilib.yaml"
        config.write_text("data: ./elsewhere\nlimits_profile: loki\nlimits:\n  max_line_size: 10B\n")
        with Server(self.data, "--config", str(config)) as server:
            refused = self.run_tool("push", "--addr", server.url, "--label", "app=x", text="eleven bytes\n", status=1)
            self.assertIn("max entry size '10' bytes exceeded", refused.stderr)
        self.assertTrue(self.data.exists())
        self.assertFalse((self.directory / "elsewhere").exists())

    def serve_error(self, *flags):
        return self.run_tool("serve", "--data", self.data, *flags, status=1).stderr

    def test_serve_names_what_it_does_not_know(self):
        self.assertIn("did you mean 'max_line_size'?", self.serve_error("--limit", "max_line_sise=1MB"))
        self.assertIn("limit max_line_size: '1XB'", self.serve_error("--limit", "max_line_size=1XB"))
        self.assertIn("limits_profile is 'huge'", self.serve_error("--limits-profile", "huge"))
        self.assertIn("sync is 'often'", self.serve_error("--sync", "often"))
        self.assertIn("write address:port", self.serve_error("--listen", "3100"))
        config = self.directory / "lokilib.yaml"
        for text, want in [("lissten: x\n", ":1: unknown key 'lissten': did you mean 'listen'?"),
                           ("data: x\nsync: always\ndata: y\n", ":3: key 'data' is there twice"),
                           ("- a\n", "the file must be a map"), ("limits: 5\n", "'limits' must be a map"),
                           ("auth_enabled: perhaps\n", "auth_enabled: 'perhaps' is neither true nor false"),
                           ("data: [\n", "lokilib.yaml:")]:
            config.write_text(text)
            self.assertIn(want, self.serve_error("--config", str(config)))
        self.assertIn("cannot be read", self.serve_error("--config", "missing.yaml"))

    # ---- the command line -----------------------------------------------------------------------------

    def test_unknown_words_are_answered_with_the_nearest(self):
        wrong = self.run_tool("qurey", status=2)
        self.assertIn("unknown command or argument 'qurey': did you mean 'query'?", wrong.stderr)
        wrong = self.run_tool("query", "--limmit", "5", '{a="b"}', status=2)
        self.assertIn("unknown option '--limmit': did you mean '--limit'?", wrong.stderr)
        wrong = self.run_tool("serve", "--xyzzy", status=2)
        self.assertIn("unknown option '--xyzzy'\n", wrong.stderr)
        self.assertEqual(self.run_tool("query", '{a="b"}', "-o", "xml", status=2).stdout, "")

    def test_help_and_version(self):
        self.assertRegex(self.run_tool("--version").stdout, r"^lokilib \d+\.\d+\.\d+\n$")
        for arguments in (["--help"], ["query", "--help"], []):
            self.assertIn("--help", self.run_tool(*arguments).stdout)

    def test_bad_times_are_refused(self):
        bad = self.run_tool("query", "--data", self.data, '{a="b"}', "--since", "5 parsecs", status=1)
        self.assertIn("5 parsecs", bad.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
