"""Time of every stage on texts made to be slow, and how it grows with their length.

    python benchmarks/pathological.py --out benchmarks/results
    python benchmarks/pathological.py --kind "one letter" --stage sentences --largest 4000000

Each kind of text is made at growing sizes until the next call would take longer than `--patience` seconds or the text
has `--largest` characters. The exponent is the slope of log seconds over log characters between a quarter of the
largest size and it (1: linear, 2: quadratic); seconds at a million characters are measured, or where the patience ended
before it, extrapolated with that exponent (column `measured`). A kind runs in a process of its own that is stopped
after `--limit` seconds; what it had not finished is listed with no time.
"""

import argparse
import gc
import math
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import cleaning, layout, segmentation, similarity
from helpers.alignment import AlignSettings, Document, align_documents
from helpers.encoding import decode
from helpers.mojibake import repair
from helpers.pipeline import DEFAULT_CORPUS
from helpers.prose import prose_words
from helpers.report import marks

SMALLEST = 4_000
MOST_BYTES = 12 << 30
SUSPECT = 1.3, 2.0
"""A stage grows too fast from this exponent on, if it also takes this many seconds for a million characters."""
WORDS = [
    "the",
    "army",
    "said",
    "that",
    "residents",
    "of",
    "the",
    "town",
    "would",
    "leave",
    "before",
    "dawn",
    "because",
    "heavy",
    "rain",
    "had",
    "flooded",
    "roads",
    "north",
    "while",
    "officials",
    "in",
    "Kharkiv",
    "denied",
    "reports",
    "about",
    "fighting",
    "near",
    "villages",
    "along",
    "their",
    "border",
    "on",
    "Saturday",
]


def repeated(unit: str) -> Callable[[int], str]:
    """A maker of texts of n characters from one repeated piece."""
    return lambda n: (unit * (n // len(unit) + 1))[:n]


def lines_of(*units: str) -> Callable[[int], str]:
    """A maker of texts that go round some pieces."""
    return lambda n: "".join(islice(cycle(units), n // (sum(map(len, units)) // len(units)) + 1))[:n]


def _numbered(form: str) -> Callable[[int], str]:
    return lambda n: "".join(form.replace("#", str(i)) for i in range(n // len(form) + 1))[:n]


def _shuffled(n: int) -> str:
    """Sentences of common words in an order that does not repeat soon."""
    state, parts, length = 1, [], 0
    while length < n:
        chosen = []
        for _ in range(14):
            state = state * 6364136223846793005 + 1442695040888963407 & 0xFFFFFFFFFFFFFFFF
            chosen.append(WORDS[(state >> 33) % len(WORDS)])
        parts.append(" ".join(chosen).capitalize() + ". ")
        length += len(parts[-1])
    return "".join(parts)[:n]


def _nested(n: int) -> str:
    return "<div>" * (n // 11) + "</div>" * (n // 11)


def _zalgo(n: int) -> str:
    return "".join(c + "\u0315\u0300\u0489\u0336" * 8 for c in islice(cycle("Kharkiv fell. "), n // 33 + 1))[:n]


SENTENCE = "Moscow abandoned its main bastion in northeastern Ukraine on Saturday. "
OTHER = "Officials denied that any of the residents had left the flooded town before dawn. "
KINDS: dict[str, Callable[[int], str]] = {
    "one letter": repeated("a"),
    "one capital": repeated("A"),
    "blanks": repeated(" "),
    "newlines": repeated("\n"),
    "word and blanks": lambda n: "a" + " " * (n - 2) + "b",
    "blank lines with blanks": repeated(" \n"),
    "carriage returns": repeated("\r"),
    "tabs": repeated("a\t\t"),
    "letters and blanks": repeated("a "),
    "capitals and blanks": repeated("A "),
    "straight quotes": repeated('" '),
    "straight quotes, words": repeated('a "b '),
    "open curly quotes": repeated("“"),
    "open curly quotes, words": repeated("“a "),
    "closed curly quotes": repeated("”"),
    "open single quotes": repeated("‘a "),
    "open straight single quotes": repeated("'a "),
    "apostrophes": repeated("'"),
    "words with apostrophes": repeated("a'"),
    "low quotes": repeated("„a"),
    "guillemets": repeated("«a "),
    "quoted sentences": repeated("“We go,” he said. "),
    "paragraphs of open quotes": repeated("“We go.\n\n"),
    "brackets": repeated("("),
    "closing brackets": repeated(")"),
    "stops": repeated("."),
    "letters and stops": repeated("a."),
    "capitals and stops": repeated("U.S. "),
    "stops and blanks": repeated(". "),
    "ellipses": repeated("… "),
    "ellipses, capitals": repeated("… A"),
    "marks then quotes": repeated("!” "),
    "glued sentences": repeated("town.Town"),
    "hyphens at line ends": repeated("-\n"),
    "hyphens": repeated("-"),
    "dashes": repeated("–"),
    "combining marks": repeated("\u0301"),
    "zalgo": _zalgo,
    "one word": repeated("bastion "),
    "one word, capital": repeated("Bastion "),
    "one sentence": repeated(SENTENCE),
    "one sentence, a line each": repeated(SENTENCE.strip() + "\n"),
    "two sentences": lines_of(SENTENCE, OTHER),
    "shuffled sentences": _shuffled,
    "numbered sentences": _numbered("In 2022 # people left the town of Izium before dawn on Saturday. "),
    "wrapped lines": repeated("the army said that\nresidents of the town, they\nwould "),
    "table of numbers": _numbered("#\t12.5\t-3\t1,000\n"),
    "digits": repeated("1234567890"),
    "counters": repeated("1 "),
    "counters without end": lambda n: "1 views " * (n // 8) + "x",
    "digits, stops, commas": repeated("1.,"),
    "teasers": repeated("Read more\n"),
    "teaser without end": lambda n: "read more " + "a" * n,
    "stories from": repeated("latest stories from "),
    "deep HTML": _nested,
    "script tags": repeated("<script>alert(1)</script>"),
    "mojibake, cp1252": repeated("â€™"),
    "mojibake, cp1252, words": repeated("Russiaâ€™s "),
    "mojibake, gb18030": repeated("鈥"),
    "mojibake, gb18030, words": repeated("Russia鈥檚 鈥淟ast鈥 "),
    "mojibake, twice": repeated("Ã¢â‚¬â„¢s "),
    "mojibake, kinds mixed": lines_of("Russiaâ€™s ", "鈥檚 ", "Ð¿Ñ€Ð¸ ", "a \ufffd\ufffd\ufffd b "),
    "accents": repeated("é"),
    "accented words": repeated("café Zürich "),
    "lost marks": repeated("a\ufffd\ufffd\ufffds "),
    "lost marks, glued": repeated("\ufffd\ufffd\ufffd"),
    "U+FFFD": lambda n: ("word " * 10 + "\ufffd") * (n // 51),
    "right to left": repeated("\u202e\u2066a\u2069"),
    "private use": repeated("\ue000a"),
    "zero width": repeated("a\u200b"),
    "emoji": repeated("👩\u200d👩\u200d👧\u200d👦"),
    "Chinese": repeated("基辅军队星期六撤出"),
    "Chinese sentences": repeated("基辅军队。"),
    "Thai": repeated("กองทัพ"),
    "Arabic": repeated("الجيش "),
    "Cyrillic words": repeated("Армия ушла. "),
    "addresses": repeated("http://"),
    "addresses, words": repeated("https://a.example/b?c=d "),
    "credits": repeated("Reuters) - "),
    "datelines": repeated("KYIV, Ukraine, "),
    "dateline without end": lambda n: "KYIV" + ", Kyiv" * (n // 6),
    "dateline, slashes": repeated("KYIV/"),
    "bylines": repeated("By Jane Doe, and "),
    "byline without end": lambda n: "By " + "Doe and " * (n // 8) + ".",
    "byline, stops": lambda n: "By " + "A.-’'" * (n // 5) + "!",
    "captions": repeated("in this "),
    "attributions": repeated("!” Yermak Jane Doe Roe "),
    "attributions, one name": repeated("!” A"),
    "short paragraphs": repeated("Rain.\n\n"),
    "short lines": repeated("rain\n"),
    "titles": repeated("Mr. "),
    "initials": repeated("J. K. "),
    "percent signs": repeated("%s%n{0}{{7*7}}"),
    "backslashes": repeated("\\"),
    "nulls": lambda n: ("word " * 20 + "\x00") * (n // 101),
    "angle brackets": repeated("<"),
    "ampersands": repeated("&amp;"),
}


def _cleaned(text: str) -> str:
    """What later stages are given: the text without the blanks that cleaning takes out; cheap."""
    return text.strip() or "a"


def _normal() -> str:
    return decode(sorted(DEFAULT_CORPUS.rglob("*.txt"))[1].read_bytes()).text


def _align(text: str, other: str) -> Any:
    documents = Document.from_text(text), Document.from_text(other)
    return lambda: align_documents(*documents, AlignSettings())


def _sentence_rows(text: str) -> pd.DataFrame:
    rows = [(i, *s) for i, s in enumerate(segmentation.sentences(text))]
    return pd.DataFrame(rows, columns=["sentence", "start", "end", "kind", "quoted_words"])


def _shown(text: str) -> Any:
    """The pieces of a page: passages, roles and quotations of which there is one per sentence."""
    found = segmentation.sentences(text)
    passages = [marks.Passage(i, s.start, s.end, "edited") for i, s in enumerate(found)]
    roles = [(s.start, s.end, s.kind) for s in found if s.kind != "body"]
    speech = segmentation.quotations(text)
    return lambda: list(marks.paragraph_pieces(text, passages, roles, speech))


STAGES: dict[str, Callable[[str], Callable[[], Any]]] = {
    "decode": lambda text: partial(decode, text.encode("utf-8", "replace")),
    "decode, not UTF-8": lambda text: partial(decode, b"\xe9 " + text.encode("cp1251", "replace")),
    "repair": lambda text: lambda: repair(text),
    "boilerplate": lambda text: lambda: cleaning.boilerplate(text, ("our newsletter",)),
    "white space": lambda text: lambda: cleaning.white_space(text),
    "clean": lambda text: lambda: cleaning.clean(text),
    "paragraphs": lambda text: lambda: list(layout.paragraph_kinds(_cleaned(text))),
    "quotations": lambda text: lambda: segmentation.quotations(text),
    "sentences": lambda text: lambda: segmentation.sentences(_cleaned(text)),
    "words": lambda text: lambda: segmentation.words(text),
    "prose words": lambda text: partial(prose_words, text, _sentence_rows(text)),
    "document": lambda text: lambda: Document.from_text(text),
    "align with itself and more": lambda text: _align(text, text + " It rained. " + SENTENCE),
    "align with its end": lambda text: _align(text, text[len(text) // 3 :]),
    "align with an article": lambda text: _align(text, _normal()),
    "word vectors": lambda text: lambda: similarity.word_vectors(pd.Series([text, SENTENCE])),
    "character vectors": lambda text: lambda: similarity.char_vectors(pd.Series([text, SENTENCE])),
    "page": _shown,
}


def grow(kind: str, stage: str, patience: float, largest: int) -> Iterator[tuple[int, float]]:
    """(characters, seconds) at growing sizes, each four times the last."""
    size, before = SMALLEST, 1e-3
    while True:
        call = STAGES[stage](KINDS[kind](size))
        seconds = seconds_of(call)
        yield size, seconds
        if size >= largest or seconds * max(4.0, seconds / before) > patience:
            return
        size, before = min(largest, size * 4), max(seconds, 1e-3)


def seconds_of(call: Callable[[], Any]) -> float:
    """Processor time of a call, the least of three where it is short; without the collector, whose pauses are noise."""
    times: list[float] = []
    gc.collect()
    gc.disable()
    while not times or (len(times) < 3 and sum(times) < 0.3):
        started = time.process_time()
        call()
        times.append(time.process_time() - started)
    gc.enable()
    return min(times)


def measure(kind: str, stage: str, patience: float, largest: int) -> dict[str, Any]:
    """The row of one kind and stage."""
    times = list(grow(kind, stage, patience, largest))
    size, seconds = times[-1]
    exponent = 1.0
    if len(times) > 1:
        before, seconds_before = times[-2]
        exponent = math.log(max(seconds, 1e-4) / max(seconds_before, 1e-4)) / math.log(size / before)
    at_million = seconds * (1_000_000 / size) ** max(1.0, exponent)
    measured = size == 1_000_000
    return {
        "kind": kind,
        "stage": stage,
        "seconds_per_million": round(at_million, 3),
        "exponent": round(exponent, 2),
        "measured": measured,
        "largest_characters": size,
    }


def _child(kind: str, stages: list[str], patience: float, largest: int, seconds: float, pipe: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    for stage in stages:
        try:
            row = measure(kind, stage, patience, largest)
        except Exception as error:
            row = {"kind": kind, "stage": stage, "failed": f"{type(error).__name__}: {error}"[:200]}
        row["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        pipe.send(row)
    pipe.close()


def measure_kind(kind: str, stages: list[str], patience: float, largest: int, limit: float) -> list[dict[str, Any]]:
    """All stages of one kind, in a process of its own."""
    context = multiprocessing.get_context("fork")
    near, far = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(kind, stages, patience, largest, limit, far))
    process.start()
    far.close()
    rows: list[dict[str, Any]] = []
    end = time.monotonic() + 10 * limit  # of a busy machine
    while len(rows) < len(stages) and near.poll(max(0.0, end - time.monotonic())):
        try:
            rows.append(near.recv())
        except EOFError:
            break
    process.kill()
    process.join()
    if len(rows) < len(stages):
        rows.append({"kind": kind, "stage": stages[len(rows)], "failed": f"not finished within {limit:g} s"})
    return rows


def suspects(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that grow too fast, or failed."""
    slow = (table["exponent"] > SUSPECT[0]) & (table["seconds_per_million"] > SUSPECT[1])
    return table[slow | table["failed"].notna()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", action="append", help="only this kind of text (repeatable)")
    parser.add_argument("--stage", action="append", help="only this stage (repeatable)")
    parser.add_argument("--patience", type=float, default=2.0, help="seconds of one call")
    parser.add_argument("--largest", type=int, default=1_000_000, help="characters")
    parser.add_argument("--limit", type=float, default=180.0, help="processor seconds for all stages of one kind")
    parser.add_argument("--out", type=Path, help="folder for pathological.csv")
    options = parser.parse_args()
    kinds, stages = options.kind or list(KINDS), options.stage or list(STAGES)
    rows: list[dict[str, Any]] = []
    for kind in kinds:
        rows += measure_kind(kind, stages, options.patience, options.largest, options.limit)
        table = pd.DataFrame(rows).reindex(columns=COLUMNS)
        mine = suspects(table[table["kind"] == kind])
        print(f"{len(rows)} measured; {kind}: {len(mine)} suspects", file=sys.stderr, flush=True)
        for row in mine.itertuples():
            print(
                f"  {row.stage}: {row.seconds_per_million} s, {row.exponent}, {row.failed}", file=sys.stderr, flush=True
            )
    table.insert(0, "date", f"{datetime.now(UTC):%Y-%m-%d}")
    if options.out:
        table.to_csv(options.out / "pathological.csv", index=False)
    print(f"{len(table)} measurements of {len(kinds)} kinds; {len(suspects(table))} suspects")
    return 0


COLUMNS = [
    "kind",
    "stage",
    "seconds_per_million",
    "exponent",
    "measured",
    "largest_characters",
    "peak_megabytes",
    "failed",
]


if __name__ == "__main__":
    sys.exit(main())
