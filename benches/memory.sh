#!/usr/bin/env bash
# Peak memory of a scan against the number of calls: short invented calls streamed on standard input, so that what is kept of each
# is all that grows. With 3,000 answered calls a borrower all of them belong to findings on counts; unanswered ones to none.
# Argument: calls of the largest run (1000000). Needs awk and GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
most="${1:-1000000}"
cargo build --locked --release --quiet
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
calls() { # how many, how many of a borrower, whether answered
  awk -v n="$1" -v per="$2" -v answered="$3" 'BEGIN {
    srand(1); borrowers = int(n / per) + 1
    for (i = 0; i < n; i++)
      printf "{\"call_id\":\"C%09d\",\"borrower_id\":\"B%08d\",\"collector_id\":\"A%03d\",\"callee_role\":\"borrower\",\"connected\":%s,\"start\":\"2025-06-%02dT%02d:%02d:%02d+08:00\",\"turns\":[{\"speaker\":\"agent\",\"start_ms\":0,\"end_ms\":3000,\"text\":\"您好，这里是服务中心，您的账单到期了。\"},{\"speaker\":\"borrower\",\"start_ms\":3100,\"end_ms\":5000,\"text\":\"好的，我知道了。\"}]}\n", \
        i, rand() * borrowers, i % 200, answered, 1 + rand() * 28, 9 + rand() * 11, rand() * 60, rand() * 60 }'
}
for kind in "3000 false" "3000 true" "12 true" "1 true"; do
  read -r per answered <<< "$kind"
  before=0
  for n in $((most / 10)) "$most"; do
    peak="$(calls "$n" "$per" "$answered" | { /usr/bin/time -f %M target/release/cuicha scan - --format jsonl -o "$out/found" --exit-zero \
      --threads 1 2>&1 >/dev/null | tail -1; })"
    grown="$(awk -v a="$before" -v b="$peak" -v n="$((most - most / 10))" 'BEGIN { if (a) printf ", %.0f bytes a call more", (b - a) * 1024 / n }')"
    echo "$n calls, $per a borrower, answered $answered: $peak KiB$grown"
    before="$peak"
  done
done
