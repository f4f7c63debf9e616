"""plagdet against cases worked by hand, and PAN's files."""

import math
import os
from pathlib import Path

import pytest

from helpers.alignment import PAN_SETTINGS, Document, find_blocks
from helpers.errors import CorpusError
from helpers.evaluation import (
    DETECTION,
    Case,
    Pair,
    Scores,
    covered_share,
    evaluate_pairs,
    evaluate_pan13,
    read_cases,
    read_pairs,
    sample_pairs,
    score,
    write_detections,
)

CASE = Case(0, 100, 200, 300)


def test_a_perfect_detection() -> None:
    scores = score([([CASE], [CASE])])
    assert scores == Scores(precision=1.0, recall=1.0, granularity=1.0)
    assert scores.plagdet == 1.0


def test_two_detections_of_one_case_cost_granularity() -> None:
    scores = score([([CASE], [Case(0, 50, 200, 250), Case(50, 100, 250, 300)])])
    assert scores == Scores(precision=1.0, recall=1.0, granularity=2.0)
    assert scores.plagdet == pytest.approx(1 / math.log2(3))


def test_partial_overlap() -> None:
    # 50 of 100 characters here, 25 of 100 there; the detection has 100 + 50 characters.
    scores = score([([CASE], [Case(50, 150, 275, 325)])])
    assert scores.recall == pytest.approx(75 / 200)
    assert scores.precision == pytest.approx(75 / 150)
    assert scores.plagdet == pytest.approx(2 * 0.375 * 0.5 / 0.875)


def test_overlapping_detections_count_a_character_once() -> None:
    scores = score([([CASE], [Case(0, 60, 200, 260), Case(40, 80, 240, 300)])])
    assert scores.recall == pytest.approx((80 + 100) / 200)
    assert scores.precision == 1.0
    assert scores.granularity == 2.0


def test_touching_on_one_side_only_is_nothing() -> None:
    wrong = Case(0, 100, 300, 400)
    assert score([([CASE], [wrong])]) == Scores(precision=0.0, recall=0.0, granularity=1.0)
    # and it adds nothing to a right one, nor to granularity
    scores = score([([CASE], [Case(0, 50, 200, 300), wrong])])
    assert scores == Scores(precision=0.5, recall=150 / 200, granularity=1.0)


def test_one_detection_of_two_cases() -> None:
    cases = [Case(0, 100, 0, 100), Case(200, 300, 200, 300)]
    scores = score([(cases, [Case(0, 300, 0, 300)])])
    assert scores == Scores(precision=400 / 600, recall=1.0, granularity=1.0)


def test_nothing_found_and_nothing_to_find() -> None:
    assert score([([CASE], [])]).plagdet == 0.0
    assert score([([], [CASE])]).plagdet == 0.0
    assert score([([], [])]).plagdet == 1.0
    assert score([]).plagdet == 1.0


def test_cases_of_other_pairs_do_not_help() -> None:
    assert score([([CASE], []), ([], [CASE])]).plagdet == 0.0


def test_pooling_means_over_cases_not_over_pairs() -> None:
    far = Case(1000, 1100, 1000, 1100)
    scores = score([([CASE, far], [CASE, far]), ([CASE], [])])
    assert scores == Scores(precision=1.0, recall=2 / 3, granularity=1.0)


def test_covered_share_is_of_both_sides() -> None:
    assert covered_share(Case(0, 10, 0, 30), [Case(0, 10, 0, 10)]) == pytest.approx(20 / 40)


# Files


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of one copied passage and one clean pair, whose line ends and letters move offsets."""
    passage = "Captain Ida Thorvald told investigators that a squall had pushed the vessel onto a sandbank,\r\n"
    passage += (
        "and rescue helicopters lifted fourteen wounded passengers to the district hospital in forty minutes,\r\n"
    )
    passage += "while fishermen pulled children from the freezing water near the oyster farms downstream."
    other = "Parliament debated the pension bill for nine hours without reaching a vote, the café’s radio said 🎉."
    other += "\r\n\r\n"
    filler = "\r\n\r\nA documentary about alpine beekeeping won the audience prize in Geneva."
    texts = {"susp/suspicious-document1.txt": other + passage + filler, "src/source-document1.txt": passage}
    texts["src/source-document2.txt"] = "Nothing of the sort happened anywhere in the whole wide world today. " * 3
    case = f'this_offset="{len(other)}" this_length="{len(passage)}" source_offset="0" source_length="{len(passage)}"'
    xml = '<document reference="suspicious-document1.txt">{}</document>'
    feature = f'<feature name="plagiarism" source_reference="source-document1.txt" {case} />'
    texts["02-copies/pairs"] = "suspicious-document1.txt source-document1.txt\n"
    texts["02-copies/suspicious-document1-source-document1.xml"] = xml.format(feature)
    texts["01-clean/pairs"] = "suspicious-document1.txt source-document2.txt\n"
    texts["01-clean/suspicious-document1-source-document2.xml"] = xml.format("")
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path


def test_a_small_corpus(corpus: Path, tmp_path: Path) -> None:
    table = evaluate_pan13(corpus, detections=tmp_path / "found").set_index("folder")
    assert list(table.index) == ["01-clean", "02-copies", "overall"]
    assert table["pairs"].tolist() == [1, 1, 2]
    assert table["detections"].tolist() == [0, 1, 1]
    assert table.loc["overall", "plagdet"] == pytest.approx(1.0, abs=0.01)
    written = tmp_path / "found" / "02-copies" / "suspicious-document1-source-document1.xml"
    [found] = read_cases(written, DETECTION)
    [case] = read_cases(corpus / "02-copies" / written.name)
    assert abs(found.start - case.start) <= 1
    assert abs(found.end - case.end) <= 1


def test_processes_and_progress_do_not_change_the_result(corpus: Path) -> None:
    pairs = [pair for folder in ("01-clean", "02-copies") for pair in read_pairs(corpus, folder)]
    seen: list[int] = []

    def count(stream):  # type: ignore[no-untyped-def]
        for outcome in stream:
            seen.append(len(outcome.detections))
            yield outcome

    one = evaluate_pairs(corpus, pairs, processes=1, progress=count)
    two = evaluate_pairs(corpus, pairs[::-1], processes=2)
    assert seen == [1, 0]
    assert {pair: o[:2] for pair, o in one.items()} == {pair: o[:2] for pair, o in two.items()}


def test_detections_survive_writing(tmp_path: Path) -> None:
    pair = Pair("03", "suspicious-document7.txt", "source-document9.txt")
    path = write_detections(tmp_path / "new", pair, [CASE, Case(5, 6, 7, 9)])
    assert path.name == "suspicious-document7-source-document9.xml"
    assert read_cases(path, DETECTION) == [CASE, Case(5, 6, 7, 9)]
    assert read_cases(path) == []
    assert 'source_reference="source-document9.txt"' in path.read_text()


def test_a_sample_is_fixed() -> None:
    pairs = [Pair("01", f"suspicious-document{i}.txt", "source-document1.txt") for i in range(50)]
    assert sample_pairs(pairs, 10) == sample_pairs(pairs, 10)
    assert len(set(sample_pairs(pairs, 10))) == 10
    assert sample_pairs(pairs, None) == sample_pairs(pairs, 99) == pairs


def test_errors_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no folder with a 'pairs' file"):
        evaluate_pan13(tmp_path)
    with pytest.raises(CorpusError, match="09-none"):
        evaluate_pan13(tmp_path, folders=["09-none"])
    with pytest.raises(CorpusError, match=r"suspicious-document1\.txt"):
        evaluate_pairs(tmp_path, [Pair("x", "suspicious-document1.txt", "source-document1.txt")])
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "pairs").write_text("one two three\n")
    with pytest.raises(CorpusError, match="one two three"):
        read_pairs(tmp_path, "x")
    for text in ("<document>", '<document><feature name="plagiarism" this_offset="1"/></document>'):
        (tmp_path / "bad.xml").write_text(text)
        with pytest.raises(CorpusError, match=r"bad\.xml"):
            read_cases(tmp_path / "bad.xml")


# The real corpus, where there is one


def pan_corpus() -> Path | None:
    root = Path(__file__).resolve().parent.parent
    places = [Path(os.environ["SOURCE_OVERLAP_CORPORA"])] if "SOURCE_OVERLAP_CORPORA" in os.environ else []
    places += [root / "corpora", root.parent / "shared" / "corpora"]
    return next((place / "pan13-train" for place in places if (place / "pan13-train" / "susp").is_dir()), None)


PAN = pan_corpus()


@pytest.mark.skipif(PAN is None, reason="PAN 2013 training corpus not unpacked (set SOURCE_OVERLAP_CORPORA)")
def test_pan13_sample() -> None:
    assert PAN is not None
    table = evaluate_pan13(PAN, sample=25).set_index("folder")
    assert table.loc["overall", "plagdet"] > 0.92
    assert table.loc["02-no-obfuscation", "plagdet"] > 0.95
    assert table.loc["01-no-plagiarism", "detections"] == 0


@pytest.mark.skipif(PAN is None, reason="PAN 2013 training corpus not unpacked (set SOURCE_OVERLAP_CORPORA)")
def test_pan13_mirrored() -> None:
    assert PAN is not None
    for pair in sample_pairs(read_pairs(PAN, "03-random-obfuscation"), 8):
        texts = [PAN / "susp" / pair.suspicious, PAN / "src" / pair.source]
        document, source = (Document.from_text(path.read_text(encoding="utf-8")) for path in texts)
        there, back = find_blocks(document, source, PAN_SETTINGS), find_blocks(source, document, PAN_SETTINGS)
        assert there == sorted(block.mirrored() for block in back)
