"""How much copying is still found when the copy is disguised, with the rules against disguise and without.

    python benchmarks/evasion.py --documents 60 --out benchmarks/results

Every document is a Reuters article, copied whole and disguised in one way at full strength, behind as much text of
another article. The source is the article as it was. The true share counts words of the two articles alone, neither
repetitions nor what was put between; an error is the mean distance of the measured from the true share.

    python benchmarks/evasion.py --alarms 5000

counts what the rules change in articles that nobody disguised.
"""

import argparse
import json
import lzma
import os
import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import islice
from pathlib import Path
from unittest import mock

import pandas as pd
import regex

from helpers import cleaning, recurring, shares
from helpers.cleaning import Cleaned, clean
from helpers.edits import apply
from helpers.mojibake import repair
from helpers.passages import passages_table
from helpers.prose import prose_words
from helpers.segmentation import words
from helpers.splicing import body, sentence_rows

PROJECT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("SOURCE_OVERLAP_CORPORA", PROJECT.parent / "shared" / "corpora"))
REUTERS = CORPORA / "reuters-2006-2010.jsonl.xz"
NEW_RULES = {
    "hidden_character",
    "look_alike",
    "line_end_hyphen",
    "repeated_paragraph",
    "cookie_notice",
    "newsletter_prompt",
    "subscription_prompt",
    "rights_notice",
}
NOTICES = (
    "We use cookies to give you the best experience on our website. Read our cookie policy.",
    "By Jane Doe",
    "By continuing to use this site you agree to our use of cookies.",
    "Sign up for our free daily newsletter and never miss a story.",
    "Get the day's top stories delivered straight to your inbox.",
    "Reporting by Jane Doe in London; Editing by John Smith",
    "Subscribe now for unlimited digital access.",
    "© 2010 Example Media. All rights reserved.",
    "Accept all cookies",
    "This material may not be published, broadcast, rewritten or redistributed.",
)
FURNITURE = (
    "The Daily Example, your window on the world since 1920",
    "Our readers own this paper and have paid for every word that it printed in the last hundred years.",
    "Tell us what you think of our pages and win a weekend for two at the sea, drawn by lot on Sunday.",
    "Listen to the Example podcast wherever you find your podcasts",
)
SPELT = """
center/centre labor/labour favor/favour color/colour defense/defence offense/offence program/programme
organization/organisation organize/organise recognize/recognise realize/realise analyze/analyse gray/grey
traveled/travelled traveling/travelling canceled/cancelled fueled/fuelled honor/honour neighbor/neighbour
behavior/behaviour rumor/rumour theater/theatre meter/metre liter/litre tire/tyre license/licence check/cheque
stabilize/stabilise privatization/privatisation reorganization/reorganisation globalization/globalisation
skeptical/sceptical aluminum/aluminium catalog/catalogue percent/per-cent toward/towards judgment/judgement
"""
SPELLINGS = dict(pair.split("/") for pair in SPELT.split())
CYRILLIC = str.maketrans("aceopxyijsABCEHIKMOPTXY", "асеорхуіјѕАВСЕНІКМОРТХУ")
GREEK = str.maketrans("ovABEZHIKMNOPTYX", "ονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
ACCENTS = dict(zip("aeioucnszAEIOU", "áêïõüçñšžÁÊÏÕÜ", strict=True))
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ", "st": "ﬆ"}

Disguise = Callable[[list[str], list[str], random.Random], str]


def on_copy(change: Callable[[str, random.Random], str]) -> Disguise:
    """A disguise that changes the characters of the copied paragraphs alone."""
    return lambda own, copied, rng: "\n\n".join([*own, *(change(paragraph, rng) for paragraph in copied)])


def between_letters(mark: str, share: float) -> Disguise:
    return on_copy(
        lambda text, rng: regex.sub(r"(?<=\p{L})(?=\p{L})", lambda _: mark if rng.random() < share else "", text)
    )


def in_words(table: dict[int, int], share: float) -> Disguise:
    return on_copy(
        lambda text, rng: regex.sub(
            r"\p{L}+", lambda m: m.group().translate(table) if rng.random() < share else m.group(), text
        )
    )


def replaced(table: dict[str, str], pattern: str) -> Disguise:
    return on_copy(lambda text, _: regex.sub(pattern, lambda m: table.get(m.group(), m.group()), text))


def shifted(first_capital: int, first_small: int) -> Disguise:
    table = {ord("A") + i: first_capital + i for i in range(26)} | {ord("a") + i: first_small + i for i in range(26)}
    return on_copy(lambda text, _: text.translate(table))


def hyphenated(own: list[str], copied: list[str], rng: random.Random) -> str:
    """Lines of sixty characters, a word broken at every end where one can be."""
    return "\n\n".join(_wrapped(paragraph, rng) for paragraph in [*own, *copied])


def _wrapped(paragraph: str, rng: random.Random) -> str:
    done: list[str] = []
    line = ""
    for token in paragraph.split():
        if len(line) + len(token) < 60:
            line = f"{line} {token}".strip()
        elif regex.fullmatch(r"\p{L}\p{Ll}{4,}[.,]?", token):
            cut = rng.randint(2, len(token.strip(".,")) - 2)
            done.append(f"{line} {token[:cut]}-")
            line = token[cut:]
        else:
            done.append(line)
            line = token
    return "\n".join([*done, line])


def repeated(own: list[str], copied: list[str], rng: random.Random) -> str:
    return "\n\n".join([paragraph for p in own for paragraph in (p, p)] + copied)


def with_notices(own: list[str], copied: list[str], rng: random.Random) -> str:
    return "\n\n".join(line for p in [*own, *copied] for line in (p, rng.choice(NOTICES)))


def with_furniture(own: list[str], copied: list[str], rng: random.Random) -> str:
    text = [*own, *copied]
    for line in FURNITURE:
        text.insert(rng.randint(0, len(text)), line)
    return "\n\n".join(text)


KINDS: dict[str, Disguise] = {
    "none": on_copy(lambda text, _: text),
    "zero-width, 10 % of letters": between_letters("\u200b", 0.1),
    "zero-width, all letters": between_letters("\u200d", 1),
    "soft hyphens, 30 % of letters": between_letters("\u00ad", 0.3),
    "Cyrillic look-alikes, 30 % of words": in_words(CYRILLIC, 0.3),
    "Cyrillic look-alikes, all words": in_words(CYRILLIC, 1),
    "Greek look-alikes, all words": in_words(GREEK, 1),
    "ligatures": replaced(LIGATURES, "ffi|ffl|fi|fl|ff|st"),
    "full-width letters": shifted(0xFF21, 0xFF41),
    "mathematical letters": shifted(0x1D5D4, 0x1D5EE),
    "accents": replaced(ACCENTS, "."),
    "accents, decomposed": on_copy(
        lambda text, _: unicodedata.normalize("NFD", "".join(ACCENTS.get(c, c) for c in text))
    ),
    "British spelling": replaced(SPELLINGS, r"\p{L}+"),
    "words broken at line ends": hyphenated,
    "own paragraphs repeated": repeated,
    "notices and bylines between": with_notices,
    "boilerplate of one outlet": with_furniture,
    "boilerplate, nothing copied": with_furniture,
}


def paragraphs_of(n: int, seed: int) -> list[list[str]]:
    """Articles of Reuters, in paragraphs of three sentences, `n` of them 200 to 600 words long."""
    found: list[list[str]] = []
    with lzma.open(REUTERS, "rt", encoding="utf-8") as stream:
        for line in islice(stream, seed, None, 97):
            own = body(clean(json.loads(line)["text"]).text)
            text = [" ".join(own[i : i + 3]) for i in range(0, len(own), 3)]
            if 200 <= sum(len(words(p)) for p in text) <= 600:
                found.append(text)
            if len(found) == n:
                break
    return found


def old_clean(raw: str) -> Cleaned:
    """Clean without the rules judged here."""
    with mock.patch.object(cleaning, "notice", return_value=None):
        stages = (repair, cleaning.boilerplate, cleaning.white_space)
        return cleaning._run(stages, Cleaned(raw, (), None), raw)


def measured(job: tuple[str, list[list[str]], int]) -> list[dict[str, object]]:
    """Documents of one kind: the true share of each, and the measured ones."""
    kind, articles, seed = job
    rng = random.Random(seed)
    pairs = [(articles[i], articles[i - 1]) for i in range(len(articles))]
    none = kind == "boilerplate, nothing copied"
    raw = {f"d{i}": KINDS[kind](own, [] if none else source, rng) for i, (source, own) in enumerate(pairs)}
    plain = with_furniture if "boilerplate" in kind else KINDS["none"]
    raw |= {f"s{i}": plain([], source, rng) for i, (source, _) in enumerate(pairs)}
    before, after = ({name: how(text) for name, text in raw.items()} for how in (old_clean, clean))
    if "boilerplate" in kind:
        spans = recurring.recurring_lines({name: c.text for name, c in after.items()}, dict.fromkeys(after, "X"))
        after |= {name: cleaning.take_out(after[name], spans[name], "recurring_line", raw[name]) for name in spans}
    rows = []
    for i, (source, own) in enumerate(pairs):
        n, n_own = (sum(len(words(p)) for p in text) for text in (source, own))
        row: dict[str, object] = {"kind": kind, "true": 0.0 if none else n / (n + n_own)}
        for name, texts in (("before", before), ("after", after)):
            for article in (f"d{i}", f"s{i}"):
                assert apply(raw[article], texts[article].edits) == texts[article].text
            row[name] = share(texts[f"d{i}"].text, texts[f"s{i}"].text)
        rows.append(row)
    return rows


def share(text: str, source: str) -> float:
    """The share of a text's words in passages shared with the source."""
    texts = {"text": text, "source": source}
    corpus = {name: prose_words(t, sentence_rows(t)) for name, t in texts.items()}
    rows = passages_table(texts, corpus, [("text", "source")], None, 1)
    rows = rows[rows["article_id"] == "text"]
    assert ((rows["start"] >= 0) & (rows["start"] < rows["end"]) & (rows["end"] <= len(text))).all()
    return float((shares.word_kinds(corpus["text"], rows) > 0).mean())


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(**{f"{name}_error": (rows[name] - rows["true"]).abs() for name in ("before", "after")})
    table = rows.groupby("kind", sort=False)[["true", "before", "before_error", "after", "after_error"]].mean()
    missed = (rows["after"] < rows["true"] / 2).groupby(rows["kind"], sort=False).sum()
    return table.round(4).assign(missed=missed, documents=rows.groupby("kind", sort=False).size()).reset_index()


def alarms(n: int) -> pd.DataFrame:
    """What the rules change in `n` articles as they are, with an example of each rule."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    with lzma.open(REUTERS, "rt", encoding="utf-8") as stream:
        for line in islice(stream, 3, 3 + 10 * n, 10):
            text = json.loads(line)["text"]
            for edit in clean(text).edits:
                for rule in NEW_RULES & set(edit.rule.split("+")):
                    counts[rule] += 1
                    examples.setdefault(rule, text[max(0, edit.start - 30) : edit.end + 30])
    return pd.DataFrame([(rule, counts[rule], examples.get(rule, "")) for rule in sorted(NEW_RULES)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=60, help="documents of each kind")
    parser.add_argument("--alarms", type=int, help="count the changes to this many articles instead")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not REUTERS.is_file():
        parser.exit(message=f"skipped: there is no {REUTERS.name}; name its folder in SOURCE_OVERLAP_CORPORA\n")
    if options.alarms:
        print(alarms(options.alarms).to_string(index=False, header=False))
        return
    articles = paragraphs_of(options.documents, options.seed)
    jobs = [(kind, articles, options.seed) for kind in KINDS]
    with ProcessPoolExecutor(options.processes) as pool:
        rows = [row for found in pool.map(measured, jobs) for row in found]
    table = summarise(pd.DataFrame(rows)).assign(date=date.today().isoformat())
    print(table.to_string(index=False))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out / "evasion.csv", index=False)


if __name__ == "__main__":
    main()
