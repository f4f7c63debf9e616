"""The benchmark beside other packages: peers that claim exact shares are held to plain Python sets."""

import importlib.util
import json
import random
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from peaks import forget_peak, own_peak
from peer_methods import LEAST_SHARE, PEERS, Pairs
from peers import judged, plain_pairs

EXACT = [name for name, peer in PEERS.items() if peer.exact]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Articles of 4 to 120 words, half of them with words of another."""
    rng = random.Random(5)
    made: list[str] = []
    for _ in range(120):
        words = [f"word{rng.randrange(5000)}" for _ in range(rng.randint(4, 120))]
        if made and rng.random() < 0.5:
            source = rng.choice(made).split()
            first = rng.randrange(len(source))
            words[rng.randrange(len(words)) :] = source[first : first + rng.randint(5, 40)]
        made.append(" ".join(words))
    return made


@pytest.mark.parametrize("name", EXACT)
def test_exact_peers_find_what_plain_sets_find(name: str, texts: list[str], tmp_path: Path) -> None:
    if PEERS[name].package and not importlib.util.find_spec(PEERS[name].package):
        pytest.skip(f"{name} is not installed")
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(texts), encoding="utf-8")
    found = PEERS[name].work(texts, 1)
    pairs = set(zip(found.articles.tolist(), found.others.tolist(), strict=True))
    assert len(pairs) == len(found.articles) > 20
    assert pairs == plain_pairs(path, list(range(len(texts))))
    assert found.scores.min() >= LEAST_SHARE


def test_recall_and_precision_are_those_of_the_best_cut() -> None:
    true = Pairs(np.array([0, 0, 1]), np.array([1, 2, 5]), np.ones(3))
    found = Pairs(np.array([0, 3, 0, 3]), np.array([1, 4, 2, 5]), np.array([0.9, 0.1, 0.8, 0.8]))
    uncut = judged(found, true, exact=True)
    assert (uncut["pairs"], uncut["recall"], uncut["precision"]) == (4, pytest.approx(2 / 3), 0.5)
    best = judged(found, true, exact=False)
    assert (best["pairs"], best["cut"], best["recall_uncut"]) == (3, 0.8, pytest.approx(2 / 3))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the system cannot forget a peak")
def test_a_peak_is_forgotten() -> None:
    big = np.ones(50_000_000)
    high = own_peak()
    del big
    forget_peak()
    assert own_peak() < high - 0.3
