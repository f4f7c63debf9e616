"""Words, sentences, kinds and quotations keep their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import segmentation
from helpers.layout import (
    _TOKEN,
    KINDS,
    count_tokens,
    dateline_end,
    is_caption,
    is_credit,
    is_heading,
    is_wrapped,
    paragraph_kinds,
)
from helpers.segmentation import (
    _WORD,
    _inner_spans,
    quotations,
    sentences,
    split_sentences,
    word_key,
    word_keys,
    words,
)

PROSE = st.text("abc ABC.\n“”\"‘’'!?…()0é-", max_size=120)


@given(st.text(max_size=200))
def test_words_slice_to_themselves_and_do_not_overlap(text):
    found = words(text)
    assert all(word_key(text[w.start : w.end]) == w.key and w.key for w in found)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))


@given(PROSE)
def test_sentences_are_in_order_and_hold_every_word(text):
    found = sentences(text)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    inside = [w for s in found for w in words(text[s.start : s.end])]
    assert len(inside) == len(words(text))
    assert {s.kind for s in found} <= set(KINDS)
    assert all(0 <= s.quoted_words <= len(words(text[s.start : s.end])) for s in found)


@given(st.text("ab1 \n.,-“é中'\x1c\x85½", max_size=60), st.sampled_from([None, 1, 2, 7]))
def test_tokens_are_counted_as_the_pattern_finds_them(text, most):
    assert count_tokens(text, most) == len(_TOKEN.findall(text)[:most])


@given(st.text("ab .\n“”‟„«»「」‘’‚‹›`'\"—", max_size=80))
def test_quotations_are_those_that_a_search_of_all_characters_finds(text):
    found = quotations(text)
    with pytest.MonkeyPatch.context() as patch:
        searched = lambda ahead, pattern, place: pattern.search(ahead._text, place)  # noqa: E731
        patch.setattr(segmentation._Ahead, "_first", searched)
        assert quotations(text) == found


@given(PROSE)
def test_quotations_do_not_overlap(text):
    found = quotations(text)
    assert all(a <= b for a, b in found)
    assert all(a[1] < b[0] for a, b in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Moscow’s Moscow's", ["moscow's", "moscow's"]),
        ("‘taken’ soldiers’", ["taken", "soldiers"]),
        ("café CAFE\u0301", ["cafe", "cafe"]),
        ("6-month-old 2,000", ["6", "month", "old", "2", "000"]),
        ("St. Peter[s]burg", ["st", "peter", "s", "burg"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
    ],
)
def test_word_keys(text, keys):
    assert [w.key for w in words(text)] == keys


@pytest.mark.parametrize(
    "parts",
    [
        ["Izium lies 73 kilometers (45 miles) north.", "It fell."],
        ["Its branches will be in St. Peter[s]burg till then, he said.", "Next."],
        ["“Stop!” he shouted."],
        ["“Faster, keep running!” Yermak wrote later.", "He smiled."],
        ["“Why?” Yermak left the town."[:6], "Yermak left the town."],
        ["The No. 5 reactor is off.", "Sec. Blinken and Gov. Smith met Lt. Jones."],
        ["The army fled…", "The city stood."],
        ["Russia is retreating… the fighting is near."],
        ["The war continues.", "Ukraine won."],
        ["He said no.", "Then he left."],
        ["The U.S. Army came.", "It left."],
    ],
)
def test_sentence_boundaries(parts):
    glued = "continues." in parts[0]
    text = ("" if glued else " ").join(parts)
    assert [text[a:b] for a, b in split_sentences(text)] == parts


def test_the_five_articles_have_the_kinds_a_reader_sees(cleaned):
    counts = cleaned.sentences.assign(a=cleaned.sentences["article_id"].str[:3]).groupby(["a", "kind"]).size()
    table = counts.unstack("kind", fill_value=0).reindex(columns=KINDS, fill_value=0)
    assert table.to_dict("index") == {
        "000": {"headline": 0, "dateline": 0, "heading": 0, "body": 33, "caption": 0, "credit": 0},
        "001": {"headline": 1, "dateline": 1, "heading": 2, "body": 39, "caption": 4, "credit": 0},
        "002": {"headline": 0, "dateline": 0, "heading": 2, "body": 25, "caption": 0, "credit": 0},
        "003": {"headline": 0, "dateline": 0, "heading": 3, "body": 37, "caption": 0, "credit": 0},
        "004": {"headline": 1, "dateline": 1, "heading": 0, "body": 36, "caption": 0, "credit": 1},
    }


def test_a_quotation_over_two_sentences_counts_in_both():
    text = "“A few days ago troops had entered. Today we raised the flag,” she said."
    assert [s.quoted_words for s in sentences(text)] == [7, 5]


def test_mixed_and_missing_marks():
    text = '“To save lives, we leave," he said.\n\n“We go\n\nThe soldiers’ ‘plan’ failed.'
    assert [text[a:b] for a, b in quotations(text)] == ["To save lives, we leave,", "We go", "plan"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He is 6\' 2" tall. The mayor said no. "We go," he said.', ["We go,"]),
        ('"We go\' he said. Lehman fell. "Yes," he said.', ["We go' he said.", "Yes,"]),
        ("“We go. Now we stay.\n\n“And more,” he said.", ["We go. Now we stay.", "And more,"]),
        ("“We go. Now we stay.\n\nHe left.", ["We go."]),
        ('("Quoted") he said "x"', ["Quoted", "x"]),
        ("“We go. ”he said. It rained.", ["We go. "]),
        ("``We go. Now.\n\n``We stay,'' he said.", ["We go. Now.", "We stay,"]),
    ],
)
def test_a_quotation_that_is_not_closed_does_not_swallow_what_follows(text, quoted):
    assert [text[a:b] for a, b in quotations(text)] == quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("``We don't go,'' he said. It rained.", ["We don't go,"]),
        ("''We don't go,'' he said. It rained.", ["We don't go,"]),
        ("Det regnar. ”Vi går nu”, sade han.", ["Vi går nu"]),
        ("Det regnar. »Vi går nu», sade han.", ["Vi går nu"]),
        ("Es regnet. »Wir gehen«, sagte er. »Ja.«", ["Wir gehen", "Ja."]),
        ("Es regnet. ‚Wir gehen‘, sagte er.", ["Wir gehen"]),
        ("Il pleut. ‹Nous partons›, dit-il.", ["Nous partons"]),
        ("‟We go,” he said, ‛at last.’", ["We go,", "at last."]),
        ('他说"我们走"，然后走了。', ["我们走"]),
        ("他说：＂我们走。＂他走了。", ["我们走。"]),
        (
            "\u05d0\u05de\u05e8 \u05f4\u05d0\u05e0\u05d7\u05e0\u05d5\u05f4 \u05e6\u05d4\u05f4\u05dc",
            ["\u05d0\u05e0\u05d7\u05e0\u05d5"],
        ),
        ("It is 5'' long, the boys'' books ‘fell.", []),
    ],
)
def test_marks_of_many_kinds(text, quoted):
    assert [text[a:b] for a, b in quotations(text)] == quoted


def test_hard_wrapped_text_is_not_cut_at_line_ends():
    lines = [
        "Exxon Mobil offered",
        "to pay a fine and give up",
        "some leases to the",
        "state of Alaska after a",
        "dispute.",
    ]
    text = "\n".join(lines)
    assert is_wrapped(text)
    assert [(s.start, s.end) for s in sentences(text)] == [(0, len(text))]


def test_kinds_of_lines():
    assert is_credit("(Reporting by Reuters reporters; Writing by Peter Graff)")
    assert is_credit("By Jane O’Doe and John Smith")
    assert not is_credit("By Monday the army had left.")
    assert not is_credit("Reporting was hard in Izium.")
    assert is_caption("Troops in this handout picture released September 10, 2022.")
    assert not is_caption("Yermak posted a photo of troops on its outskirts.")


def test_a_poll_of_an_agency_and_an_article_in_one_paragraph_are_no_captions():
    poll = "The Reuters/University of Michigan index of consumer sentiment fell to 84.1."
    assert not is_caption(poll)
    assert is_caption("Smoke rises over Izium. REUTERS/Gleb Garanich")
    story = " ".join(["The index fell again, a file photo of the trading floor said nothing."] * 12)
    assert [kind for _, _, kind in paragraph_kinds(f"Shares fall\n\n{story}\n\n{poll}")] == ["headline", "body", "body"]
    assert is_heading("‘RUSSIA IS RETREATING’")
    assert is_heading("Russia is pulling back!")
    assert not is_heading("In a video message published on Telegram, Ganchev said:")
    assert dateline_end("WASHINGTON, Sept 10 (Reuters) - The army said") == len("WASHINGTON, Sept 10 (Reuters) -")
    assert dateline_end("Moscow abandoned its bastion – and fled") == 0
    assert dateline_end("The EU – a union – said") == 0


@given(
    st.text(
        alphabet=st.one_of(
            st.characters(max_codepoint=0x2FF), st.sampled_from("'’ʼ＇\u0301\u200b\u00ad军かア日ا2½ﬁ \n")
        )
    )
)
def test_the_fast_way_to_words_is_the_pattern_itself(text):
    spans = [(m.start() + a, m.start() + b) for m in _WORD.finditer(text) for a, b in _inner_spans(m.group())]
    assert [(w.start, w.end) for w in words(text)] == spans
    assert word_keys(text) == [word_key(text[a:b]) for a, b in spans]
