#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats all C and C++ files with clang-format 14; with --check only names those that would change.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v clang-format-14 >/dev/null; then
  echo "format: clang-format-14 is missing: apt-get install clang-format-14" >&2
  exit 1
fi
mode=(-i)
[ "${1:-}" = "--check" ] && mode=(--dry-run --Werror)
git ls-files '*.cc' '*.h' '*.c' | xargs clang-format-14 "${mode[@]}"
