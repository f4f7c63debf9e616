"""How well detected blocks agree with an annotated corpus: PAN 2013 text alignment and its plagdet score.

Layout of a PAN folder: `pairs` lists "suspicious source" file names; one XML per pair holds the true cases; the
texts lie in `susp/` and `src/` beside the folders.
"""

import math
import multiprocessing
import random
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache, partial
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import pandas as pd

from helpers.alignment import PAN_SETTINGS, AlignSettings, Document, find_blocks
from helpers.errors import CorpusError

COLUMNS = ["folder", "pairs", "detections", "plagdet", "precision", "recall", "granularity"]
DETECTION = "detected-plagiarism"
NUMBERS = ("this_offset", "this_length", "source_offset", "source_length")
KEPT_DOCUMENTS = 256  # per process; each recurs in several pairs, which are read in the order of their sources
SEED = 2013  # of the sample of pairs


class Case(NamedTuple):
    """A passage of a suspicious document and its counterpart, in code points: [start, end) of each."""

    start: int
    end: int
    source_start: int
    source_end: int


class Pair(NamedTuple):
    """A listed pair: its folder and the file names of both documents."""

    folder: str
    suspicious: str
    source: str

    @property
    def xml_name(self) -> str:
        """Name of the file that holds the pair's cases."""
        return f"{Path(self.suspicious).stem}-{Path(self.source).stem}.xml"


class Outcome(NamedTuple):
    """True and detected cases of one pair, and the processor seconds that finding them took (texts prepared)."""

    cases: list[Case]
    detections: list[Case]
    seconds: float


Progress = Callable[[Iterable[Outcome]], Iterable[Outcome]]


@dataclass(frozen=True)
class Scores:
    """Scores of detections against true cases (Potthast et al. 2010, COLING)."""

    precision: float
    recall: float
    granularity: float

    @property
    def plagdet(self) -> float:
        """F1 of precision and recall, over log2(1 + granularity)."""
        total = self.precision + self.recall
        f1 = 2 * self.precision * self.recall / total if total else 0.0
        return f1 / math.log2(1 + self.granularity)


def score(outcomes: Iterable[tuple[Sequence[Case], Sequence[Case]]]) -> Scores:
    """Score (true cases, detections) of many pairs, pooled.

    Recall is the mean over true cases of the share of their characters, both sides, that detections cover;
    only detections that touch the case on both sides count. Precision swaps the roles. Granularity is the mean
    number of detections per detected case. Where there is nothing to average, precision and recall are 0 and
    granularity is 1; 1 and 1 where there are neither cases nor detections.

    >>> score([([Case(0, 10, 0, 10)], [Case(0, 5, 0, 5), Case(5, 10, 5, 10)])])
    Scores(precision=1.0, recall=1.0, granularity=2.0)
    """
    recalls, precisions, touched = [], [], []
    for cases, detections in outcomes:
        recalls += [covered_share(case, detections) for case in cases]
        precisions += [covered_share(detection, cases) for detection in detections]
        touched += [n for case in cases if (n := sum(touches(case, detection) for detection in detections))]
    if not recalls and not precisions:
        return Scores(1.0, 1.0, 1.0)
    return Scores(fmean(precisions or [0]), fmean(recalls or [0]), fmean(touched or [1]))


def touches(case: Case, other: Case) -> bool:
    """Whether two cases share a character on both sides."""
    here = min(case.end, other.end) > max(case.start, other.start)
    return here and min(case.source_end, other.source_end) > max(case.source_start, other.source_start)


def covered_share(case: Case, others: Sequence[Case]) -> float:
    """Share of a case's characters, both sides, covered by the others that touch it on both sides."""
    near = [other for other in others if touches(case, other)]
    covered = _covered(case.start, case.end, [(o.start, o.end) for o in near])
    covered += _covered(case.source_start, case.source_end, [(o.source_start, o.source_end) for o in near])
    return covered / (case.end - case.start + case.source_end - case.source_start)


def _covered(start: int, end: int, spans: Iterable[tuple[int, int]]) -> int:
    """Characters of [start, end) in the union of the spans."""
    covered, reached = 0, start
    for span_start, span_end in sorted(spans):
        low, high = max(span_start, reached), min(span_end, end)
        if high > low:
            covered, reached = covered + high - low, high
    return covered


def pan_folders(directory: Path) -> list[str]:
    """Names of the folders of pairs in a PAN corpus; a CorpusError if there are none."""
    names = sorted(path.parent.name for path in Path(directory).glob("*/pairs"))
    if not names:
        raise CorpusError(f"{directory} holds no folder with a 'pairs' file: name an unpacked PAN 2013 corpus")
    return names


def read_pairs(directory: Path, folder: str) -> list[Pair]:
    """The pairs listed in a folder of a PAN corpus; a CorpusError if the list is missing or malformed."""
    path = Path(directory) / folder / "pairs"
    if not path.is_file():
        raise CorpusError(f"{path} is missing: name a folder of the PAN 2013 corpus that holds a 'pairs' file")
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for line in lines:
        if len(line) != 2:
            raise CorpusError(f"{path}: expected two file names per line, got {' '.join(line)!r}")
    return [Pair(folder, suspicious, source) for suspicious, source in lines]


def read_cases(path: Path, name: str = "plagiarism") -> list[Case]:
    """The cases in an XML file of PAN: true ones, or those of another name; a CorpusError if it is malformed."""
    try:
        features = [f.attrib for f in ElementTree.parse(path).getroot().iter("feature") if f.get("name") == name]
        numbers = [[int(attributes[key]) for key in NUMBERS] for attributes in features]
    except (OSError, ElementTree.ParseError, KeyError, ValueError) as error:
        raise CorpusError(f"{path} cannot be read as a PAN annotation ({error}): unpack the corpus anew") from error
    return [Case(start, start + length, other, other + other_length) for start, length, other, other_length in numbers]


def write_detections(directory: Path, pair: Pair, detections: Sequence[Case]) -> Path:
    """Write the detections of one pair in PAN's format, to be scored by PAN's own program too."""
    root = ElementTree.Element("document", reference=pair.suspicious)
    for start, end, source_start, source_end in detections:
        numbers = (str(n) for n in (start, end - start, source_start, source_end - source_start))
        attributes = dict(zip(NUMBERS, numbers, strict=True))
        ElementTree.SubElement(root, "feature", {"name": DETECTION, "source_reference": pair.source, **attributes})
    ElementTree.indent(root)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / pair.xml_name
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


@lru_cache(maxsize=KEPT_DOCUMENTS)
def _document(path: Path) -> Document:
    """A text as PAN counts its characters: UTF-8, line ends untouched."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return Document.from_text(file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read ({error}): unpack the corpus anew") from error


def evaluate_pair(directory: Path, settings: AlignSettings, pair: Pair) -> Outcome:
    """Find the blocks of one pair and read its true cases."""
    suspicious = _document(directory / "susp" / pair.suspicious)
    source = _document(directory / "src" / pair.source)
    started = time.process_time()
    blocks = find_blocks(suspicious, source, settings)
    seconds = time.process_time() - started
    detections = [Case(b.start, b.end, b.source_start, b.source_end) for b in blocks]
    return Outcome(read_cases(directory / pair.folder / pair.xml_name), detections, seconds)


def evaluate_pairs(
    directory: Path,
    pairs: Iterable[Pair],
    settings: AlignSettings = PAN_SETTINGS,
    processes: int = 1,
    progress: Progress = iter,
) -> dict[Pair, Outcome]:
    """Outcomes of many pairs; the same on any number of processes."""
    ordered = sorted(set(pairs), key=lambda pair: (pair.source, pair))
    work = partial(evaluate_pair, Path(directory), settings)
    if processes <= 1:
        return dict(zip(ordered, progress(map(work, ordered)), strict=True))
    with multiprocessing.Pool(processes) as pool:
        return dict(zip(ordered, progress(pool.imap(work, ordered, chunksize=16)), strict=True))


def summarise(outcomes: dict[Pair, Outcome]) -> pd.DataFrame:
    """Scores by folder, and overall (all pairs pooled): folder, pairs, detections, plagdet and its parts."""
    rows = []
    for name in [*sorted({pair.folder for pair in outcomes}), "overall"]:
        chosen = [outcome for pair, outcome in outcomes.items() if name in (pair.folder, "overall")]
        scores = score((outcome.cases, outcome.detections) for outcome in chosen)
        n_detections = sum(len(outcome.detections) for outcome in chosen)
        rows.append((name, len(chosen), n_detections, scores.plagdet, *astuple(scores)))
    return pd.DataFrame(rows, columns=COLUMNS)


def sample_pairs(pairs: Sequence[Pair], sample: int | None) -> list[Pair]:
    """At most `sample` of the pairs, drawn with a fixed seed; all of them if it is None."""
    return list(pairs) if sample is None or sample >= len(pairs) else random.Random(SEED).sample(list(pairs), sample)


def evaluate_pan13(
    directory: Path,
    folders: Sequence[str] | None = None,
    sample: int | None = None,
    settings: AlignSettings = PAN_SETTINGS,
    processes: int = 1,
    detections: Path | None = None,
    progress: Progress = iter,
) -> pd.DataFrame:
    """Score the aligner on a PAN 2013 text alignment corpus.

    Args:
        directory: The corpus: folders of pairs, `susp/` and `src/`.
        folders: Names of the folders to score (default: all).
        sample: Pairs per folder, drawn with a fixed seed (default: all).
        settings: Settings of the aligner; PAN's least lengths unless told otherwise.
        processes: Processes to use; the result does not depend on it.
        detections: Where to write the detections as PAN's XML, one folder each (default: nowhere).
        progress: Wraps the stream of outcomes, for instance in a progress bar.

    Returns:
        One row per folder and one "overall": COLUMNS. A CorpusError if a file is missing or malformed.
    """
    names = folders or pan_folders(directory)
    chosen = [pair for name in names for pair in sample_pairs(read_pairs(directory, name), sample)]
    outcomes = evaluate_pairs(directory, chosen, settings, processes, progress)
    if detections is not None:
        for pair, outcome in outcomes.items():
            write_detections(Path(detections) / pair.folder, pair, outcome.detections)
    return summarise(outcomes)
