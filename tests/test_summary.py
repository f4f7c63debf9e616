"""What a run says: evidence for spreadsheets, lists that end where a reader would."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers import summary, tables
from helpers.prose import ProseWords, corpus_words
from helpers.segmentation import word_spans

WORDS = 30
spans = st.tuples(st.integers(0, WORDS - 1), st.integers(1, 12)).map(lambda t: (t[0], min(WORDS, sum(t))))


@given(st.lists(st.tuples(st.sampled_from("bc"), spans), min_size=1, max_size=12))
def test_new_words_are_those_in_no_passage_above(found):
    text = " ".join(f"w{i:02}" for i in range(WORDS))
    starts, ends = word_spans(text)
    own = ProseWords(starts, ends, starts * 0, starts > WORDS * 4, text)
    rows = [("a", 4 * first, 4 * stop - 1, source, 4 * first, 4 * stop - 1) for source, (first, stop) in found]
    columns = ["article_id", "start", "end", "source_id", "source_start", "source_end"]
    passages = pd.DataFrame(rows, columns=columns).assign(kind="edited", score=1.0, n_words=1, quoted_words=0, block=0)
    listed = summary.evidence(passages, dict.fromkeys("abc", text), dict.fromkeys("abc", own))
    seen: set[tuple[str, str]] = set()
    for row in listed.itertuples():
        words = {(row.source_id, word) for word in row.text.split()}
        assert row.new_words == len(words - seen)
        assert row.source_text == row.text
        seen |= words


def test_the_new_words_of_a_pair_are_its_reused_words(kharkiv_report):
    processed = kharkiv_report.parent.parent / "processed"
    articles = tables.read("articles", processed)
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    corpus = corpus_words(articles, tables.read("sentences", processed))
    evidence = summary.evidence(tables.read("passages", processed), text, corpus)
    new = evidence.groupby(["article_id", "source_id"])["new_words"].sum()
    overlap = tables.read("overlap", processed).query("reused_words > 0")
    assert new.to_dict() == overlap.set_index(["article_id", "source_id"])["reused_words"].to_dict()


def test_of_many_articles_the_most_copied_are_shown(kharkiv_report):
    copying = tables.read("copying", kharkiv_report.parent.parent / "processed")
    rows = [copying.assign(article_id=copying["article_id"] + f"_{i}") for i in range(9)]
    lines = summary.copying_text(pd.concat(rows, ignore_index=True)).splitlines()
    assert len(lines) == 1 + summary.MOST_LINES + 1
    assert lines[-1] == "... and 5 more of which less is copied"
    assert "002" in lines[1]
