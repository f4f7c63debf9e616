"""Progress: what a terminal is shown, and where nothing is."""

import io
import os
import pty
import select
import termios

import pytest

from helpers import progress


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)


def read_until(terminal: int, wanted: bytes) -> str:
    """What came out of a terminal or pipe until `wanted` stood there; it comes in as many pieces as it likes."""
    shown = b""
    while wanted not in shown and select.select([terminal], [], [], 10)[0]:
        shown += os.read(terminal, 10_000)
    return shown.decode()


def test_a_kernel_shows_its_stage_in_the_terminal_of_the_run(impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 100))
    monkeypatch.setenv(progress.STATIC, "1")
    monkeypatch.setenv(progress.TERMINAL, str(theirs))
    assert list(progress.track(range(3), "aligning", 3)) == [0, 1, 2]
    shown = read_until(ours, b"0/3")
    os.close(theirs)
    os.close(ours)
    assert "aligning" in shown
    assert "0/3" in shown


def test_a_terminal_without_a_size_and_a_log_get_lines(impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "BETWEEN_LINES", 0.0)
    for ours, theirs in (pty.openpty(), os.pipe()):
        monkeypatch.setenv(progress.TERMINAL, str(theirs))
        assert list(progress.track(range(3), "aligning", 3)) == [0, 1, 2]
        lines = read_until(ours, b"3/3").splitlines()
        os.close(theirs)
        os.close(ours)
        assert [line.split("|")[-1].split()[0] for line in lines] == ["0/3", "1/3", "2/3", "3/3"]
        assert all(line.startswith("aligning:") for line in lines)


@pytest.mark.parametrize("number", ["", "99999", "x"])
def test_without_a_terminal_a_run_shows_nothing(
    impatient: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], number: str
) -> None:
    monkeypatch.setenv(progress.STATIC, "1")
    monkeypatch.setenv(progress.TERMINAL, number)
    assert list(progress.track("ab", "cleaning", 2)) == ["a", "b"]
    assert capfd.readouterr().err == ""


def test_a_cell_shows_the_rate(impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(progress.STATIC, raising=False)
    monkeypatch.setattr("sys.stderr", shown := io.StringIO())
    with progress.bar("comparing", 4, "step") as bar:
        bar.update(1)
        bar.refresh()
    assert "comparing" in shown.getvalue()
    assert "1/4" in shown.getvalue()


def test_a_program_shows_lines_in_its_log(impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(progress.STATIC, raising=False)
    monkeypatch.setattr(progress, "BETWEEN_LINES", 0.0)
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "w") as log:
        monkeypatch.setattr("sys.stderr", log)
        monkeypatch.setattr("sys.__stderr__", log)
        assert list(progress.track(range(2), "pages", 2)) == [0, 1]
    assert [line.split("|")[-1].split()[0] for line in read_until(ours, b"2/2").splitlines()] == ["0/2", "1/2", "2/2"]
    os.close(ours)
