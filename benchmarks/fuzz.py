"""Hostile articles and corpora through the whole pipeline.

    python benchmarks/fuzz.py --articles 10000 --corpora 200 --commands 10 --seed 1 --out benchmarks/results
    python benchmarks/fuzz.py --replay corpus:1000042

An article goes through decoding, cleaning, sentences, words, alignment with another, all tables. A corpus is a folder
with hostile names, read and analysed as the notebooks do, with figures, pages and exports; some go through the real
command line. What must hold is asserted in `check_article` and `check_corpus`; a case that fails is named by its kind
and seed, with which `--replay` makes it again, and its input is kept in the folder given by `--failures`.
"""

# ruff: noqa: PT018
import argparse
import csv
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from lxml import etree, html

import helpers
from helpers import (
    analysis,
    cleaning,
    corpus,
    edits,
    figures,
    layout,
    report,
    summary,
    tables,
)
from helpers.alignment import AlignSettings, Document, align_documents
from helpers.encoding import decode
from helpers.errors import HelpersError
from helpers.prose import corpus_words
from helpers.segmentation import quotations, sentences, words
from helpers.sources import RawArticle, Reading, input_files, read_corpus
from hostile import hostile_bytes, write_corpus

BATCH = 25
"""Articles whose tables are made together."""
MOST_SECONDS = 10.0
"""Processor time for one article of some thousand characters."""
RULE = re.compile(r"[a-z0-9_:+-]+")
FORMULA = tuple("=+-@\t\r")
KINDS = ("verbatim", "edited", "paraphrased")
ALWAYS = "Rain fell on the old town of Izium. “We go,” the mayor said, and residents left before dawn on Saturday."


def check_article(seed: int) -> None:
    """One hostile article, and another that may copy it, through every stage."""
    check_articles(seed, 1)


def check_articles(first: int, count: int = BATCH) -> None:
    """Hostile articles of successive seeds, each with one that may copy it; their tables are made together."""
    found, pairs = [RawArticle("usual", "usual.txt", None, ALWAYS, "utf-8")], []
    for seed in range(first, first + count):
        rng = random.Random(seed)
        started = time.process_time()
        data = hostile_bytes(rng)
        other = data[: rng.randint(0, len(data))] + hostile_bytes(rng) if rng.random() < 0.6 else hostile_bytes(rng)
        texts = [decode(part).text for part in (data, other)]
        for text in texts:
            _check_text(text)
        _check_alignment(*(cleaning.clean(text).text for text in texts))
        assert time.process_time() - started < MOST_SECONDS, f"article:{seed} is slow"
        pairs.append((f"{seed}a", f"{seed}b"))
        found += [
            RawArticle(f"{seed}{side}", f"{seed}{side}.txt", None, text, "utf-8")
            for side, text in zip("ab", texts, strict=True)
        ]
    analyse(Reading(found), None, pairs)


def _check_text(text: str) -> None:
    """Decoding, cleaning and segmentation of one text."""
    text.encode("utf-8")  # no lone surrogates
    cleaned = cleaning.clean(text)
    assert edits.apply(text, cleaned.edits) == cleaned.text
    assert all(RULE.fullmatch(edit.rule) and edit.before != edit.after for edit in cleaned.edits)
    found = sentences(cleaned.text)
    _check_spans([(s.start, s.end) for s in found], cleaned.text)
    assert all(s.kind in layout.KINDS and s.quoted_words >= 0 for s in found)
    _check_spans([(w.start, w.end) for w in words(cleaned.text)], cleaned.text)
    _check_spans(quotations(cleaned.text), cleaned.text, empty=True)
    covered = sum(len(words(cleaned.text[s.start : s.end])) for s in found)
    assert covered >= len(words(cleaned.text)), "a word stands in no sentence"


def _check_spans(spans: list[tuple[int, int]], text: str, empty: bool = False) -> None:
    position = 0
    for start, end in spans:
        assert position <= start and start + (not empty) <= end <= len(text), (start, end, len(text))
        position = end


def _check_alignment(text: str, other: str) -> None:
    documents = Document.from_text(text), Document.from_text(other)
    found = align_documents(*documents, AlignSettings())
    back = align_documents(*documents[::-1], AlignSettings())
    assert sorted(p.mirrored() for p in back) == found
    for p in found:
        assert 0 <= p.start < p.end <= len(text)
        assert 0 <= p.source_start < p.source_end <= len(other)
        assert p.kind in KINDS and 0 <= p.score <= 1 and p.block >= 0


def analyse(
    reading: Reading, folder: Path | None, pairs: list[tuple[str, str]] | None = None
) -> dict[str, pd.DataFrame]:
    """All tables of a corpus as the notebooks make them, checked; written and read again if there is a folder."""
    made = analysis.analyse(reading, pairs, processes=1)
    made |= analysis.interpret(made)
    for name, frame in made.items():
        if folder is None:
            tables.conform(frame, name)
            continue
        tables.write(frame, name, folder)
        again = tables.read(name, folder)
        assert tables.conform(again, name).equals(tables.conform(frame, name)), name
    _check_tables(made, {a.article_id: a.text for a in reading.articles})
    return made


def _check_tables(made: dict[str, pd.DataFrame], raw: dict[str, str]) -> None:
    text = dict(zip(made["articles"]["article_id"], made["articles"]["text"], strict=True))
    again = corpus.replayed({article: raw[article] for article in text}, made["cleaning_log"])
    assert again == text
    copying = made["copying"]
    shares = copying[["verbatim_share", "edited_share", "paraphrased_share", "original_share"]].sum(axis=1)
    assert ((shares - 1).abs() < 1e-9).all() and (copying["ci_low"] <= copying["copied_share"]).all()
    assert (copying["copied_share"] <= copying["ci_high"]).all()
    columns = ["article_id", "start", "end", "source_id", "source_start", "source_end", "kind"]
    mirror = ["source_id", "source_start", "source_end", "article_id", "start", "end", "kind"]
    rows = set(map(tuple, made["passages"][columns].to_numpy()))
    assert rows == set(map(tuple, made["passages"][mirror].to_numpy())), "a row has no mirror"
    for article, start, end, *_ in rows:
        assert 0 <= start < end <= len(text[article])


def check_corpus(seed: int, most: int = 50, drawn: bool = True) -> None:
    """One hostile folder through reading, tables, figures, pages and exports."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place, "in"), Path(place, "out")
        write_corpus(rng, folder, most)
        try:
            reading = read_corpus(folder)
        except HelpersError:
            return
        _check_nothing_lost(folder, reading)
        made = analyse(reading, out / "processed")
        inputs = [{"path": f.relative_to(folder).as_posix(), "sha256": "0"} for f in input_files(folder)]
        record = {"corpus": "<b>in", "parameters": {}, "python": "3", "date": "2026", "inputs": inputs}
        told = record | {"problems": [str(p) for p in reading.problems]}
        report.write(report.Results(out / "processed", out / "reports", told))
        _export(made, out, drawn and seed % 10 == 0)
        check_output(out)
        assert sorted(p.name for p in Path(place).iterdir()) == ["in", "out"], "something was written elsewhere"


def _check_nothing_lost(folder: Path, reading: Reading) -> None:
    told = [a.path for a in reading.articles] + [p.file for p in reading.problems]
    for file in input_files(folder):
        name = os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
        used = any(path == name or path.startswith((f"{name}#", f"{name}/")) for path in told)
        assert used or name == "manifest.csv" or _is_empty(file), f"nothing is told of {name!r}"


def _is_empty(file: Path) -> bool:
    """Whether a table or archive has no rows: an empty one loses nothing."""
    import zipfile

    from helpers.sources.tabular import read_frame

    if file.suffix == ".zip":
        return not any(not n.endswith("/") for n in zipfile.ZipFile(file).namelist())
    try:
        return read_frame(file.name, file.read_bytes(), file.suffix, Reading()).empty
    except HelpersError:
        return False


def _export(made: dict[str, pd.DataFrame], out: Path, drawn: bool) -> None:
    text = dict(zip(made["articles"]["article_id"], made["articles"]["text"], strict=True))
    own = corpus_words(made["articles"], made["sentences"])
    tables.write_csv(summary.evidence(made["passages"], text, own), out / "evidence.csv")
    for name, frame in made.items():
        tables.write_csv(frame, out / f"{name}.csv")
    if drawn:
        figures.save(figures.copied_shares(made["copying"]), made["copying"], out / "figures", "copying")
        import matplotlib.pyplot as plt

        plt.close("all")


@lru_cache(maxsize=1)
def made_by_templates() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all elements and attributes that the report's templates hold."""
    sources = Path(report.__file__).parent.glob("templates/*.html")
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    return frozenset(re.findall(r"<([a-z][a-z0-9]*)", text)), frozenset(re.findall(r"[a-z-]+", text.lower()))


def check_output(out: Path) -> None:
    """Pages hold only elements of the templates; no cell of an export is a formula."""
    elements, attributes = made_by_templates()
    for page in out.rglob("*.html"):
        if "notebooks" in page.parts:
            continue
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        for element in html.parse(str(page), parser).iter():
            if not isinstance(element.tag, str):
                assert element.tag is not etree.Comment, f"{page.name}: a comment"
                continue
            assert element.tag in elements, f"{page.name}: <{element.tag}>"
            for name, value in element.attrib.items():
                assert not name.startswith("on") and name in attributes, f"{page.name}: {element.tag} {name}"
                assert name not in ("href", "src") or _is_own(page, value), f"{page.name}: {name}={value}"
    for export in out.rglob("*.csv"):
        with export.open(encoding="utf-8", newline="") as stream:
            csv.field_size_limit(1 << 30)
            for row in csv.reader(stream):
                for cell in row:
                    assert not cell.startswith(FORMULA) or _is_number(cell), f"{export.name}: {cell[:60]!r}"


def _is_own(page: Path, link: str) -> bool:
    """Whether a link leads to a place of the report."""
    path, _, fragment = link.partition("#")
    known = not path or re.fullmatch(r"(?:\.\./)?[\w/.-]+", path)
    return bool(known) and ":" not in link and bool(re.fullmatch(r"\w*", fragment))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def check_command(seed: int) -> None:
    """One hostile folder through the real command line."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place, "in"), Path(place, "out")
        write_corpus(random.Random(seed), folder, 12)
        environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
        command = [sys.executable, "-m", "helpers", "run", str(folder), "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, timeout=900)
        assert done.returncode in (0, 1, 2) and "Traceback" not in done.stderr, done.stderr[-3000:]
        assert done.returncode == 2 or (out / "reports" / "index.html").is_file()
        if done.returncode == 2:
            assert "holds" in done.stderr, done.stderr[-3000:]
        check_output(out)


CHECKS = {"article": check_article, "articles": check_articles, "corpus": check_corpus, "command": check_command}


def attempt(case: tuple[str, int]) -> tuple[str, int, float, str]:
    """(kind, seed, seconds, what went wrong or nothing)."""
    kind, seed = case
    started = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            CHECKS[kind](seed)
    except Exception:
        return kind, seed, time.perf_counter() - started, traceback.format_exc()
    return kind, seed, time.perf_counter() - started, ""


def keep(kind: str, seed: int, told: str, failures: Path) -> None:
    """Keep the input of a case that failed, and what went wrong."""
    folder = failures / f"{kind}-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "error.txt").write_text(told, encoding="utf-8", errors="backslashreplace")
    if kind == "articles":
        return  # the seeds in the message replay as article:seed
    if kind == "article":
        (folder / "article.bin").write_bytes(hostile_bytes(random.Random(seed)))
    else:
        write_corpus(random.Random(seed), folder / "in", 50 if kind == "corpus" else 12)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--corpora", type=int, default=200)
    parser.add_argument("--commands", type=int, default=0, help="corpora through the real command line")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60.0, help="take no new cases after so long")
    parser.add_argument("--failures", type=Path, help="folder for inputs that fail")
    parser.add_argument("--replay", help="one case, kind:seed")
    parser.add_argument("--out", type=Path, help="folder whose fuzz.csv gets a row for each kind")
    options = parser.parse_args()
    if options.replay:
        kind, _, seed = options.replay.partition(":")
        CHECKS[kind](int(seed))
        return 0
    first = options.seed * 1_000_000
    cases = [("articles", first + i) for i in range(0, options.articles, BATCH)]
    cases += [("corpus", first + i) for i in range(options.corpora)]
    cases += [("command", first + i) for i in range(options.commands)]
    random.Random(0).shuffle(cases)
    end = time.monotonic() + 60 * options.minutes
    results = []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for result in pool.imap_unordered(attempt, cases, chunksize=1):
            results.append(result)
            kind, seed, _, told = result
            if told:
                print(f"FAILED {kind}:{seed}: {told.strip().splitlines()[-1][:300]}", file=sys.stderr, flush=True)
                if options.failures:
                    keep(kind, seed, told, options.failures)
            if time.monotonic() > end:
                print(f"stopped after {options.minutes:g} minutes", file=sys.stderr)
                pool.terminate()
                break
            if len(results) % 20 == 0:
                print(f"{len(results)} of {len(cases)}", file=sys.stderr, flush=True)
    table = pd.DataFrame(results, columns=["kind", "seed", "seconds", "told"])
    return report_results(table, options)


def report_results(table: pd.DataFrame, options: argparse.Namespace) -> int:
    rows = []
    for kind, found in table.groupby("kind"):
        rows.append(
            {
                "date": f"{datetime.now(UTC):%Y-%m-%d}",
                "target": kind,
                "seed": options.seed,
                "cases": len(found) * (BATCH if kind == "articles" else 1),
                "failures": int((found["told"] != "").sum()),
                "seconds": round(found["seconds"].sum(), 1),
                "slowest_seconds": round(found["seconds"].max(), 1),
                "coverage": "",
            }
        )
        print(rows[-1])
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        add_rows(rows, options.out / "fuzz.csv")
    return int((table["told"] != "").any())


def add_rows(rows: list[dict[str, object]], path: Path) -> None:
    """Put rows into a results file in place of those of the same target."""
    new = pd.DataFrame(rows)
    if path.is_file():
        old = pd.read_csv(path)
        new = pd.concat([old[~old["target"].isin(new["target"])], new])
    new.to_csv(path, index=False)


if __name__ == "__main__":
    assert helpers.__file__
    sys.exit(main())
