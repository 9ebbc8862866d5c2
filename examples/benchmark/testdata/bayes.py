"""Naive Bayes on characters and pairs of them: python3 bayes.py TRAIN.jsonl... < in.jsonl > out.jsonl"""
import json, math, sys
from collections import Counter

def grams(text):
    return set(text) | {text[i:i + 2] for i in range(len(text) - 1)}

texts, counts = Counter(), {True: Counter(), False: Counter()}
for name in sys.argv[1:]:
    for example in map(json.loads, open(name, encoding="utf-8")):
        texts[example["complaint"]] += 1
        counts[example["complaint"]].update(grams(example["text"]))
weight = lambda g, c: math.log((counts[c][g] + 1) / (texts[c] + 2))
for line in sys.stdin.buffer:
    asked = json.loads(line)
    odds = sum(weight(g, True) - weight(g, False) for g in sorted(grams(asked["text"]))) + math.log(texts[True] / texts[False])
    p = 1 / (1 + math.exp(-max(-500, min(500, odds))))
    print(json.dumps({"id": asked["id"], "complaint_probability": p, "polarity": "negative" if p >= 0.5 else "positive"}), flush=True)
