"""Precision and recall of `helpers.credits` on Reuters articles labelled by hand.

    python benchmarks/credits.py --date 2026-11-22 --out benchmarks/results

`credit-labels.csv` holds what a reader found: article, span of the sentence in the clean text, agency or outlet, kind.
Sets: `tune` (180 articles, all kinds) and `seen` (60, cites and via) were read before the rules were final; `test` (60,
cites and via) was drawn and labelled after. Since then only words that are no names (*A*, *This*) and a limit of length
were added; its figures stayed. Articles of `seen` and `test`, and 100 of `tune`, were drawn among those that name an
agency or outlet other than Reuters.

One reader labelled, without a second one. Read were all sentences with a name of a wide list or a word for a medium
(newspaper, television, Times, ...); of 120 others, drawn at random, one held a mention, so recall is a little lower
than told. A sentence counts once for each agency and kind. No Reuters article has a picture's credit.
"""

import argparse
import json
import lzma
from pathlib import Path

import pandas as pd

from helpers.cleaning import clean
from helpers.credits import credits
from helpers.segmentation import sentences
from splice import REUTERS

LABELS = Path(__file__).parent / "credit-labels.csv"
KINDS = {"tune": ("runs", "staff", "cites", "via", "photo"), "seen": ("cites", "via"), "test": ("cites", "via")}


def texts(ids: set[str], path: Path = REUTERS) -> dict[str, str]:
    """Clean text of the articles."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        return {row["id"]: clean(row["text"]).text for row in rows if row["id"] in ids}


def found(article: str, text: str) -> set[tuple[str, int, str, str]]:
    """Article, start of the sentence, agency and kind of every mention that the rules find."""
    rows = sentences(text)
    return {
        (article, s.start, c.agency or "", c.kind)
        for c in credits(text, pd.DataFrame(rows))
        for s in rows
        if s.start <= c.start < s.end and (c.kind in ("runs", "staff") or s.kind not in ("dateline", "credit"))
    }


def measure(labels: pd.DataFrame, path: Path = REUTERS) -> pd.DataFrame:
    """One row per set and kind."""
    text = texts(set(labels["article_id"]), path)
    table = []
    for name, rows in labels.groupby("set"):
        ids = sorted(set(rows["article_id"]))
        got = set().union(*(found(article, text[article]) for article in ids))
        marked = rows[rows["kind"] != "none"]
        columns = zip(marked["article_id"], marked["start"].astype(int), marked["agency"], marked["kind"], strict=True)
        true = set(columns)
        for kind in KINDS[str(name)]:
            p, t = ({x for x in s if x[3] == kind} for s in (got, true))
            if p or t:
                hits = len(p & t)
                shares = hits / max(1, len(p)), hits / max(1, len(t)), 2 * hits / (len(p) + len(t))
                table.append((name, len(ids), kind, len(t), len(p), hits, *shares))
    names = ["set", "articles", "kind", "labelled", "found", "right", "precision", "recall", "f1"]
    return pd.DataFrame(table, columns=names).round(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    labels = pd.read_csv(LABELS, keep_default_na=False)
    table = measure(labels).assign(date=options.date)
    print(table.to_string(index=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "credits.csv", index=False)


if __name__ == "__main__":
    main()
