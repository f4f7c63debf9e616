"""Who speaks in the five articles; how speakers are stated; what a copy passes off as a quotation."""

from difflib import SequenceMatcher

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import spoken as spoken_words
from helpers.overlap import overlap_table
from helpers.passages import passages_table
from helpers.prose import corpus_words
from helpers.segmentation import quotations, sentences
from helpers.speech import quotations_table, speeches
from helpers.spoken import SPEECH_COLUMNS, passed_off_table, shared_speech, speech_table


def spoken(text):
    return [(text[s.start : s.end], text[slice(*s.speaker)] if s.speaker else None) for s in speeches(text)]


def pair(*texts):
    """Texts, prose words and passages of articles "a", "b", ..."""
    text = dict(zip("abcdef", texts, strict=False))
    rows = [
        pd.DataFrame(sentences(t)).assign(article_id=name, sentence=lambda d: range(len(d))) for name, t in text.items()
    ]
    corpus = corpus_words(pd.DataFrame({"article_id": list(text), "text": list(text.values())}), pd.concat(rows))
    pairs = [(a, b) for a in text for b in text if a < b]
    return text, corpus, passages_table(text, corpus, pairs)


def flagged(text, corpus, passages):
    """Quotations passed off as somebody's words."""
    quotations = quotations_table(pd.DataFrame({"article_id": list(text), "text": list(text.values())}))
    return passed_off_table(text, corpus, passages, quotations)


@pytest.fixture(scope="module")
def five(cleaned):
    text = dict(zip(cleaned.articles["article_id"].str[:3], cleaned.articles["text"], strict=True))
    articles = cleaned.articles.assign(article_id=list(text))
    corpus = corpus_words(articles, cleaned.sentences.assign(article_id=cleaned.sentences["article_id"].str[:3]))
    return text, corpus, passages_table(text, corpus, [(a, b) for a in text for b in text if a < b])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We go,” said Ann Lee.", "Ann Lee"),
        ("“We go,” Ann Lee said on Monday.", "Ann Lee"),
        ('"We go," said UBS analyst Ben Ek in a note.', "UBS analyst Ben Ek"),
        ("“We go,” the U.S. Treasury said.", "the U.S. Treasury"),
        ("“We go,” said Gov. Ann Lee.", "Gov. Ann Lee"),
        ("Ann Lee said: “We go.”", "Ann Lee"),
        ("Ann Lee, speaking from Kyiv, said, “We go.”", "Ann Lee"),
        ("The chief of police, Bo Ek, said “we go now” to all.", "Bo Ek"),
        ("According to the institute, “forces were captured.”", "the institute"),
        ("“We go,” TASS quoted the ministry as saying.", "the ministry"),
        ("Ann Lee told people to “save lives,” TASS reported.", "Ann Lee"),
        ("„Wir gehen,“ said Ann Lee.", "Ann Lee"),
        ("«We go,» said Ann Lee.", "Ann Lee"),
        ("People are told to ‘save lives’ now.", None),
        ("The name means “raisin.”", None),
        ("“We go.” Ann Lee said rain fell.", None),
        ("Bo Ek spoke.\n‘ARMY RETREATING’\nRain fell.", None),
        ("Bo Ek spoke and said:\n‘We go now’\nRain fell.", "Bo Ek"),
        ("Bo Ek spoke.\n‘We go now’.\nRain fell.", "Bo Ek"),
        ("The town’s name means “fox,” and Bo Ek tweeted a fox emoji.", None),
        ("Originally announced last month, “the box” is small.", None),
        ("A window hangs a “for sale” sign posted by a broker.", None),
        ("Bo Ek sat and said it was “bad luck” in Bonn.", None),
        ("Sales are “a bit better” this year than in 2006, Bo Ek, chief for Asia, told a conference.", "Bo Ek"),
        ("“We go,” said Bo Ek said on the radio.", "Bo Ek"),
        ("Analysts at Keefe, Bruyette & Woods said “it is likely” then.", "Analysts at Keefe, Bruyette & Woods"),
        ("Ann Lee, an analyst at Wachovia Corp. in Charlotte, North Carolina, said it was “bad” now.", "Ann Lee"),
        ("The St. Louis Fed chief said there were no “shocks” then.", "The St. Louis Fed chief"),
        ("The firm, and Bo Ek said it was “bad” now.", "Bo Ek"),
        ("In its filing with the regulators it said there was “no cash” left.", None),
        ("Former U.S. Fed Chairman Bo Ek said there was “no cash” left.", "Former U.S. Fed Chairman Bo Ek"),
        ("It joins the airline UAL.N. Bo Ek said there was “no cash” left.", "Bo Ek"),
        ("Quoting a draft, the paper said the fund argued “strongly” for it.", "the fund"),
        ("“We fall” as prices fall, Ann Lee said by telephone.", "Ann Lee"),
    ],
)
def test_the_speaker_as_stated(text, expected):
    assert [who for _, who in spoken(text)] == [expected]


def test_a_lost_mark_does_not_make_speech_of_the_rest():
    told = "The river rose until dawn and the bridge was closed. " * 40
    text = f'"We stay, she said. {told}He said "no one is left."'
    spans = [text[a:b] for a, b in quotations(text)]
    assert spans[0] == "We stay, she said."
    assert max(map(len, spans)) < 100


def test_a_pronoun_is_resolved_only_where_one_person_was_named():
    assert spoken("The minister, Ann Lee, was calm.\n“We go,” she said.")[0][1] == "Ann Lee"
    assert spoken("Ann Lee met Bo Ek.\n“We go,” she said.")[0][1] is None
    assert spoken("It rained.\n“We go,” she said.")[0][1] is None


def test_quotations_that_go_on_keep_their_speaker():
    assert spoken("“We go,” Ann Lee said. “Now we go.”")[1][1] == "Ann Lee"
    open_ended = "“We go,” Ann Lee said. “We stay not.\n“And we go now.”"
    assert [who for _, who in spoken(open_ended)] == ["Ann Lee"] * 3
    assert [s.closed for s in speeches(open_ended)] == [True, False, True]
    assert spoken("“We go,” Ann Lee said. Rain fell. Roads were shut. The word is “mud.”")[1][1] is None


def test_speakers_in_the_five_articles(cleaned):
    rows = quotations_table(cleaned.articles)
    text = dict(zip(cleaned.articles["article_id"], cleaned.articles["text"], strict=True))
    told = {(r.article_id[:3], text[r.article_id][r.start : r.end][:18]): r.speaker for r in rows.itertuples()}
    assert told["001", "The Russian army t"] == "President Volodymyr Zelensky"
    assert told["001", "The Russian army i"] == "Yermak"
    assert told["001", "To achieve the sta"] == "Russia’s defense ministry"
    assert told["001", "A few days ago it "] == "Hanna Malyar"
    assert told["001", "The first function"] == told["004", "The first function"] == "Volodymyr Tymoshenko"
    assert told["000", "Russian armed forc"] == "Evtushenko"
    assert told["002", "Thousands of Russi"] == "Zelenskiy"
    assert told["003", "disorganized Russi"] == "the institute"
    assert len(rows) == 39
    stated = rows.dropna(subset="speaker")
    assert all(text[r.article_id][r.speaker_start : r.speaker_end] == r.speaker for r in stated.itertuples())


def test_002_passes_off_narration_as_words_of_zelenskiy(five):
    text, corpus, passages = five
    flags = flagged(text, corpus, passages)
    flag = flags[(flags["article_id"] == "002") & (flags["source_id"] == "001")].squeeze()
    assert flag["speaker"] == "Zelenskiy"
    assert text["002"][flag["start"] : flag["end"]].startswith("Thousands of Russian troops are cut off")
    assert text["001"][flag["source_start"] : flag["source_end"]].startswith("thousands of Russian troops abruptly")
    assert flag["narration_words"] >= 20
    assert set(flags["article_id"]) == {"002"}


def test_shared_speech_and_shared_prose_add_up(five):
    text, corpus, passages = five
    table = speech_table(text, corpus, passages).set_index(["article_id", "source_id"])
    shares = overlap_table(corpus, passages).set_index(["article_id", "source_id"])
    assert table.loc[("001", "004"), "both_speech"] > 80
    assert table.loc[("002", "001"), "own_speech"] > 20
    for (a, b), row in table.iterrows():
        inside = set()
        for p in passages[(passages["article_id"] == a) & (passages["source_id"] == b)].itertuples():
            here = corpus[a].inside(p.start, p.end)
            inside |= set(range(here.start, here.stop))
        assert row[list(SPEECH_COLUMNS)].sum() == len(inside)
        assert row["both_speech"] == round(shares.loc[(a, b), "quoted_share"] * len(corpus[a]))


def shared_words(*texts):
    """The words of the first article that are shared speech."""
    _, corpus, passages = pair(*texts)
    rows = passages[passages["article_id"] == "a"].reset_index(drop=True)
    own, found = corpus["a"], shared_speech(corpus, rows)
    places = {i for first, stop in zip(found["first"], found["stop"], strict=True) for i in range(first, stop)}
    return " ".join(own.text[own.start[i] : own.end[i]] for i in sorted(places))


SAID = "We shall rebuild every bridge and every school that the flood has taken from this valley"


def test_speech_is_shared_where_both_have_it_in_quotation_marks():
    assert shared_words(f"It rained. “{SAID},” Ann Lee said.", f'In the hall: "{SAID}."') == SAID
    assert shared_words(f"It rained. “{SAID},” Ann Lee said.", f"It rained. {SAID}, Ann Lee said.") == ""
    assert shared_words(f"It rained. {SAID}, Ann Lee said.", f"It rained. “{SAID},” Ann Lee said.") == ""


def test_shared_speech_is_told_from_prose_inside_one_edited_passage():
    here = f"Standing in the mud of the old market, Ann Lee told reporters: “{SAID},” and left for the capital."
    there = f"In the mud of the old market Ann Lee told reporters: “{SAID.replace('flood', 'river')},” and left again."
    assert shared_words(here, there) == SAID


NARRATION = "Thousands of troops were cut off from supplies along a front that has seen intense battles for months."


def test_narration_in_marks_is_flagged_and_quoted_speech_is_not():
    told, quoted = f"It rained. {NARRATION}", f"It rained. “{NARRATION[:-1]},” Ann Lee said."
    flags = flagged(*pair(quoted, told))
    assert flags[["article_id", "speaker", "source_id"]].to_numpy().tolist() == [["a", "Ann Lee", "b"]]
    assert flagged(*pair(quoted, quoted)).empty
    indirect = f"It rained. {NARRATION[:-1]}, Ann Lee said."
    assert flagged(*pair(quoted, indirect)).empty


@given(st.text(alphabet='Ann Bo said,.“”"‘’«»„ \n?', max_size=80))
def test_any_text_has_its_spans_in_order(text):
    found = speeches(text)
    for s in found:
        assert 0 < s.start <= s.end <= len(text)
        assert s.speaker is None or text[slice(*s.speaker)].strip()
    assert [s.start for s in found] == sorted(s.start for s in found)


FEW_KEYS = st.lists(st.sampled_from("ab"), max_size=6)


@given(FEW_KEYS, FEW_KEYS)
def test_words_of_passages_meet_as_a_sequence_matcher_has_them_meet(keys, source):
    for other in (source, keys):
        slow = [-1] * len(keys)
        for a, b, size in SequenceMatcher(None, keys, other, autojunk=False).get_matching_blocks():
            if size >= 2:
                slow[a : a + size] = range(b, b + size)
        assert spoken_words._matched(keys, other).tolist() == slow


def test_passages_left_out_beforehand_raise_no_flag(five, monkeypatch):
    flags = flagged(*five)
    monkeypatch.setattr(spoken_words, "_narrated", lambda corpus, passages: passages)
    pd.testing.assert_frame_equal(flagged(*five), flags)
    assert len(flags)
