#!/usr/bin/env bash
# A whole default scan beside what else looks for the same words in the same text: ripgrep, and Python with jieba or rjieba and
# pyahocorasick. Medians of interleaved runs, CPU time (user + system) and wall time, with ratios to the scan on one thread.
# Needs ripgrep, python3 with venv, and the network for pip. Arguments: calls (100000), rounds (5), folder for the corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
calls="${1:-100000}" rounds="${2:-5}" folder="${3:-${TMPDIR:-/tmp}/cuicha-compare-${1:-100000}}"
command -v rg >/dev/null || { echo "compare.sh: ripgrep (rg) is not installed: its row is left out" >&2; }
cargo build --locked --release --quiet
[ -s "$folder/terms.txt" ] || cargo bench --locked --quiet --bench transcripts -- --write "$calls" "$folder"
if [ ! -x "$folder/venv/bin/python" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet jieba==0.42.1 rjieba==0.2.2 pyahocorasick==2.3.1
fi
echo "$(uname -sr), $(nproc) threads, $(rustc --version), $(rg --version 2>/dev/null | head -1), $("$folder/venv/bin/python" --version)"
python3 - "$folder" "$rounds" <<'PY'
import os, shutil, statistics, subprocess, sys, time

folder, rounds = sys.argv[1], int(sys.argv[2])
here = lambda name: os.path.join(folder, name)
scan = ["target/release/cuicha", "scan", here("calls.jsonl"), "--format", "jsonl", "--exit-zero"]
python = [here("venv/bin/python"), "benches/peers/words.py", here("calls.txt"), here("terms.txt")]
runs = [  # name, command, share of the text that is read
    ("cuicha, 1 thread", scan + ["--threads", "1"], 1),
    ("cuicha, 2 threads", scan + ["--threads", "2"], 1),
    ("cuicha, 1 thread, no classifier", scan + ["--threads", "1", "--no-classifier"], 1),
    ("rjieba + pyahocorasick", python + ["rjieba", "20"], 20),
    ("jieba + pyahocorasick", python + ["jieba", "200"], 200),
]
if shutil.which("rg"):
    runs.insert(0, ("ripgrep -F -f -o -b", ["rg", "-F", "-f", here("terms.txt"), "-o", "-b", here("calls.txt")], 1))


def run(command):
    begun = time.time()
    with open(os.devnull, "wb") as out:
        child = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"compare.sh: {command[0]} ended with {status}")
    return usage.ru_utime + usage.ru_stime, time.time() - begun, usage.ru_maxrss / 1024


def fixed(command):  # what starting costs, so that a share can be multiplied
    return run(command[:-1] + ["1000000000"])[0]


took = {name: [] for name, _, _ in runs}
for _ in range(rounds):
    for name, command, share in runs:
        cpu, wall, peak = run(command)
        if share > 1:
            start = fixed(command)
            cpu = start + (cpu - start) * share
        took[name].append((cpu, wall, peak))
median = lambda name, i: statistics.median(t[i] for t in took[name])
base = median("cuicha, 1 thread", 0)
print(f"{os.path.getsize(here('calls.txt')) / 1e6:.0f} MB of text, {sum(1 for _ in open(here('terms.txt')))} words")
for name, _, share in runs:
    wall = f"{median(name, 1):7.2f} s" if share == 1 else f"1/{share} run"
    print(f"{name:34} CPU {median(name, 0):9.2f} s  x {median(name, 0) / base:7.2f}  wall {wall:>9}  peak {median(name, 2):5.0f} MiB")
print(f"two threads over one, wall: x {median('cuicha, 1 thread', 1) / median('cuicha, 2 threads', 1):.2f}")
PY
