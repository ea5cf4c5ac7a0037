#!/usr/bin/env bash
# CPU time and peak memory of `cuicha scan --calls` with all rules of `strict`, beside DuckDB that only counts calls within 7 days
# and on a calendar day, on the same log. Needs: pip install duckdb. Arguments: rows (10000000), folder for the log (/tmp),
# half (one borrower has every other call).
set -euo pipefail
cd "$(dirname "$0")/.."
rows="${1:-10000000}"
half=()
if [ "${3:-}" = half ]; then half=(--half); fi
log="${2:-${TMPDIR:-/tmp}}/calls-$rows${3:+-$3}.csv"
cargo build --locked --release --quiet
[ -s "$log" ] || cargo bench --locked --quiet --bench calls -- --write "$rows" "$log" "${half[@]}"
python3 - "$log" <<'PY'
import os, resource, subprocess, sys, time

log = sys.argv[1]
QUERY = f"""
import duckdb
c = duckdb.connect()
c.execute('''CREATE TABLE t AS SELECT borrower_id, start FROM read_csv('{log}', header = true, columns = {{
  'call_id': 'VARCHAR', 'borrower_id': 'VARCHAR', 'agency': 'VARCHAR', 'collector_id': 'VARCHAR', 'caller_number': 'VARCHAR',
  'callee_number': 'VARCHAR', 'callee_role': 'VARCHAR', 'start': 'TIMESTAMPTZ', 'duration_s': 'INTEGER', 'connected': 'BOOLEAN'}})''')
week = c.execute('''SELECT count(*) FROM (SELECT start, lag(start, 7) OVER (PARTITION BY borrower_id ORDER BY start) AS before FROM t)
  WHERE start - before < INTERVAL 7 DAY''').fetchone()
day = c.execute('''SELECT count(*) FROM (SELECT borrower_id, (epoch(start)::BIGINT + 28800) // 86400 AS day, count(*) AS n FROM t
  GROUP BY ALL HAVING n > 3)''').fetchone()
print(week, day)
"""
runs = [
    ("cuicha, all rules of strict", ["target/release/cuicha", "scan", "--calls", log, "--format", "jsonl", "-o", log + ".out", "--exit-zero"]),
    ("DuckDB, 7 days and day only", [sys.executable, "-c", QUERY]),
]
rows = sum(1 for _ in open(log, "rb")) - 1
print(f"{rows} rows, {os.path.getsize(log) / 1e6:.0f} MB")
for name, command in runs:
    begun = time.time()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall, cpu = time.time() - begun, usage.ru_utime + usage.ru_stime
    print(f"{name:30} CPU {cpu:6.2f} s  wall {wall:6.2f} s  peak {usage.ru_maxrss / 1024:7.0f} MiB"
          f"  {usage.ru_maxrss * 1024 / rows:6.1f} bytes a row  status {status >> 8}")
os.remove(log + ".out")
PY
