#!/usr/bin/env bash
# Instructions of a fixed small scan, counted by valgrind and held to the number in benches/instructions.txt within 3 %: wall
# time on a busy machine tells nothing. Another compiler makes other code and
# another processor takes other ways: then the number is told and nothing fails.
# `--store` writes the number.
set -euo pipefail
cd "$(dirname "$0")/.."
stored=benches/instructions.txt
command -v valgrind >/dev/null || { echo "NOT CHECKED: valgrind is not installed, instructions are not counted"; exit 0; }
cargo build --locked --release --quiet
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
valgrind --tool=callgrind --callgrind-out-file="$out/calls" target/release/cuicha scan samples/scenarios samples/labelled/test/whole-test.calls.jsonl \
  --threads 1 --format jsonl --now 2026-01-01T00:00:00+08:00 --exit-zero -o "$out/found" >/dev/null 2>"$out/log" || [ $? -eq 2 ] # the scenarios hold a broken record
counted="$(sed -n 's/^.*Collected : \([0-9]*\).*$/\1/p' "$out/log")"
[ -n "$counted" ] || { cat "$out/log"; echo "valgrind counted nothing"; exit 1; }
compiler="$(rustc --version), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
if [ "${1:-}" = "--store" ]; then
  printf '%s\n%s\n' "$counted" "$compiler" >"$stored"
fi
expected="$(sed -n 1p "$stored")" with="$(sed -n 2p "$stored")"
change="$(awk -v a="$counted" -v b="$expected" 'BEGIN { printf "%+.2f", 100 * (a - b) / b }')"
echo "$counted instructions, stored $expected: $change %"
if [ "$compiler" != "$with" ]; then
  echo "NOT CHECKED: stored with $with, this is $compiler; store anew with benches/instructions.sh --store"
elif awk -v c="$change" 'BEGIN { exit !(c > 3 || c < -3) }'; then
  echo "the scan costs $change % more instructions than stored; if that is meant: benches/instructions.sh --store"
  exit 1
fi
