#!/usr/bin/env bash
# What reading costs: JSON Lines against serde_json's typed parse of the same lines, a folder of many small files against a plain
# walk that opens and reads each (both in one process, in turn), and the whole program on many small files against the same calls in
# ten. CPU time (user + system), medians of runs in turn. Arguments: small files (100000), rounds (5). Makes its data in a
# temporary folder. Needs python3.
set -euo pipefail
cd "$(dirname "$0")/.."
files="${1:-100000}" rounds="${2:-5}"
cargo build --locked --release --quiet
echo "$(uname -sr), $(nproc) threads, $(rustc --version)"
cargo bench --locked --quiet --bench decode
cargo bench --locked --quiet --bench decode -- --files "$files"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
python3 - "$out" "$files" "$rounds" <<'PY'
import os, statistics, subprocess, sys

out, files, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
FOLDER, FEW = 1000, 10


def call(n, ending):
    words = f"您好，这里是服务中心，第 {n} 号账单到期了，请您按时还款。"
    if ending == "txt":
        return f"坐席：{words}\n客户：好的，我知道了。\n"
    return (
        f'{{"call_id":"C{n:07}","borrower_id":"B{n // 12:06}","collector_id":"A{n % 200:03}","start":"2026-03-05T10:10:00+08:00",'
        f'"turns":[{{"speaker":"agent","start_ms":0,"end_ms":3000,"text":"{words}"}},'
        f'{{"speaker":"customer","start_ms":3100,"end_ms":5000,"text":"好的，我知道了。"}}]}}\n'
    )


def write(ending):
    for n in range(files):
        folder = os.path.join(out, f"many-{ending}", f"{n // FOLDER:05}")
        if n % FOLDER == 0:
            os.makedirs(folder)
        with open(os.path.join(folder, f"call-{n:07}.{ending}"), "w") as file:
            file.write(call(n, ending))


for ending in ["jsonl", "txt"]:
    write(ending)
few = os.path.join(out, "few")
os.makedirs(few)
for part in range(FEW):
    with open(os.path.join(few, f"{part}.jsonl"), "w") as file:
        file.writelines(call(n, "jsonl") for n in range(files * part // FEW, files * (part + 1) // FEW))

convert = ["target/release/cuicha", "convert"]
scan = ["target/release/cuicha", "scan", "--format", "jsonl", "--exit-zero", "--threads", "1"]
many, texts = (os.path.join(out, f"many-{ending}") for ending in ["jsonl", "txt"])
runs = [
    ("cat all", ["bash", "-c", 'find "$1" -type f -print0 | LC_ALL=C sort -z | xargs -0 -n 5000 cat', "cat", many]),
    ("convert, ten files", convert + [few]),
    ("convert, many files", convert + [many]),
    ("scan, ten files", scan + [few]),
    ("scan, many files", scan + [many]),
    ("convert, many texts", convert + [texts]),
    ("scan, many texts", scan + [texts]),
]


def run(command):
    with open(os.devnull, "wb") as null:
        child = subprocess.Popen(command, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"reading.sh: {command} ended with {status}")
    return usage.ru_utime + usage.ru_stime


took = {name: [] for name, _ in runs}
for _ in range(rounds):
    for name, command in runs:
        took[name].append(run(command))
median = {name: statistics.median(times) for name, times in took.items()}
print(f"{files} small files of one call each, and the same calls in {FEW}")
for name, _ in runs:
    few = name.replace("many files", "ten files")
    ratio = f"  x {median[name] / median[few]:.2f} of {few}" if few != name else ""
    print(f"{name:22} CPU {median[name]:7.2f} s  ({min(took[name]):.2f} to {max(took[name]):.2f}){ratio}")
PY
