"""Tables: schema checked both ways, atomic, same bytes, safe in a spreadsheet."""

from pathlib import Path

import pandas as pd
import pytest

from helpers import passages, tables
from helpers.errors import TableError

SIMILARITY = pd.DataFrame(
    {
        "article_id": ["b", "a"],
        "other_id": ["a", "b"],
        "cosine_words": [0.5, 0.5],
        "cosine_chars": [0.25, 0.25],
    }
)


def test_round_trip_sorts_by_key_and_same_rows_give_same_bytes(tmp_path):
    first = tables.write(SIMILARITY, "similarity", tmp_path / "one").read_bytes()
    second = tables.write(SIMILARITY.iloc[::-1], "similarity", tmp_path / "two").read_bytes()
    assert first == second
    assert tables.read("similarity", tmp_path / "one")["article_id"].tolist() == ["a", "b"]


def test_a_table_put_together_from_parts_gives_the_same_bytes(tmp_path):
    names = [f"{number:060d}" for number in range(40_000)]  # more than fits into a page of the file
    table = pd.DataFrame({"article_id": names, "other_id": names[::-1], "cosine_words": 0.5, "cosine_chars": 0.5})
    parts = pd.concat([table[:1300], table[1300:]], ignore_index=True)
    whole, joined = (tables.write(rows, "similarity", tmp_path).read_bytes() for rows in (table, parts))
    assert whole == joined


@pytest.mark.parametrize("n", [0, 5, 6, 13])
def test_pieces_are_written_like_the_whole(tmp_path, monkeypatch, n):
    monkeypatch.setattr(tables, "ROWS", 6)
    names = [f"{number:03d}" for number in range(n)]
    table = pd.DataFrame({"article_id": names, "other_id": names[::-1], "cosine_words": 0.5, "cosine_chars": 0.5})
    table = table.astype({"article_id": "str", "other_id": "str", "cosine_words": "float64", "cosine_chars": "float64"})
    written = tables.write(table[::-1], "similarity", tmp_path)
    tables.write_arrow([tables.conform(table, "similarity")], "similarity", tmp_path / "whole.parquet")
    assert written.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    categories = table.assign(article_id=pd.Categorical(table["article_id"], names, ordered=True))
    assert tables.write(categories, "similarity", tmp_path / "compact").read_bytes() == written.read_bytes()
    pd.testing.assert_frame_equal(tables.read("similarity", tmp_path), table)


def test_categories_without_an_order_are_sorted_like_texts(tmp_path):
    first = tables.write(SIMILARITY, "similarity", tmp_path / "one").read_bytes()
    names = pd.Categorical(SIMILARITY["article_id"], ["a", "b"])
    assert tables.write(SIMILARITY.assign(article_id=names), "similarity", tmp_path / "two").read_bytes() == first


def test_a_wrong_value_is_named_by_its_row_in_the_whole_table(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 1)
    with pytest.raises(TableError, match="cosine_words is null in row 1"):
        tables.write(SIMILARITY.assign(cosine_words=[None, 0.1]), "similarity", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda t: t.drop(columns="other_id"), "missing columns"),
        (lambda t: t.assign(extra=1), "unknown columns"),
        (lambda t: t.assign(cosine_words=1.5), r"outside \[0, 1\]"),
        (lambda t: t.assign(cosine_words=[0.1, None]), "null"),
        (lambda t: t.assign(article_id="a", other_id="b"), "repeats"),
        (lambda t: t.assign(cosine_words="high"), "similarity"),
        (lambda t: t.assign(article_id=pd.Series([None, "a"], dtype="object")), "article_id is null"),
    ],
)
def test_a_wrong_table_is_refused_and_nothing_is_written(tmp_path, change, complaint):
    with pytest.raises(TableError, match=complaint):
        tables.write(change(SIMILARITY), "similarity", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_table_names_the_notebook_to_run(tmp_path):
    with pytest.raises(TableError, match="run notebook 02_similarity first"):
        tables.read("similarity", tmp_path)


def test_a_table_that_is_none_names_those_there_are(tmp_path):
    with pytest.raises(TableError, match=r"no table 'copied'; there are: .*copying"):
        tables.read("copied", tmp_path)


def test_a_damaged_file_names_the_notebook_to_run_again(tmp_path):
    (tmp_path / "similarity.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(TableError, match="02_similarity again"):
        tables.read("similarity", tmp_path)


def test_a_failing_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), tables.atomic(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_a_spreadsheet_runs_nothing(tmp_path):
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "plain"]
    tables.write_csv(pd.DataFrame({"text": hostile, "n": range(7)}), tmp_path / "t.csv")
    back = pd.read_csv(tmp_path / "t.csv")["text"].tolist()
    assert [b[0] for b in back[:6]] == ["'"] * 6
    assert back[6] == "plain"


def test_an_empty_passages_table_is_valid(tmp_path):
    tables.write(passages.no_rows(), "passages", tmp_path)
    assert tables.read("passages", tmp_path).empty


def test_the_data_dictionary_is_the_schemas():
    page = (Path(__file__).parents[1] / "data" / "processed" / "README.md").read_text()
    assert tables.dictionary() in page, (
        "renew it: python -c 'from helpers.tables import dictionary; print(dictionary())'"
    )
