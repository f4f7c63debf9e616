"""The join of candidates, the formulae and the similarity on the workers: the tables of notebook 02.

Every word of every article stands in a run of eight, a run of five and some pairs of content words, each a number
with a place. Rows of one number meet in one partition, a cap on the articles of a number stands before pairs are made
of them, and rows of one pair meet in another: see `helpers.candidates`, whose functions are called here.
"""

from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from helpers import tables
from helpers.candidates import CandidateSettings, CorpusKeys, corpus_keys, formulae
from helpers.candidates.joins import newly_covered, slices, within
from helpers.candidates.keys import Numbers, Places
from helpers.candidates.numbering import Numbered, is_among, word_pairs, word_runs
from helpers.candidates.recurring import Gatherings, Runs, new_values, starts
from helpers.candidates.select import REASONS
from helpers.candidates.sieve import scores
from helpers.comparison import of_candidates
from helpers.errors import CorpusError
from helpers.segmentation import word_spans
from helpers.similarity import word_vectors
from helpers.spark.cleaning import documents, prose
from helpers.spark.store import Batches, Store, buffer, components, gathered, mapped, met, schema_of

PLACE_BITS = 18
"""Of a word's place in its article, and of an article's length; the upper 27 bits of a packed place are the article."""
NUMBERS = 4_000_000
"""Numbers, or meetings, in a partition: some 300 MB while they are sorted."""
BLOCK = 256
"""Pairs that are looked at together, each of their texts made ready once."""
_LENGTH = (1 << PLACE_BITS) - 1
_KIND_BITS = 32
_FORMULA = -1  # instead of a second article: the number of a run that is a formula
TEXT = ("article_id", "language", "text", "own_sentence", "own_start", "own_end", "own_kind")
_PAIR = "article long, other long, share double, other_share double, own_share double, other_own_share double, "
_PAIR += "rare_runs long, word_pairs long, score double, closeness double, strong boolean"


def compare(store: Store, settings: CandidateSettings | None = None) -> None:
    """The tables `candidates`, `formulae` and `similarity`."""
    settings = settings or CandidateSettings()
    words = _words(store)
    n_articles, n_words = words.agg(F.count("*"), F.sum("length")).collect()[0]
    common = _commonest(words, settings.common_words)
    numbers = mapped(words, _numbers, "kind int, number long, place long", common=common, settings=settings)
    parts = store.parts(4 * n_words, NUMBERS)
    numbers = numbers.repartition(parts, "kind", "number")
    found = mapped(numbers, _meetings, "low long, high long, what long", settings=settings)
    meetings = store.keep(found, "meetings")
    pairs = _pairs(store, meetings.where(F.col("high") != _FORMULA), n_articles, settings)
    store.write(pairs.drop("article", "other"), "candidates", pairs.count(), NUMBERS)
    repeated: Any = meetings.where(F.col("high") == _FORMULA).select("low").toPandas()
    frequent = np.sort(repeated["low"].to_numpy(dtype=np.int64).view(np.uint64))
    tables.write(_formulae(store, words, frequent, settings), "formulae", store.processed)
    similar = met(blocks(store), texts(store), _similar, schema_of("similarity"))
    similar = store.keep(similar, "similarity")
    store.write(similar, "similarity", similar.count(), NUMBERS)


def _words(store: Store) -> DataFrame:
    """The key numbers of each article's words.

    Raises:
        CorpusError: an article is too long for its places to be packed.
    """
    found = documents(store).select("article", *TEXT)
    words = store.keep(mapped(found, _keys, "article long, length long, numbers binary"), "words")
    longest = words.agg(F.max("length")).collect()[0][0]
    if longest > _LENGTH:
        raise CorpusError(f"an article has {longest} words, --engine spark takes up to {_LENGTH}: lower max_words")
    return words


def _keys(batches: Batches) -> Batches:
    for batch in batches:
        keys = corpus_keys(prose(batch))
        cut = np.split(keys.numbers, keys.offsets[1:-1])
        yield pd.DataFrame({"article": batch["article"], "length": keys.lengths, "numbers": [*map(buffer, cut)]})


def _corpus(batch: pd.DataFrame) -> CorpusKeys:
    """The words of some articles."""
    cut = [np.frombuffer(own, np.uint64) for own in batch["numbers"]]
    return CorpusKeys(np.concatenate(cut), np.cumsum([0, *map(len, cut)]))


def _commonest(words: DataFrame, n: int) -> Numbers:
    """See `numbering.commonest`."""
    counted = mapped(words, _counts, "number long, n long").groupBy("number").agg(F.sum("n").alias("n"))
    unsigned = F.col("number").bitwiseXOR(F.lit(-(1 << 63)))
    rows = counted.orderBy(F.desc("n"), unsigned).limit(n).collect()
    return np.sort(np.array([row.number for row in rows], np.int64).view(np.uint64))


def _counts(batches: Batches) -> Batches:
    for batch in batches:
        values, counts = np.unique(_corpus(batch).numbers, return_counts=True)
        yield pd.DataFrame({"number": values.view(np.int64), "n": counts})


def _numbers(batches: Batches, common: Numbers, settings: CandidateSettings) -> Batches:
    """A row for every run of words and pair of content words, with its packed place."""
    numberings = word_runs(settings.run_words), word_runs(settings.rare_words), word_pairs(common, settings.reach)
    for batch in batches:
        keys = _corpus(batch)
        articles = batch["article"].to_numpy()
        for kind, numbering in enumerate(numberings):
            for span in keys.ranges():
                found: Numbered = numbering(keys, *span)
                index = keys.articles_at(found.places)
                place = articles[index] << 2 * PLACE_BITS | keys.lengths[index] << PLACE_BITS
                place |= found.places - keys.offsets[index]
                yield pd.DataFrame({"kind": np.int32(kind), "number": found.numbers.view(np.int64), "place": place})


def _meetings(batches: Batches, settings: CandidateSettings) -> Batches:
    """What articles share, from all rows of the same numbers: a record for each pair; and the runs that are formulae.

    A number that stands in too many articles makes no pair: so many articles would make their square.
    """
    rows = gathered(batches)
    if not len(rows):
        return
    columns = [rows[name].to_numpy() for name in ("kind", "number", "place")]
    order = np.lexsort(columns[::-1])
    kinds, numbers, places = (column[order] for column in columns)
    for kind, most in enumerate((settings.joined_articles, settings.rare_articles, settings.pair_articles)):
        some = slice(*np.searchsorted(kinds, [kind, kind + 1]))
        runs, repeated = _runs(numbers[some], places[some])
        if kind == 0:
            yield _records(repeated[runs.spread > settings.formula_articles], _FORMULA, _FORMULA)
        runs = runs.only(runs.spread <= most)
        if kind:
            yield from _encounters(runs.gatherings(), kind + 1)
        else:
            yield from _shared(runs, settings.formula_articles)


def _runs(numbers: Places, places: Places) -> tuple[Runs, Places]:
    """The groups of equal numbers that stand in at least two articles (with their lengths), and these numbers."""
    holders = places >> PLACE_BITS
    begins = np.flatnonzero(new_values(numbers))
    new = new_values(holders, begins)
    sizes = np.diff(np.append(begins, len(numbers)))
    spread = np.add.reduceat(new, begins, dtype=np.int64) if len(begins) else sizes
    return Runs(places, holders, sizes, spread).only(spread > 1), numbers[begins][spread > 1]


def _records(low: Places, high: Places | int, what: Places | int) -> pd.DataFrame:
    return pd.DataFrame({"low": low, "high": high, "what": what}, dtype=np.int64)


def _shared(runs: Runs, formula_articles: int) -> Batches:
    """For each place and each other article of its group: the pair, whose place it is, the place, "formula"."""
    present = runs.gatherings().articles
    firsts = np.repeat(starts(runs.spread), runs.sizes)
    spread = np.repeat(runs.spread, runs.sizes)
    below = (runs.places & _LENGTH) << 1 | (spread > formula_articles)
    for some in slices(spread):
        own = np.repeat(np.arange(some.start, some.stop), spread[some])
        others = present[np.repeat(firsts[some], spread[some]) + within(spread[some])]
        mine = runs.articles[own]
        apart = others != mine
        mine, others, what = mine[apart], others[apart], below[own[apart]]
        what = what | (mine > others).astype(np.int64) << _KIND_BITS
        yield _records(np.minimum(mine, others), np.maximum(mine, others), what)


def _encounters(groups: Gatherings, kind: int) -> Batches:
    """For each two articles of each group: the pair, the articles of the group."""
    present, spread = groups.articles, np.repeat(groups.spread, groups.spread)
    after = np.repeat(np.cumsum(groups.spread), groups.spread) - np.arange(len(present)) - 1
    for some in slices(after):
        own = np.repeat(np.arange(some.start, some.stop), after[some])
        others = present[own + 1 + within(after[some])]
        yield _records(present[own], others, kind << _KIND_BITS | spread[own])


def _pairs(store: Store, meetings: DataFrame, n_articles: int, settings: CandidateSettings) -> DataFrame:
    """The pairs that are aligned: the columns of `candidates`, and the numbers of the articles."""
    parts = store.parts(meetings.count(), NUMBERS)
    found = store.keep(mapped(meetings.repartition(parts, "low", "high"), _merged, _PAIR, settings=settings), "pairs")
    chosen = found.where("strong")
    room = round(settings.per_article * n_articles) - chosen.count()
    for group in _weak(store, found.where(~F.col("strong") & (F.col("score") >= settings.least_score)), settings):
        chosen = chosen.union(group.where(F.col("score") >= _least_score(group, room)))
        room -= group.count()
    more_runs = F.when(F.col("rare_runs") > F.col("word_pairs"), REASONS[1]).otherwise(REASONS[2])
    chosen = chosen.withColumn("reason", F.when(F.col("strong"), REASONS[0]).otherwise(more_runs))
    names = documents(store).select("article", "article_id")
    others = names.select(F.col("article").alias("other"), F.col("article_id").alias("other_id"))
    chosen = chosen.drop("strong", "closeness").join(names, "article").join(others, "other")
    return store.keep(chosen, "chosen")


def _weak(store: Store, weak: DataFrame, settings: CandidateSettings) -> tuple[DataFrame, DataFrame]:
    """Pairs that are among the nearest of either article (see `sieve.nearest`), and the others."""
    ends = weak.select(F.explode(F.array("article", "other")).alias("end"), "article", "other", "closeness")
    order = Window.partitionBy("end").orderBy(F.desc("closeness"))
    near = ends.withColumn("rank", F.rank().over(order)).where(F.col("rank") <= settings.nearest)
    near = near.select("article", "other").distinct().withColumn("near", F.lit(True))
    told = store.keep(weak.join(near, ["article", "other"], "left").select(*weak.columns, "near"), "weak")
    return told.where("near").drop("near"), told.where(F.col("near").isNull()).drop("near")


def _merged(batches: Batches, settings: CandidateSettings) -> Batches:
    """What each pair shares in all, from all its records (see `select._merged`)."""
    rows = gathered(batches)
    if not len(rows):
        return
    columns = [rows[name].to_numpy() for name in ("low", "high", "what")]
    order = np.lexsort(columns[::-1])
    low, high, what = (column[order] for column in columns)
    new = new_values(low) | new_values(high)
    pair, kind, rest = np.cumsum(new) - 1, what >> _KIND_BITS, what & ((1 << _KIND_BITS) - 1)
    low, high = low[new], high[new]
    lengths = low & _LENGTH, high & _LENGTH
    words, own = [], []
    for side in (0, 1):
        mine, plain = kind == side, (kind == side) & (rest & 1 == 0)
        words.append(_covered(pair[mine], rest[mine] >> 1, settings.run_words, len(low)) / lengths[side])
        own.append(_covered(pair[plain], rest[plain] >> 1, settings.run_words, len(low)) / lengths[side])
    counts, rarities = zip(
        *(_rarity(pair[kind == what], rest[kind == what], settings, len(low)) for what in (2, 3)), strict=True
    )
    strong = np.maximum(*own) >= settings.least_share
    strong |= np.maximum(*words) >= 2 * settings.least_share
    score, closeness = scores(rarities[0], rarities[1], lengths[0], lengths[1])
    table = {"article": low >> PLACE_BITS, "other": high >> PLACE_BITS, "share": words[0], "other_share": words[1]}
    table |= {"own_share": own[0], "other_own_share": own[1], "rare_runs": counts[0], "word_pairs": counts[1]}
    table |= {"score": score, "closeness": closeness, "strong": strong}
    yield pd.DataFrame(table)[strong | (counts[0] > 0) | (counts[1] > 0)]


def _covered(pairs: Places, places: Places, n: int, n_pairs: int) -> Places:
    """Words of each pair under runs of `n` words at these places."""
    return np.bincount(pairs, newly_covered(places, new_values(pairs), n), minlength=n_pairs).astype(np.int64)


def _rarity(pairs: Places, spread: Places, settings: CandidateSettings, n_pairs: int) -> tuple[Places, np.ndarray]:
    """How many numbers each pair shares, and their rarity; 0 of few."""
    counts = np.bincount(pairs, minlength=n_pairs)
    rarity = np.zeros(n_pairs)
    begins = np.flatnonzero(new_values(pairs))
    if len(begins):
        rarity[pairs[begins]] = np.add.reduceat(1 / (spread - 1), begins)
    few = (counts < settings.least_shared) | (rarity < settings.least_rarity)
    counts[few], rarity[few] = 0, 0.0
    return counts, rarity


def _least_score(others: DataFrame, room: int) -> float:
    """The score from which on pairs are taken (see `select.candidates`): the highest as long as there is room."""
    room = max(0, room)
    shift = 40  # bits of a score that are looked at later: of positive numbers bits are in the order of values
    rows = mapped(others, _histogram, "upper long, n long", shift=shift).groupBy("upper").agg(F.sum("n").alias("n"))
    counted: pd.DataFrame = pd.DataFrame(rows.collect(), columns=["upper", "n"]).sort_values("upper", ascending=False)
    above = counted["n"].cumsum()
    if not len(counted) or int(above.iloc[-1]) <= room:
        return 0.0
    at = int(np.argmax(above.to_numpy() > room))
    upper, before = int(counted["upper"].iloc[at]), int(above.iloc[at] - counted["n"].iloc[at])
    edges = np.array([upper << shift, (upper + 1) << shift]).view(np.float64)
    near = others.where((F.col("score") >= float(edges[0])) & (F.col("score") < float(edges[1]))).select("score")
    near_by = np.sort([row.score for row in near.collect()])[::-1]
    return float(np.nextafter(near_by[room - before], np.inf))


def _histogram(batches: Batches, shift: int) -> Batches:
    for batch in batches:
        values, counts = np.unique(batch["score"].to_numpy().view(np.int64) >> shift, return_counts=True)
        yield pd.DataFrame({"upper": values, "n": counts})


def _formulae(store: Store, words: DataFrame, frequent: Numbers, settings: CandidateSettings) -> pd.DataFrame:
    """The table `formulae`.

    Frequent runs that follow each other somewhere are one family; each family's places are looked at by one worker.
    """
    edges = mapped(words, _successions, "a long, b long", frequent=frequent, n=settings.run_words)
    known = components(edges)
    family = len(known) + np.arange(len(frequent))
    family[known["node"]] = known["component"]
    kinds = "family long, article long, first long, numbers binary"
    stretches = mapped(words, _stretches, kinds, frequent=frequent, family=family, n=settings.run_words)
    kinds = "article long, first long, n_words long, articles long, occurrences long"
    found = mapped(stretches.repartition(store.parts(0), "family"), _grown, kinds, settings=settings)
    found = store.keep(found, "formulae")
    examples = documents(store).join(found.select("article").distinct(), "article").select("article", *TEXT)
    examples = examples.withColumn("block", F.col("article"))
    kinds += ", text string, article_id string"
    written = met(store.kept("formulae").withColumn("block", F.col("article")), examples, _written, kinds)
    rows: Any = written.toPandas()
    rows = rows.sort_values(["articles", "n_words", "article", "first"], ascending=[False, False, True, True])
    return rows.drop(columns=["article", "first"]).assign(formula=np.arange(len(rows)))


def _hits(batch: pd.DataFrame, frequent: Numbers, n: int) -> tuple[CorpusKeys, Places, Places]:
    """The words of some articles, where frequent runs begin in them, and which."""
    keys = _corpus(batch)
    found: Numbered = word_runs(n)(keys, 0, keys.n_articles)
    hit = is_among(found.numbers, frequent)
    return keys, found.places[hit], np.searchsorted(frequent, found.numbers[hit])


def _successions(batches: Batches, frequent: Numbers, n: int) -> Batches:
    """Frequent runs that follow each other."""
    for batch in batches:
        _, places, runs = _hits(batch, frequent, n)
        next_to = np.flatnonzero(places[1:] == places[:-1] + 1)
        yield pd.DataFrame({"a": runs[next_to], "b": runs[next_to + 1]}).drop_duplicates()


def _stretches(batches: Batches, frequent: Numbers, family: Places, n: int) -> Batches:
    """The words of each stretch of frequent runs, with its family."""
    for batch in batches:
        keys, places, runs = _hits(batch, frequent, n)
        begins = np.flatnonzero(np.diff(places, prepend=-2) != 1)
        ends = np.append(begins[1:], len(places))[: len(begins)] - 1
        first, stop = places[begins], places[ends] + n
        index = keys.articles_at(first)
        cut = [buffer(keys.numbers[a:b]) for a, b in zip(first.tolist(), stop.tolist(), strict=True)]
        rows = {"family": family[runs[begins]], "article": batch["article"].to_numpy()[index]}
        yield pd.DataFrame({**rows, "first": first - keys.offsets[index], "numbers": cut})


def _grown(batches: Batches, settings: CandidateSettings) -> Batches:
    """The formulae of whole families, from their stretches."""
    rows = gathered(batches)
    if not len(rows):
        return
    rows = rows.sort_values(["article", "first"])
    keys = _corpus(rows)
    n = settings.run_words
    runs = keys.lengths - n + 1
    begins, first = np.repeat(keys.offsets[:-1], runs), np.repeat(rows["first"].to_numpy(), runs)
    places = begins + within(runs)
    articles, held = np.unique(rows["article"].to_numpy(), return_index=True)
    joined = CorpusKeys(keys.numbers, np.append(keys.offsets[:-1][held], keys.n_words))
    found = formulae(joined, places, n, settings.formula_articles)
    at = np.searchsorted(places, found.places)
    yield pd.DataFrame(
        {
            "article": articles[joined.articles_at(found.places)],
            "first": first[at] + found.places - begins[at],
            "n_words": found.n_words,
            "articles": found.articles,
            "occurrences": found.occurrences,
        }
    )


def _written(rows: pd.DataFrame, document: pd.DataFrame) -> pd.DataFrame:
    """The formulae of which an article is the example, as they stand in it."""
    text = prose(document).iloc[0]
    starts, ends = word_spans(text)
    edges = zip(rows["first"], rows["first"] + rows["n_words"] - 1, strict=True)
    cut = [text[starts[first] : ends[last]] for first, last in edges]
    return rows.assign(text=cut, article_id=document["article_id"].iloc[0]).drop(columns="block")


def blocks(store: Store) -> DataFrame:
    """The candidates in blocks: those of an article and its neighbours together, and no more than some hundreds."""
    names = documents(store).select("article", F.col("article_id").alias("name"))
    others = names.select(F.col("article").alias("other"), F.col("name").alias("other_name"))
    pairs = store.table("candidates").select("article_id", "other_id")
    pairs = pairs.join(names, pairs["article_id"] == names["name"]).join(
        others, F.col("other_id") == F.col("other_name")
    )
    ends = pairs.select("article", "other").union(pairs.select("other", "article")).toDF("article", "other")
    label = ends.groupBy("article").agg(F.least("article", F.min("other")).alias("label"))
    order = F.row_number().over(Window.partitionBy("label").orderBy("article", "other"))
    piece = F.hash("label", F.floor((order - 1) / BLOCK))
    n = max(1, store.table("candidates").count() // BLOCK)
    found = pairs.join(label, "article").withColumn("block", F.pmod(piece, F.lit(n)))
    return store.keep(found.select("block", "article", "other", "article_id", "other_id"), "blocks")


def texts(store: Store) -> DataFrame:
    """The documents that each block of pairs needs."""
    pairs = store.kept("blocks")
    needed = pairs.select("block", "article").union(pairs.select("block", "other")).distinct()
    return needed.join(documents(store).select("article", *TEXT), "article")


def _similar(pairs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of `similarity` of some candidates."""
    found = prose(rows)
    vectors = word_vectors(found, rows.set_index("article_id")["language"])
    return of_candidates(vectors, pairs[["article_id", "other_id"]], found.index)
