#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows what lokilib does: builds the program, loads logs into a directory, asks LogQL questions in the process and
# then over HTTP. Usage: demo.sh [DIRECTORY]; without one, in a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

say "Install what is missing"
scripts/install_deps.sh build

say "Build the program (build/demo)"
# The preset release without what the demo does not use; only the program and what it links is compiled.
cmake --preset release -B build/demo -DLOKILIB_BUILD_PYTHON=OFF -DLOKILIB_BUILD_BENCH=OFF -DLOKILIB_BUILD_CAPI=OFF \
  >/dev/null
NINJA_STATUS='[%f/%t %es] ' cmake --build build/demo -j "${LOKILIB_JOBS:-$(nproc)}" --target lokilib_tool
lokilib=$PWD/build/demo/tools/lokilib/lokilib

work=${1:-$(mktemp -d -t lokilib-demo-XXXXXX)}
mkdir -p "$work"
data=$work/data
server=
stop_server() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
  fi
}
trap stop_server EXIT

say "Load logs into $data"
push() { "$lokilib" push --data "$data" --time-from-line "$@"; }
push --label job=shop --label service=gateway --label format=nginx examples/data/nginx-access.log
push --label job=shop --label service=orders --label format=json examples/data/orders-json.log
push --label job=shop --label service=payment --label format=logfmt examples/data/payment-logfmt.log
push --label job=shop --label service=scheduler --label format=klog examples/data/scheduler-klog.log
push --label job=shop --label service=search --label format=java examples/data/search-java.log
push --label job=shop --label service=stock --label format=plain examples/data/stock-plain.log
for file in /var/log/dpkg.log /var/log/apt/history.log; do
  if [ -s "$file" ] && [ -r "$file" ]; then push --label job=machine --label "file=$(basename "$file")" "$file"; fi
done

say "Ask the directory, without a server"
begin=2026-01-15T08:00:00Z
end=2026-01-15T12:00:00Z
ask() { # ask TITLE QUERY [FLAG...]
  printf "\n# %s\n\$ lokilib query DIR '%s' --from %s --to %s %s\n" "$1" "$2" "$begin" "$end" "${*:3}"
  "$lokilib" query "$data" "$2" --from "$begin" --to "$end" --timing "${@:3}"
}
ask "The last lines with an error, whatever their format" '{job="shop"} |~ "(?i)error|failed"' --limit 4
ask "Orders that failed slowly" '{service="orders"} | json | level="error" | took_ms > 300' --limit 4
ask "Errors by service" 'sum by (service) (count_over_time({job="shop"} | detected_level="error" [4h]))' --instant
ask "The slow tenth of payments, every half hour" \
  'quantile_over_time(0.9, {service="payment"} | logfmt | unwrap duration(took) [30m]) by (service)' --step 30m
ask "Failed requests by path, from access lines" \
  'topk(3, sum by (path) (count_over_time(
    {service="gateway"} | pattern "<_> - - <_> <_> <_> <path> <_> <status> <_>" | status >= 500 [4h])))' \
  --instant

say "Serve Loki's HTTP API over the same directory"
"$lokilib" serve --data "$data" --listen 127.0.0.1:0 >"$work/serve.out" 2>"$work/serve.err" &
server=$!
url=
for _ in $(seq 100); do
  url=$(sed -n 's/.* on \(http:[^ ]*\).*/\1/p' "$work/serve.out")
  [ -z "$url" ] || break
  if ! kill -0 "$server" 2>/dev/null; then
    cat "$work/serve.err"
    exit 1
  fi
  sleep 0.1
done
echo "$url (add it to Grafana as a Loki data source to look around)"

if ! command -v curl >/dev/null; then
  echo "curl is missing, so nothing is asked over HTTP"
else
  fetch() { # fetch TITLE PATH [NAME=VALUE...]
    local flags=() parameter
    for parameter in "${@:3}"; do flags+=(--data-urlencode "$parameter"); done
    printf '\n# %s\n$ curl -G %s%s' "$1" "$url" "$2"
    [ $# -eq 2 ] || printf " --data-urlencode '%s'" "${@:3}"
    printf '\n'
    curl -sS -G "$url$2" "${flags[@]}" -o "$work/answer" -w '%{http_code}, %{size_download} bytes, %{time_total} s\n'
    head -c 600 "$work/answer"
    printf '\n'
  }
  fetch "Which labels are there?" /loki/api/v1/labels start=$begin end=$end
  fetch "Errors by service" /loki/api/v1/query \
    'query=sum by (service) (count_over_time({job="shop"} | detected_level="error" [4h]))' time=$end
  fetch "Charges that failed slowly" /loki/api/v1/query_range \
    'query={service="payment"} | logfmt | level="error" | took > 400ms' start=$begin end=$end limit=1
  fetch "Errors a second around the trouble" /loki/api/v1/query_range \
    'query=sum(rate({job="shop"} |= "error" [5m]))' start=2026-01-15T09:20:00Z end=2026-01-15T10:20:00Z step=10m
  fetch "How much is stored?" /loki/api/v1/index/stats 'query={job="shop"}' start=$begin end=$end
fi

say "Done"
cat <<TEXT
the program       $lokilib
the data          $data ($(du -sh "$data" | cut -f1))
ask it again      $lokilib query $data '{job="shop"} |= "declined"' --from $begin --to $end
serve it          $lokilib serve --data $data
TEXT
