"""Edits compose: raw -> middle -> clean in one log."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.edits import Edit, apply, compose

TEXTS = st.text("ab\n鈥é", max_size=24)


@st.composite
def edits_for(draw, text, rule):
    """Sorted, non-overlapping edits of a text."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    spans = [s for i, s in enumerate(spans) if i == 0 or s != spans[i - 1]]
    return [Edit(a, b, text[a:b], draw(st.text("XY", max_size=2)), rule) for a, b in spans]


@settings(max_examples=500)
@given(st.data(), TEXTS)
def test_composed_edits_replay_from_the_raw_text(data, raw):
    first = data.draw(edits_for(raw, "one"))
    middle = apply(raw, first)
    second = data.draw(edits_for(middle, "two"))
    log = compose(first, second, raw)
    assert apply(raw, log) == apply(middle, second)
    assert all(raw[e.start : e.end] == e.before for e in log)
    assert all(a.end <= b.start for a, b in zip(log, log[1:], strict=False))


def test_an_edit_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        apply("Izium", [Edit(0, 1, "X", "", "r")])


def test_a_repair_inside_a_deleted_line_leaves_one_edit_of_the_deleting_rule():
    raw = "read 鈥檚 more"
    log = compose([Edit(5, 7, "鈥檚", "’s", "repair")], [Edit(0, 12, "read ’s more", "", "teaser")], raw)
    assert log == [Edit(0, 12, raw, "", "teaser")]


def test_white_space_around_a_deleted_line_leaves_the_deletion_its_own_row():
    raw = "A\n\ngsg\n\nB"
    log = compose([Edit(3, 6, "gsg", "", "stray")], [Edit(1, 5, "\n\n\n\n", "\n\n", "space")], raw)
    assert [(e.before, e.after, e.rule) for e in log] == [("gsg", "", "stray"), ("\n\n", "", "space")]
