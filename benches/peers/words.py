"""Finds listed words that stand as words: pyahocorasick for the places, a segmenter for the edges; JSON Lines out.
Arguments: file of text, file of words (one a line each), `jieba` or `rjieba`, one of so many lines to read."""
import json
import sys

import ahocorasick


def cutter(name):
    if name == "rjieba":
        import rjieba
        return rjieba.cut
    import jieba
    jieba.setLogLevel(60)
    return jieba.cut


def main():
    text, words, segmenter, share = sys.argv[1:5]
    automaton = ahocorasick.Automaton()
    for word in open(words, encoding="utf-8").read().split("\n"):
        if word:
            automaton.add_word(word, word)
    automaton.make_automaton()
    cut = cutter(segmenter)
    for number, line in enumerate(open(text, encoding="utf-8")):
        if number % int(share):
            continue
        line = line.rstrip("\n")
        edges, at = {0}, 0
        for token in cut(line):
            at += len(token)
            edges.add(at)
        for last, word in automaton.iter(line):
            start, end = last + 1 - len(word), last + 1
            if start in edges and end in edges:
                record = {"line": number + 1, "start": start, "end": end, "word": word}
                sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


main()
