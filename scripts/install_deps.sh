#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that are missing. Usage: install_deps.sh [build] [test] [fuzz]; default: build test.
# The lists below are the one place that names them (Debian 12 bookworm).
set -euo pipefail

BUILD=(g++ cmake ninja-build ccache pkg-config liblz4-dev libzstd-dev libroaring-dev libflatbuffers-dev libfmt-dev
  libre2-dev libxxhash-dev libisal-dev libsimdjson-dev libprotozero-dev libsnappy-dev zlib1g-dev libboost1.81-dev
  libcurl4-openssl-dev libyaml-cpp-dev libcli11-dev)
TEST=(libgtest-dev libgmock-dev pybind11-dev python3 python3-dev python3-pip python3-setuptools python3-wheel
  python3-pytest binutils curl git)
FUZZ=(clang-14 libclang-rt-14-dev)

wanted=()
for group in "${@:-build test}"; do
  for name in $group; do
    case "$name" in
      build) wanted+=("${BUILD[@]}") ;;
      test) wanted+=("${TEST[@]}") ;;
      fuzz) wanted+=("${FUZZ[@]}") ;;
      *) echo "install_deps: unknown group '$name' (known: build test fuzz)" >&2; exit 2 ;;
    esac
  done
done

if ! command -v dpkg-query >/dev/null; then
  echo "install_deps: this is no Debian; install what corresponds to these packages yourself:" >&2
  echo "  ${wanted[*]}" >&2
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "install_deps: everything is installed"
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "install_deps: there is no apt-get; these packages are missing: ${missing[*]}" >&2
  exit 1
fi
run=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install_deps: run this as root, or as root run: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  run=(sudo)
fi
echo "install_deps: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${run[@]}" apt-get update -q
"${run[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
