"""The tables and their columns: a contract that other programs rely on."""

from dataclasses import dataclass

import pyarrow as pa

_TYPES = {
    "str": pa.string(),
    "int": pa.int64(),
    "share": pa.float64(),
    "float": pa.float64(),
    "datetime": pa.timestamp("us"),
    "bool": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its type (share: a float in [0, 1]), what it means, whether it may be null."""

    name: str
    type: str
    meaning: str
    null: bool = False


@dataclass(frozen=True)
class Table:
    """A table: the notebook that writes it, its columns, and the key that is unique and sorts its rows."""

    name: str
    notebook: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema; a column's meaning travels with the file as field metadata."""
        return pa.schema(
            [pa.field(c.name, _TYPES[c.type], nullable=c.null, metadata={"meaning": c.meaning}) for c in self.columns]
        )


_ARTICLE = Column("article_id", "str", "file stem, or outlet/stem where stems repeat")
_SOURCE = Column("source_id", "str", "article_id of the other article")
_START = Column("start", "int", "offset into text, code points")
_END = Column("end", "int", "offset behind the last character")
_KIND_SHARES = (
    Column("verbatim_share", "share", "words in runs of at least 8 identical words, over n_words"),
    Column("edited_share", "share", "words in passages where most words recur in order, over n_words"),
    Column("paraphrased_share", "share", "words in reworded passages, over n_words"),
)
_DELAY = (
    Column("n_dated", "int", "stories (groups of lineage) with dated copies here and there (habits: at any other)"),
    Column("n_timed", "int", "those of them whose dates both have a time of day; the delays of others are whole days"),
    Column("n_near", "int", "those without a delay: a time of day is missing and the days are less than two apart"),
    Column("delay_low_hours", "float", "lower quartile of the delays; null of fewer than five", null=True),
    Column("median_delay_hours", "float", "median hours behind it (habits: first other); below 0: ahead", null=True),
    Column("delay_high_hours", "float", "upper quartile; null of fewer than five", null=True),
)


def _with_interval(name: str, meaning: str) -> tuple[Column, ...]:
    """A share and the ends of its 95 % interval, were other articles of the outlet drawn."""
    ends = {"low": "lower end of its 95 % interval over articles; null of fewer than two", "high": "upper end"}
    found = [Column(f"{name}_{end}", "share", told, null=True) for end, told in ends.items()]
    return (Column(f"{name}_share", "share", meaning), *found)


TABLES = {
    table.name: table
    for table in (
        Table(
            "articles",
            "01_cleaning",
            "one row per article",
            ("article_id",),
            (
                _ARTICLE,
                Column("path", "str", "file, relative to the corpus folder; of a table: file#row"),
                Column("outlet", "str", "sub-folder, or what page, table or manifest state", null=True),
                Column("title", "str", "stated title, else the headline, where the text has one", null=True),
                Column("published", "datetime", "stated date (UTC)", null=True),
                Column("author", "str", "as the page, the table or the manifest states it", null=True),
                Column("url", "str", "as the page, the table or the manifest states it", null=True),
                Column("language", "str", "ISO 639-1 code of its language, told or given; und if unknown"),
                Column("text", "str", "the canonical clean text; every span is [start, end) in its code points"),
                Column("n_words", "int", "words of headline, headings and body"),
                Column(
                    "duplicate_of",
                    "str",
                    "first article with the same words, or 95 % of the 5-word runs of each",
                    null=True,
                ),
            ),
        ),
        Table(
            "cleaning_log",
            "01_cleaning",
            "one row per edit; replaying an article's edits on its raw text gives `text`",
            ("article_id", "raw_start", "raw_end"),
            (
                _ARTICLE,
                Column("rule", "str", "name of the rule; two names joined by + where two rules met"),
                Column("raw_start", "int", "offset into the decoded raw file"),
                Column("raw_end", "int", "offset behind the replaced characters"),
                Column("before", "str", "what stood there"),
                Column("after", "str", "what stands there now"),
            ),
        ),
        Table(
            "sentences",
            "01_cleaning",
            "one row per sentence",
            ("article_id", "sentence"),
            (
                _ARTICLE,
                Column("sentence", "int", "0, 1, ... in the article"),
                _START,
                _END,
                Column("kind", "str", "headline, dateline, heading, body, caption or credit"),
                Column("quoted_words", "int", "words inside direct quotation marks"),
            ),
        ),
        Table(
            "problems",
            "01_cleaning",
            "one row per input that could not be used, or not wholly",
            ("problem",),
            (
                Column("problem", "int", "1, 2, ... in the order they were met"),
                Column("file", "str", "file, relative to the corpus folder"),
                Column("place", "str", "row, line or nothing"),
                Column("what", "str", "what is wrong"),
                Column("done", "str", "left out, kept, renamed ..."),
            ),
        ),
        Table(
            "similarity",
            "02_similarity",
            "one row per ordered pair of different articles; of a large corpus, of candidates",
            ("article_id", "other_id"),
            (
                _ARTICLE,
                Column("other_id", "str", "article_id of the other article"),
                Column("cosine_words", "share", "cosine of word TF-IDF vectors"),
                Column("cosine_chars", "share", "cosine of character 3-5-gram TF-IDF vectors", null=True),
            ),
        ),
        Table(
            "candidates",
            "02_similarity",
            "one row per unordered pair of a large corpus that is aligned; none of a small one",
            ("article_id", "other_id"),
            (
                _ARTICLE,
                Column("other_id", "str", "article_id of the other article, the later in the alphabet"),
                Column("share", "share", "words of the article in runs of 8 shared with the other"),
                Column("other_share", "share", "the same of the other"),
                Column("own_share", "share", "share without formulae"),
                Column("other_own_share", "share", "other_share without formulae"),
                Column("rare_runs", "int", "runs of 5 words that few others have"),
                Column("word_pairs", "int", "pairs of neighbouring content words that few others have"),
                Column("score", "float", "rarity of what they share, for its length"),
                Column("reason", "str", "shared runs, rare runs or rare word pairs"),
            ),
        ),
        Table(
            "formulae",
            "02_similarity",
            "one row per word run that stands in many articles (more than 50)",
            ("formula",),
            (
                Column("formula", "int", "number, the commonest first"),
                Column("text", "str", "the run as it stands in one article"),
                Column("n_words", "int", "its words"),
                Column("articles", "int", "articles it stands in"),
                Column("occurrences", "int", "how often it stands there"),
                Column("article_id", "str", "an article it stands in"),
            ),
        ),
        Table(
            "passages",
            "03_passages",
            "one row per passage of an ordered pair; the mirror row exists too",
            ("article_id", "source_id", "start", "end", "source_start", "source_end"),
            (
                _ARTICLE,
                _START,
                _END,
                _SOURCE,
                Column("source_start", "int", "offset into the source's text"),
                Column("source_end", "int", "offset behind the last character"),
                Column("kind", "str", "verbatim, edited or paraphrased"),
                Column("score", "share", "strength of the evidence"),
                Column("n_words", "int", "prose words of the article in the passage"),
                Column("quoted_words", "int", "those of them inside quotation marks"),
                Column("block", "int", "stretch of copying the row belongs to, within the pair"),
            ),
        ),
        Table(
            "overlap",
            "04_overlap",
            "one row per ordered pair of different articles; of a large corpus, of those with passages",
            ("article_id", "source_id"),
            (
                _ARTICLE,
                _SOURCE,
                Column("n_words", "int", "prose words of the article"),
                Column("reused_words", "int", "those of them in a passage shared with the source"),
                Column("reused_share", "share", "reused_words over n_words: containment, asymmetric"),
                Column("without_formulae", "share", "reused words that are in no formula, over n_words"),
                *_KIND_SHARES,
                Column("quoted_share", "share", "reused words in quotation marks in both articles, over n_words"),
                Column("longest_verbatim_words", "int", "words of the longest identical run"),
            ),
        ),
        Table(
            "source_overlap",
            "04_overlap",
            "one row per ordered pair of outlets (of many: that share words); an article without one stands for itself",
            ("outlet", "source_outlet"),
            (
                Column("outlet", "str", "outlet, or article_id where none is known"),
                Column("source_outlet", "str", "the outlet its articles are compared with"),
                Column("articles", "int", "articles of the outlet, each print of one article once"),
                Column("reused_share", "share", "their words found in any article of the source outlet"),
            ),
        ),
        Table(
            "copying",
            "05_copying",
            "one row per article",
            ("article_id",),
            (
                _ARTICLE,
                Column("n_words", "int", "prose words"),
                Column(
                    "copied_share",
                    "share",
                    "words in a passage shared with another article, not a print by its outlet, over n_words",
                ),
                Column(
                    "ci_low",
                    "share",
                    "lower end of the 95 % interval: how far the method errs",
                ),
                Column("ci_high", "share", "upper end"),
                Column("without_formulae", "share", "copied words that are in no formula, over n_words"),
                *_KIND_SHARES,
                Column("original_share", "share", "words in no passage shared with these; the four shares sum to 1"),
                Column("quoted_share", "share", "copied words in quotation marks here and in a source, over n_words"),
                Column("top_source", "str", "the article that most words are shared with", null=True),
                Column("top_source_share", "share", "reused_share with it"),
                Column(
                    "floor",
                    "share",
                    "what 99 % of same-topic pairs without copying stay at or below",
                ),
                Column("derived_score", "share", "probability of METER's label derived, by 1- and 3-gram containment"),
                Column("label", "str", "wholly derived, partially derived or non-derived (METER's terms)"),
            ),
        ),
        Table(
            "changes",
            "08_changes",
            "one row per change inside the shared sentences of an unordered pair",
            ("article_id", "source_id", "start", "end", "source_start", "source_end"),
            (
                _ARTICLE,
                Column("start", "int", "offset into text of the changed words; start == end: dropped here"),
                Column("end", "int", "offset behind the last character"),
                Column("source_id", "str", "the other article: the earlier where dates tell, else the first by name"),
                Column("source_start", "int", "offset into the source's text; source_start == source_end: added"),
                Column("source_end", "int", "offset behind the last character"),
                Column("before", "str", "the source's words"),
                Column("after", "str", "the article's words"),
                Column("kind", "str", "hedging, number, date, name, place, attribution, wording, dropped ... (see 08)"),
                Column("rule", "str", "the evidence for the class: the rule and the words it went by"),
                Column("severity", "share", "order of reading: class, and how sure the counterpart is; no probability"),
                Column("context_start", "int", "offset of the article's sentences around the change"),
                Column("context_end", "int", "offset behind them"),
                Column("source_context_start", "int", "offset of the source's sentences around the change"),
                Column("source_context_end", "int", "offset behind them"),
            ),
        ),
        Table(
            "credits",
            "07_lineage",
            "one row per mention of an agency, an outlet or people as the origin of an article",
            ("article_id", "start", "end", "kind"),
            (
                _ARTICLE,
                Column("start", "int", "offset of the name, address or phrase into text, code points"),
                Column("end", "int", "offset behind the last character; a link, no part of the text, has 0 and 0"),
                Column("agency", "str", "agency or outlet, by its usual name; null: only people are named", null=True),
                Column("kind", "str", "runs, cites, via, photo, staff or link"),
                Column("rule", "str", "the rule that found it"),
            ),
        ),
        Table(
            "quotations",
            "07_lineage",
            "one row per quotation",
            ("article_id", "start"),
            (
                _ARTICLE,
                Column("start", "int", "offset behind the opening mark, code points"),
                Column("end", "int", "offset of the closing mark, or of the end where it is missing"),
                Column("speaker", "str", "who speaks, as the article says it; null where it does not", null=True),
                Column("speaker_start", "int", "offset of the speaker's name into text", null=True),
                Column("speaker_end", "int", "offset behind it", null=True),
                Column("closed", "bool", "whether the closing mark is there"),
            ),
        ),
        Table(
            "lineage",
            "07_lineage",
            "one row per article: where its copy comes from",
            ("article_id",),
            (
                Column("group", "int", "articles that share copy, directly or through others: 1, 2, ...; 0: apart"),
                _ARTICLE,
                Column("parent_id", "str", "article_id, or agency:NAME; null: none or undecided", null=True),
                Column("relation", "str", "first, before, common source, undecided or apart"),
                Column("confidence", "share", "of `before`: probability by the text that it is so", null=True),
                Column("nearest_id", "str", "article of the group that most words are shared with", null=True),
                Column("nearest_share", "share", "reused_share with it", null=True),
                Column("evidence", "str", "an item a line: kind, measured weight (above 0: nearest is older), fact"),
            ),
        ),
        Table(
            "outlet_flows",
            "09_outlets",
            "one row per ordered pair of outlets (of many: that share words); an article without one stands for itself",
            ("outlet", "source_outlet"),
            (
                Column("outlet", "str", "outlet, or article_id where none is known"),
                Column("source_outlet", "str", "the other outlet; the same words may stand in several: never add rows"),
                Column("articles", "int", "articles of the outlet, each print of one article once"),
                Column("sharing_articles", "int", "those of them that share words with the other outlet"),
                Column("n_words", "int", "prose words of its articles"),
                Column("shared_words", "int", "those of them in a passage shared with an article of the other outlet"),
                *_with_interval("shared", "shared_words over n_words: reused_share of source_overlap"),
                *_with_interval("source_first", "shared words that the other outlet had first, by dates or credits"),
                Column("own_first_share", "share", "shared words that it had first itself, by dates or credits"),
                Column("agency_story_share", "share", "shared words that both have of one agency's story"),
                Column("undecided_share", "share", "other shared words: no date decides, or no more than the floor"),
                Column("quoted_share", "share", "shared words in direct speech"),
                *_DELAY,
            ),
        ),
        Table(
            "outlet_habits",
            "09_outlets",
            "one row per outlet; an article without one stands for itself",
            ("outlet",),
            (
                Column("outlet", "str", "outlet, or article_id where none is known"),
                Column("articles", "int", "its articles, each print of one article once"),
                Column("n_words", "int", "their prose words; all shares are of these"),
                *_with_interval("copied", "words in a passage shared with any other article, of the outlet too"),
                *_with_interval("original", "words in no passage"),
                *_with_interval("shared", "words in a passage shared with an article of another outlet"),
                *_with_interval("source_first", "shared words that another outlet had first, by dates or credits"),
                Column("own_first_share", "share", "shared words that it had first of all, by dates or credits"),
                Column("agency_story_share", "share", "shared words that it and another have of one agency's story"),
                Column("undecided_share", "share", "other shared words: no date decides, or no more than the floor"),
                Column("quoted_share", "share", "shared words in direct speech"),
                *_with_interval("agency", "words of articles that run an agency's copy, or shared with others that do"),
                Column("top_agency", "str", "the agency of most of these words", null=True),
                Column("top_source", "str", "the outlet that most words are shared with", null=True),
                Column("top_source_share", "share", "words shared with it"),
                *_DELAY,
            ),
        ),
    )
}
