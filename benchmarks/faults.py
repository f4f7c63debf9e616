"""Kill runs at random moments, fill disks: is every table whole and right, and does the next run complete?

Each trial starts a run on three short articles, kills its process group with SIGKILL at a moment drawn uniformly from
half the time an undisturbed run takes (kernels have a group of their own and outlive it), and compares every table
that is there with that of an undisturbed run. The next trial runs the same command on the same output at once, so
kills fall on every step; it must not be refused and must reuse every step that was told to be finished. When a run is
done (fault: none) all its tables are compared, and the next begins from nothing. Where `steps_reused` is empty the next
run was killed before it told of a step, and `next_run_ok` says only that it was not refused.

With root, a run is also given disks (tmpfs) that are too small.

    python benchmarks/faults.py --out benchmarks/results
"""

import argparse
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from helpers import tables
from helpers.errors import HelpersError

SHARED = "The regional chief of police said officers moved in the previous day and checked who lived there."
ARTICLES = {
    "first": f"Bike lanes opened in Oslo on Monday, and nobody came. {SHARED}",
    "second": f"{SHARED} An otter was seen near the bakery by the river at noon.",
    "third": "The mill on the hill was sold at auction in spring, and its new owner means to grind rye again.",
}
KILOBYTES = (4, 40, 100, 200)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="no trial is begun after this time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), options.trials, options.seed, time.monotonic() + 60 * options.minutes)
    frame = pd.DataFrame(rows)
    frame.insert(0, "date", datetime.now(UTC).strftime("%Y-%m-%d"))
    options.out.mkdir(parents=True, exist_ok=True)
    frame.to_csv(options.out / "faults.csv", index=False, lineterminator="\n")
    print(frame.to_string(index=False))
    if not frame[["all_valid", "equal_bytes", "next_run_ok"]].all(axis=None):
        sys.exit(1)


def measure(folder: Path, trials: int, seed: int, deadline: float) -> list[dict[str, object]]:
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / f"{name}.txt").write_text(text)
    begun = time.monotonic()
    done, said = finished(start(corpus, folder / "reference"))
    assert done == 0, said
    takes = time.monotonic() - begun
    print(f"an undisturbed run takes {takes:.1f} s", file=sys.stderr)
    expected = contents(folder / "reference")
    rng = random.Random(seed)
    moments = [rng.uniform(0, takes / 2) for _ in range(trials)]
    rows = kill(corpus, folder / "killed", moments, expected, deadline)
    for kilobytes in KILOBYTES if can_mount() else ():
        if time.monotonic() < deadline:
            rows.append(fill(corpus, folder / f"disk-{kilobytes}", kilobytes, expected))
            print(rows[-1], file=sys.stderr)
    return rows


def start(corpus: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "helpers", "run", str(corpus), "--out", str(out)]
    environment = {**os.environ, "TQDM_DISABLE": "1"}
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    said = process.communicate(timeout=600)[0]
    return process.returncode, said


def kill(
    corpus: Path, base: Path, moments: list[float], expected: dict[str, bytes], deadline: float
) -> list[dict[str, object]]:
    """Kill runs on one output one after the other; when one is done before it is killed, begin anew elsewhere."""
    rows: list[dict[str, object]] = []
    out, told = base / "0", 0
    for moment in [*moments, None]:
        last = moment is None or time.monotonic() > deadline
        process = start(corpus, out)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=None if last else moment)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code, said = finished(process)
        steps, reused = len(re.findall(r"^\[\d", said, flags=re.M)), said.count("reused")
        fine = code in (0, -signal.SIGKILL) and (not steps or reused >= told)
        if rows and "next_run_ok" not in rows[-1]:
            rows[-1].update(steps_reused=reused if steps else None, next_run_ok=fine)
        row = {"fault": "SIGKILL", "moment_s": moment and round(moment, 2), "steps_told": steps, **state(out, expected)}
        told = max(told, steps)
        if code == 0:
            whole = contents(out) == expected and (out / "reports" / "index.html").is_file()
            row.update(
                fault="none", moment_s=None, next_run_ok=whole and not list(out.rglob(".*")), steps_reused=reused
            )
            out, told = base / str(len(rows) + 1), 0
        rows.append(row)
        print(row, file=sys.stderr)
        if last:
            break
    return rows


def fill(corpus: Path, disk: Path, kilobytes: int, expected: dict[str, bytes]) -> dict[str, object]:
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", disk], check=True)
    try:
        code, said = finished(start(corpus, disk / "out"))
        told = said.strip().splitlines()[-1]
        honest = code == 2 and "no room for" in told and "Traceback" not in said
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        row = judge(corpus, disk / "out", said, expected)
        row["next_run_ok"] = bool(row["next_run_ok"]) and honest
        return {"fault": f"disk of {kilobytes} kB", "moment_s": None, **row}
    finally:
        subprocess.run(["umount", disk], check=True)


def can_mount() -> bool:
    """Whether disks can be made here; if not, that part is left out and said to be."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return True
    print("full disks are left out: only root can mount them", file=sys.stderr)
    return False


def judge(corpus: Path, out: Path, said: str, expected: dict[str, bytes]) -> dict[str, object]:
    """What a full disk has left, and how the next run does when there is room."""
    left, steps = state(out, expected), len(re.findall(r"^\[\d", said, flags=re.M))
    code, again = finished(start(corpus, out))
    reused = again.count("reused")
    complete = code == 0 and contents(out) == expected and not list(out.rglob(".*"))
    return {"steps_told": steps, **left, "steps_reused": reused, "next_run_ok": complete and reused >= steps}


def state(out: Path, expected: dict[str, bytes]) -> dict[str, object]:
    """How many tables there are, whether all can be read, and whether they are those of an undisturbed run."""
    left = contents(out)
    return {
        "tables": len(left),
        "all_valid": all(is_valid(name, out) for name in left),
        "equal_bytes": all(expected[name] == data for name, data in left.items()),
    }


def contents(out: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted((out / "processed").glob("*.parquet"))}


def is_valid(name: str, out: Path) -> bool:
    try:
        tables.read(name, out / "processed")
    except HelpersError as error:
        print(error, file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    main()
