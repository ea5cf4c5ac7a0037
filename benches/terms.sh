#!/usr/bin/env bash
# What 2,000 and 100,000 terms of one's own cost beside the built-in lexicon: building, memory, and speed on invented calls. Medians of
# interleaved runs, CPU time. Arguments: calls (5000), rounds (5). Needs python3.
set -euo pipefail
cd "$(dirname "$0")/.."
calls="${1:-5000}" rounds="${2:-5}"
cargo build --locked --release --quiet
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cargo bench --locked --quiet --bench transcripts -- --write "$calls" "$folder"
head -10 "$folder/calls.jsonl" > "$folder/ten.jsonl"
python3 - "$folder" "$rounds" <<'PY'
import os, pathlib, random, statistics, subprocess, sys

folder, rounds = sys.argv[1], int(sys.argv[2])
here = lambda name: os.path.join(folder, name)
dice = random.Random(7)
RULE = """title = {{ zh = "许多", en = "Many" }}
severity = "minor"
why = {{ zh = "试验。", en = "A trial." }}
basis = [{{ id = "试验", certainty = "C" }}]
boundary = "free"
terms = [{terms}]

[tests]
hit = ["催收员：您好，【{first}】"]
miss = [
  {{ say = "借款人：{first}", because = "speaker" }},
  {{ say = "催收员：您好。", because = "no-match" }},
]
"""


def lexicon(n):
    words = set()
    while len(words) < n:  # four to six characters that hardly stand side by side in speech
        words.add("".join(chr(dice.randrange(0x4E00, 0x9FA0)) for _ in range(dice.randrange(4, 7))))
    words = sorted(words)
    file = pathlib.Path(here(f"own{n}"), "phrases", "threat", "many.toml")
    file.parent.mkdir(parents=True)
    file.write_text(RULE.format(terms=", ".join(f'"{w}"' for w in words), first=words[0]), encoding="utf-8")
    return ["--lexicon", here(f"own{n}")]


def run(file, extra):
    command = ["target/release/cuicha", "scan", here(file), "--format", "jsonl", "--exit-zero", "--threads", "1", *extra]
    with open(os.devnull, "wb") as out:
        child = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"terms.sh: ended with {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


kinds = {"built-in": [], "2,000 more": lexicon(2_000), "100,000 more": lexicon(100_000)}
took = {(kind, file): [] for kind in kinds for file in ("ten.jsonl", "calls.jsonl")}
for _ in range(rounds):
    for kind, file in took:
        took[kind, file].append(run(file, kinds[kind]))
median = lambda kind, file, i: statistics.median(t[i] for t in took[kind, file])
for kind in kinds:
    start, whole = median(kind, "ten.jsonl", 0), median(kind, "calls.jsonl", 0)
    speed = (median("2,000 more", "calls.jsonl", 0) - median("2,000 more", "ten.jsonl", 0)) / (whole - start)
    print(
        f"{kind:14} starting {start:5.2f} s, {median(kind, 'ten.jsonl', 1):5.0f} MB; scan without starting {whole - start:5.2f} s,"
        f" {speed:.2f} of the speed with 2,000"
    )
PY
