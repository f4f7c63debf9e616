"""What must hold on the five articles, by number and by sentence."""

import pandas as pd
import pytest

from helpers import overlap, shares
from helpers.passages import passages_table
from helpers.prose import corpus_words, prose_texts
from helpers.similarity import cosine_matrix, similarity_table, word_vectors


@pytest.fixture(scope="module")
def result(cleaned):
    """Words, passages, overlap and copying of the five articles, by number ("000" to "004")."""
    articles = cleaned.articles.assign(article_id=cleaned.articles["article_id"].str[:3])
    sentences = cleaned.sentences.assign(article_id=cleaned.sentences["article_id"].str[:3])
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    corpus = corpus_words(articles, sentences)
    pairs = [(a, b) for a in text for b in text if a < b]
    passages = passages_table(text, corpus, pairs)
    table = overlap.overlap_table(corpus, passages)
    prose = prose_texts(articles, sentences)
    cosine = cosine_matrix(word_vectors(prose), prose.index)
    alike = similarity_table(cosine, cosine)
    copying = overlap.copying_table(corpus, passages, table, alike, prose).set_index("article_id")
    return text, corpus, passages, table.set_index(["article_id", "source_id"]), copying


def marked(result, article, source, phrase):
    """The share of a phrase's words in passages of the pair."""
    text, corpus, passages, *_ = result
    rows = passages[(passages["article_id"] == article) & (passages["source_id"] == source)]
    start = text[article].index(phrase)
    inside = corpus[article].inside(start, start + len(phrase))
    return float((shares.word_kinds(corpus[article], rows)[inside] > 0).mean())


def test_the_shares_are_those_the_notebooks_and_the_readme_tell(result):
    *_, table, copying = result
    assert copying["copied_share"].round(2).to_dict() == {"000": 0, "001": 0.88, "002": 0.96, "003": 0, "004": 0.82}
    assert table["reused_share"]["002", "001"] == pytest.approx(0.96, abs=0.005)
    assert table["reused_share"]["001", "002"] == pytest.approx(0.56, abs=0.005)
    assert table["longest_verbatim_words"]["002", "001"] == 41
    labels = {"000": "non-derived", "001": "partially derived", "002": "wholly derived", "003": "non-derived"}
    assert copying["label"].to_dict() == {**labels, "004": "partially derived"}
    assert ((copying["ci_low"] <= copying["copied_share"]) & (copying["copied_share"] <= copying["ci_high"])).all()
    assert (copying["ci_high"] - copying["ci_low"]).max() < 0.2


def test_000_and_003_copy_none_of_the_others(result):
    table = result[3]["reused_share"]
    assert all(share <= 0.02 for pair, share in table.items() if set(pair) & {"000", "003"})


@pytest.mark.parametrize(
    ("article", "phrase"),
    [
        ("002", "The quick fall of Izium in Kharkiv province was Moscow’s biggest loss"),
        ("002", "Families from Kupiansk eat and sleep in their automobiles"),
        ("002", "there were about 400 automobiles at the border"),
        ("002", "Residents are told to evacuate the province and flee to Russia"),
        ("004", "The name of the city means “grape”"),
        ("004", "advancing tens of kilometers a day"),
        ("004", "Early on Saturday, Ukrainian officials posted photos of their troops"),
        ("004", "Russian forces had fought to capture Izium early in the war, then used the town as a logistical base"),
    ],
)
def test_reworded_and_reordered_sentences_are_found(result, article, phrase):
    assert marked(result, article, "001", phrase) == 1


@pytest.mark.parametrize(
    ("article", "phrase"),
    [
        ("004", "There were signs that Ukraine could capitalize on the disarray"),
        ("004", "delivering a blow that proved decisive for Russian garrisons supplied by the Kupyansk railways"),
        ("004", "Denis Pushilin, head of the separatist administration installed by Russia"),
        ("004", "The town’s name means “fox,” and after his grapes tweet"),
        ("002", "is on the outskirts of rebel-held territory in the east of the country"),
    ],
)
def test_a_sentence_or_clause_without_a_counterpart_is_not_marked(result, article, phrase):
    assert marked(result, article, "001", phrase) == 0


@pytest.mark.parametrize(
    "phrase",
    [
        "Ukrainian officials stopped short of confirming they had recaptured Izium",
        "The Russian withdrawal was heralded by Ukrainian leaders",
        "Yermak wrote on Twitter later",
        "Today we have finally established control in the city",
    ],
)
def test_what_stands_between_copied_sentences_of_001_is_not_marked_against_004(result, phrase):
    expected = 1 if "stopped short" in phrase else 0
    assert marked(result, "001", "004", phrase) == expected


def test_the_rows_do_not_depend_on_the_number_of_processes(result, monkeypatch):
    text, corpus, passages, *_ = result
    pairs = [(a, b) for a in text for b in text if a < b]
    monkeypatch.setattr("helpers.passages.MOST_CHUNK", 2)  # several jobs for each process
    again = passages_table(text, corpus, pairs, processes=2)
    pd.testing.assert_frame_equal(again, passages)


def test_kinds_sum_to_one_and_the_table_mirrors(result):
    _, _, passages, _, copying = result
    kinds = ["verbatim_share", "edited_share", "paraphrased_share", "original_share"]
    assert copying[kinds].sum(axis=1).to_list() == pytest.approx([1.0] * 5)
    here = passages[["article_id", "start", "end", "source_id", "source_start", "source_end", "kind", "block"]]
    there = here.set_axis(
        ["source_id", "source_start", "source_end", "article_id", "start", "end", "kind", "block"], axis=1
    )
    assert set(map(tuple, here.to_numpy())) == set(map(tuple, there[here.columns].to_numpy()))
