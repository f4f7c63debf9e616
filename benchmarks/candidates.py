"""The search for candidates: seconds, memory, recall.

    python benchmarks/candidates.py --copies 500 --out benchmarks/results
    python benchmarks/candidates.py --articles 106494 --copies 0 --out benchmarks/results

Articles are those of the Reuters corpus, and beyond them made ones: two halves of two articles each. `--copies` adds
made copies of each kind, and says how many are found with their source before and after the sieve, and of those in
which the aligner shows a passage. Whole copies are articles of their own; of quarter copies the rest is another's.
"""

import argparse
import json
import lzma
import random
import resource
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.alignment import align
from helpers.candidates import CandidateSettings, CorpusKeys, candidates, corpus_keys
from helpers.candidates.joins import shared_words
from helpers.candidates.numbering import word_runs
from helpers.candidates.recurring import recurring_runs
from helpers.splicing import edit
from splice import REUTERS

KINDS = ("quarter, replaced 40 %", "quarter, replaced 30 % and moved", "whole, replaced 40 %", "whole, moved")


def reuters() -> list[str]:
    """Headline and text of all articles."""
    with lzma.open(REUTERS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [f"{row['title']}\n\n{' '.join(row['text'].split())}" for row in rows]


def made_articles(texts: list[str], n: int, rng: random.Random) -> list[str]:
    """Articles made of the first half of one and the second half of another."""
    pairs = (rng.sample(texts, 2) for _ in range(n))
    return [one[: len(one) // 2] + " " + other[len(other) // 2 :] for one, other in pairs]


class Copy(NamedTuple):
    """An article made for the search: where its source stands, and which characters of it are copied."""

    kind: str
    source: int
    text: str
    start: int
    end: int


def made_copy(texts: list[str], kind: str, source: int, host: str, rng: random.Random) -> Copy:
    """A copy of the source, edited: of all its sentences, or of a quarter, which is put into the host."""
    sentences = texts[source].split(". ")
    taken = a_quarter(sentences, rng) if kind.startswith("quarter") else slice(None)
    copied = ". ".join(_edited(sentence, kind, rng) for sentence in sentences[taken])
    if not kind.startswith("quarter"):
        return Copy(kind, source, copied, 0, len(copied))
    own = host.split(". ")
    own = own[: max(1, 3 * len(own) // 4)]
    at = rng.randrange(len(own) + 1)
    before = "".join(f"{sentence}. " for sentence in own[:at])
    return Copy(kind, source, ". ".join([*own[:at], copied, *own[at:]]), len(before), len(before) + len(copied))


def a_quarter(sentences: list[str], rng: random.Random) -> slice:
    """As many sentences in a row, from any of them on, as hold a quarter of all words or a little more."""
    begins = [0, *accumulate(len(sentence.split()) for sentence in sentences)]
    least = begins[-1] / 4
    first = rng.randrange(bisect_right(begins, begins[-1] - least))
    return slice(first, bisect_left(begins, begins[first] + least))


def _edited(sentence: str, kind: str, rng: random.Random) -> str:
    if "moved" not in kind:
        return edit(sentence, "replaced 40 %", rng)
    tokens = edit(sentence, "replaced 30 %", rng).split(" ")
    rng.shuffle(tokens)
    return " ".join(tokens)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=51_620)
    parser.add_argument("--copies", type=int, default=500, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    rows: list[dict[str, Any]] = []

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        wall, processor = time.perf_counter(), time.process_time()
        result = work()
        rows.append({"measure": stage, "seconds": time.perf_counter() - wall, "cpu": time.process_time() - processor})
        rows[-1]["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        return result

    texts = timed("read", reuters)[: options.articles]
    texts += made_articles(texts, options.articles - len(texts), rng)
    long = [i for i, text in enumerate(texts) if 1200 <= len(text) <= 8000]
    chosen = [(kind, rng.choice(long), texts[rng.choice(long)]) for kind in KINDS for _ in range(options.copies)]
    copies = [made_copy(texts, *one, rng) for one in chosen]
    shown = np.array([is_shown(copy, texts[copy.source]) for copy in copies], dtype=bool)
    n = len(texts)
    texts += [copy.text for copy in copies]
    keys = timed("words to numbers", lambda: corpus_keys(texts))
    texts.clear()
    found = timed("candidates and formulae", lambda: candidates(keys))
    rows.append({"measure": "articles", "value": keys.n_articles})
    rows.append({"measure": "words", "value": keys.n_words})
    rows.append({"measure": "candidates", "value": len(found.candidates)})
    rows += [{"measure": f"candidates: {r}", "value": c} for r, c in found.candidates["reason"].value_counts().items()]
    rows.append(
        {"measure": "least score kept", "value": found.candidates.query("reason != 'shared runs'")["score"].min()}
    )
    rows.append({"measure": "formulae", "value": len(found.formulae.places)})
    if options.copies:
        rows += recall(keys, found.candidates, copies, shown, n)
    table = (
        pd.DataFrame(rows)
        .assign(date=datetime.now(UTC).date().isoformat(), corpus=options.articles, seed=options.seed)
        .round(3)
    )
    print(table.to_string(index=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        path = options.out / "candidates.csv"
        earlier = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=["corpus", "seed"], dtype=int)
        same = (earlier["corpus"] == options.articles) & (earlier["seed"] == options.seed)
        table = pd.concat([earlier[~same], table])
        table.to_csv(path, index=False)


def is_shown(copy: Copy, source: str) -> bool:
    """Whether the aligner, given the pair, shows a passage in what was copied: no other copy can get lost."""
    return any(passage.start < copy.end and copy.start < passage.end for passage in align(copy.text, source))


def recall(
    keys: CorpusKeys, kept: pd.DataFrame, copies: list[Copy], shown: NDArray[np.bool_], n: int
) -> list[dict[str, Any]]:
    """Share of true pairs that are candidates: those that share 20 % of either article, and the made copies."""
    settings = CandidateSettings()
    codes = np.sort(kept["article"].to_numpy() * keys.n_articles + kept["other"].to_numpy())
    everything = shared_words(keys, recurring_runs(keys, word_runs(8)), 8, settings.formula_articles, keys.n_articles)
    rows = []
    for name, words in (("formulae in", everything.words), ("formulae out", everything.own_words)):
        alike = words >= 0.2 * keys.lengths[everything.articles]
        a, b = everything.articles[alike], everything.others[alike]
        true = np.unique(np.minimum(a, b) * keys.n_articles + np.maximum(a, b))
        rows.append({"measure": f"recall: pairs sharing 20 %, {name}", "value": np.isin(true, codes).mean()})
        rows.append({"measure": f"pairs sharing 20 %, {name}", "value": len(true)})
    true = np.array([copy.source * keys.n_articles + n + i for i, copy in enumerate(copies)])
    kinds = np.array([copy.kind for copy in copies])
    every = candidates(keys, CandidateSettings(least_score=0, per_article=1e6)).candidates
    before = (every["article"] * keys.n_articles + every["other"]).to_numpy()
    score = every.set_index(before)["score"]
    for kind in KINDS:
        of_kind = true[kinds == kind]
        rows.append({"measure": f"recall: {kind}", "value": np.isin(of_kind, codes).mean()})
        rows.append({"measure": f"recall before the sieve: {kind}", "value": np.isin(of_kind, before).mean()})
        aligned = true[(kinds == kind) & shown]
        rows.append({"measure": f"recall of what the aligner shows: {kind}", "value": np.isin(aligned, codes).mean()})
        rows.append({"measure": f"copies the aligner shows: {kind}", "value": len(aligned)})
        percentile = np.percentile(score.reindex(of_kind).fillna(0), 3)
        rows.append({"measure": f"3rd percentile of the score: {kind}", "value": percentile})
    return rows


if __name__ == "__main__":
    main()
