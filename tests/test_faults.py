"""A run that is killed, stopped or has nowhere to write: nothing half-written, one sentence, the next completes."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from conftest import finished, started, tables_of, wait_until
from helpers import notebooks, steps, tables
from helpers.errors import OutputError, RunError
from helpers.kernels import Kernels
from helpers.output import FULL, alone, atomic
from helpers.record import Inputs, Run

SHARED = "The regional chief of police said officers moved in the previous day and checked who lived there."
ARTICLES = {
    "first": f"Bike lanes opened in Oslo on Monday, and nobody came. {SHARED}",
    "second": f"{SHARED} An otter was seen near the bakery by the river at noon.",
}
STEPS = list(notebooks.corpus_notebooks())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return written(tmp_path_factory.mktemp("corpus"))


def written(folder):
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def kernels(pid):
    """Process ids of the children of a process, by way of /proc."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return [int(child) for child in children.read().split()]
    except FileNotFoundError:
        return []


def open_files(pid):
    return [os.path.realpath(entry.path) for entry in os.scandir(f"/proc/{pid}/fd")]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="children are found by way of /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_ends_its_kernels_and_says_what_to_do(corpus, tmp_path, number, code):
    process = started(
        "run", corpus, "--out", tmp_path / "out", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    )
    wait_until(lambda: len(kernels(process.pid)) == 2, process)
    at_work_and_next = kernels(process.pid)
    for kernel in at_work_and_next:
        assert str(tmp_path / "out" / "reports" / ".running") in open_files(kernel)
    process.send_signal(number)
    begun = time.monotonic()
    done = finished(process)
    assert time.monotonic() - begun < 20
    assert done.returncode == code
    told = "source-overlap: stopped during 01_cleaning: run the same command again, finished steps are kept\n"
    assert done.stderr == told
    wait_until(lambda: not any(map(is_alive, at_work_and_next)))  # one that was being started notices by itself
    assert [p.name for p in (tmp_path / "out").rglob("*") if p.is_file() and p.name != "run.json"] == []


@pytest.mark.parametrize("most_bytes", [100, 4_000])
def test_a_full_disk_gets_one_sentence_and_leaves_nothing_half_written(corpus, tmp_path, most_bytes):
    """A limit on the size of files stands for the disk; it binds kernels too. The larger lets a notebook begin."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    done = finished(started("run", corpus, "--out", tmp_path / "out", preexec_fn=limit))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "no room for" in done.stderr
    assert str(tmp_path / "out") in done.stderr or "a temporary file" in done.stderr
    assert "free some space" in done.stderr
    left = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert [path.name for path in left if path.name.startswith(".")] == []
    assert len(tables_of(tmp_path / "out")) < len(tables.TABLES)


def test_an_output_below_a_file_gets_one_sentence(corpus, tmp_path):
    (tmp_path / "file").write_text("")
    done = finished(started("run", corpus, "--out", tmp_path / "file" / "out"))
    assert done.returncode == 2
    assert "a file stands where a folder is needed" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_gets_one_sentence(corpus, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    done = finished(started("run", corpus, "--out", tmp_path / "locked" / "out"))
    assert done.returncode == 2
    assert "cannot be written (Permission denied)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", sorted(FULL))
def test_a_file_that_cannot_be_finished_is_not_begun(tmp_path, number):
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(OutputError, match=r"no room for .*a\.csv"), atomic(path) as temporary:
        temporary.write_text("ne")
        raise OSError(number, os.strerror(number))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_cell_that_finds_the_disk_full_is_told_in_a_sentence():
    told = notebooks._told("OSError", "[Errno 28] No space left on device: '/tmp/x'")
    assert told.startswith("no room for a temporary file")
    assert notebooks._told("OutputError", "no room for x") == "no room for x"
    assert notebooks._told("KeyError", "[Errno 28] x") is None


def test_a_cell_that_fails_unforeseen_leaves_the_notebook_and_names_it(tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in ("print(1 + 1)", "{}['lost']")])
    nbformat.write(book, tmp_path / "01_made.ipynb")
    target = tmp_path / "out" / "01_made.ipynb"
    with pytest.raises(RunError) as told, Kernels() as started:
        notebooks.execute(tmp_path / "01_made.ipynb", target, {}, started)
    left = nbformat.read(tmp_path / "out" / "01_made.failed.ipynb", 4)
    assert str(told.value).startswith("01_made: KeyError: 'lost'")
    assert "01_made.failed.ipynb" in str(told.value)
    assert [cell["outputs"][0]["output_type"] for cell in left.cells if cell.cell_type == "code"] == ["stream", "error"]
    assert not target.exists()


def holder(path):
    """A process that holds a lock, as the kernel of a killed run does, until its standard input ends."""
    code = "import fcntl, sys; lock = open(sys.argv[1], 'a'); fcntl.flock(lock, 2); print(flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_a_run_waits_for_the_kernel_of_a_killed_one(tmp_path, monkeypatch):
    lock = tmp_path / ".running"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock.write_text(str(gone.pid))
    kernel = holder(lock)
    monkeypatch.setattr("time.sleep", lambda _: kernel.communicate())
    with alone(tmp_path):
        assert lock.read_text() == str(os.getpid())
        assert kernel.returncode == 0
    assert not lock.exists()


def test_a_run_does_not_wait_for_another(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("waits"))
    (tmp_path / ".running").write_text(str(os.getpid()))
    kernel = holder(tmp_path / ".running")
    with pytest.raises(RunError, match="another run is writing to"), alone(tmp_path):
        pass
    kernel.communicate()


def test_the_kernel_of_a_killed_run_keeps_the_place_until_it_ends(tmp_path, monkeypatch):
    code = """if True:
        import os, pathlib, subprocess, sys
        from helpers.output import alone
        with alone(pathlib.Path(sys.argv[1])) as lock:
            subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=(lock,))
            os.kill(os.getpid(), 9)
    """
    run = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert run.wait() == -signal.SIGKILL
    waited = []
    monkeypatch.setattr("time.sleep", lambda _: waited.append(run.stdin.close()))
    with alone(tmp_path):
        assert waited


def key_list(corpus, default=False, **parameters):
    values = {stem: {"raw_dir": str(corpus), **parameters.get(stem[3:], {})} for stem in STEPS}
    return list(steps.keys(values, Inputs.of(corpus), default).values())


def same(one, two):
    """How many keys from the first on are the same; none is the same after one that is not."""
    equal = [a == b for a, b in zip(one, two, strict=True)]
    assert equal == sorted(equal, reverse=True)
    return sum(equal)


def test_a_key_changes_from_the_step_on_that_something_matters_to(tmp_path, monkeypatch):
    corpus = written(tmp_path)
    before = key_list(corpus)
    assert key_list(corpus) == before
    assert same(before, key_list(corpus, overlap={"x": 1})) == 3
    assert same(before, key_list(corpus, copying={"examples": 1})) == 4
    assert same(before, key_list(corpus, default=True)) < len(STEPS)
    (corpus / "first.txt").write_text("other")
    assert same(before, key_list(corpus)) == 0
    written(corpus)
    assert key_list(corpus) == before
    (corpus / "first.txt").rename(corpus / "zero.txt")
    assert same(before, key_list(corpus)) == 0
    (corpus / "zero.txt").rename(corpus / "first.txt")
    monkeypatch.setattr(steps, "version", lambda name: "0")
    assert same(before, key_list(corpus)) == 0


def test_a_key_changes_with_the_code_of_the_package_and_of_a_notebook(corpus, tmp_path, monkeypatch):
    before = key_list(corpus)
    books = tmp_path / "notebooks"
    books.mkdir()
    for stem in STEPS:
        book = json.loads((notebooks.NOTEBOOKS / f"{stem}.ipynb").read_text())
        if stem.startswith("03"):
            book["cells"].append({"cell_type": "code", "source": ["1"], "metadata": {}})
        (books / f"{stem}.ipynb").write_text(json.dumps(book))
    with monkeypatch.context() as changed:
        changed.setattr(steps, "NOTEBOOKS", books)
        assert same(before, key_list(corpus)) == 2
    (tmp_path / "code.py").write_text("")
    monkeypatch.setattr(steps, "PACKAGE", tmp_path)
    assert same(before, key_list(corpus)) == 0


@pytest.fixture
def place(tmp_path):
    """A place where two steps are finished, each with a table."""
    here = Run("x", tmp_path / "raw", tmp_path / "processed", tmp_path / "reports")
    for folder in ("figures", "notebooks"):
        (here.reports / folder).mkdir(parents=True)
    here.processed.mkdir()
    known = steps.Steps(here)
    for stem, name in (("one", "articles"), ("two", "similarity")):
        (here.processed / f"{name}.parquet").write_text(stem)
        known.finish(stem, stem)
    return here


def valid(here, **keys):
    known = steps.Steps(here)
    known.keep_valid(keys)
    known.clear()
    return list(known.finished), {path.stem for path in here.processed.iterdir()}


def test_steps_are_reused_as_long_as_nothing_changed(place):
    assert valid(place, one="one", two="two") == (["one", "two"], {"articles", "similarity"})
    assert valid(place, one="one", two="other") == (["one"], {"articles"})


@pytest.mark.parametrize("harm", [lambda p: p.write_text("x"), lambda p: p.unlink()])
def test_a_step_whose_file_is_changed_or_gone_is_redone_with_all_after_it(place, harm):
    harm(place.processed / "articles.parquet")
    assert valid(place, one="one", two="two") == ([], set())


@pytest.mark.parametrize("record", ["", "[]", '{"one": 1}', '{"one": {"key": "one"}}', '{"one": null}'])
def test_a_record_of_steps_that_cannot_be_read_counts_as_none(place, record):
    (place.reports / "steps.json").write_text(record)
    assert valid(place, one="one", two="two") == ([], set())


def test_what_a_killed_run_began_is_taken_away_and_what_is_not_ours_is_left(place):
    begun, stale = place.reports / "figures" / ".part-x.png", place.reports / "figures" / "outlets.png"
    mine = place.reports / "notes.txt"
    for path in (begun, stale, mine):
        path.write_text("x")
    assert valid(place, one="one", two="two")[0] == ["one", "two"]
    assert [path.exists() for path in (begun, stale, mine)] == [False, False, True]


def test_articles_that_change_while_they_are_read_are_noticed(tmp_path):
    inputs = Inputs.of(written(tmp_path))
    inputs.check_unchanged(tmp_path)
    (tmp_path / "third.txt").write_text("new")
    with pytest.raises(RunError, match=r"third\.txt was changed while the run read it"):
        inputs.check_unchanged(tmp_path)


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="processes are found by way of /proc")
def test_a_worker_ends_with_the_process_that_started_it():
    code = """if True:
        import multiprocessing, os, sys
        from helpers.passages import _start_worker
        def work(pipe):
            _start_worker({})
            pipe.send(os.getpid())
            pipe.recv()  # never comes: we hold the other end ourselves
        if __name__ == "__main__":
            context = multiprocessing.get_context("fork")
            here, there = context.Pipe()
            context.Process(target=work, args=(there,)).start()
            print(here.recv(), flush=True)
            os.kill(os.getpid(), 9)
    """
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    worker = int(process.stdout.readline())
    assert process.wait() == -signal.SIGKILL
    wait_until(lambda: not is_alive(worker))
