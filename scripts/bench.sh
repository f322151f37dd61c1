#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the benchmarks optimised, runs them, and appends the results as one JSON line to bench/history/<machine>.jsonl.
# Usage: bench.sh [FILTER], a regular expression over the benchmarks' names.
set -euo pipefail
cd "$(dirname "$0")/.."

filter=${1:-.}
scripts/install_deps.sh build
if [ ! -e /usr/include/benchmark/benchmark.h ]; then
  echo "bench: Google Benchmark is missing: apt-get install libbenchmark-dev" >&2
  exit 1
fi
cmake --preset release >/dev/null
cmake --build build/release -j "${LOKILIB_JOBS:-$(nproc)}" --target lokilib_benches
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for program in build/release/bench/*_bench; do
  name=$(basename "$program")
  echo "== $name"
  "$program" --benchmark_filter="$filter" --benchmark_out="$results/$name.json" --benchmark_out_format=json
done
mkdir -p bench/history
commit=$(git rev-parse --short HEAD) dirty=$(git status --porcelain | head -c 1) \
  python3 - "$results" <<'PYTHON'
import json, os, pathlib, platform, sys, time

line = {"time": int(time.time()), "commit": os.environ["commit"], "dirty": bool(os.environ["dirty"]),
        "machine": platform.node(), "cpus": os.cpu_count(), "results": {}}
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    if not file.read_text().strip():
        continue
    for run in json.loads(file.read_text())["benchmarks"]:
        kept = {k: v for k, v in run.items() if isinstance(v, (int, float)) and not k.endswith(("index", "repetitions"))}
        line["results"][f"{file.stem}/{run['name']}"] = kept
path = pathlib.Path("bench/history") / f"{platform.node()}.jsonl"
with path.open("a") as out:
    out.write(json.dumps(line) + "\n")
print(f"{len(line['results'])} results appended to {path}")
PYTHON
