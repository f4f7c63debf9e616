"""Read articles from wherever they lie: folders of text and web pages, tables, zip archives, with a manifest.

Nothing is lost in silence: what cannot be read is left out with a `Problem` that names the file, the place, what is
wrong and what was done; the rest goes on. Names inside archives and manifests are labels: nothing is written under
them.
"""

import io
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from helpers.encoding import decode, is_encoding
from helpers.errors import CorpusError, require
from helpers.memory import give_back
from helpers.segmentation import word_spans
from helpers.sources.dates import stated_date, stated_dates
from helpers.sources.reading import Problem, RawArticle, Reading, check_text, with_title
from helpers.sources.tabular import COLUMNS, cell_text, guess_columns, read_frame, read_table

TEXTS = (".txt", ".md")
PAGES = (".html", ".htm", ".xhtml")
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
ARCHIVE = ".zip"
MANIFEST = "manifest.csv"
KNOWN = (*TEXTS, *PAGES, *TABLES, ARCHIVE)
MOST_MEGABYTES = 50
"""A file, or a member of an archive, that is larger is left out, unless told otherwise."""
MOST_WORDS = 200_000
"""An article of more words is left out, unless told otherwise: two such are aligned in 20 s, more takes minutes."""
MOST_MEMBERS = 200_000
_NUMBERS = {1: "one text", 2: "two texts"}
_TO_TELL = ("U+FFFD", "declared", "control characters")  # in a note on decoding: letters may be lost


@dataclass(frozen=True)
class Member:
    """A file of a folder or an archive: its name, its size in bytes, and how to read at most so many of them."""

    name: str
    size: int
    read: Callable[[int], bytes]
    file: Path | None = None

    @classmethod
    def of(cls, file: Path, name: str) -> "Member":
        """A file of a folder, by its name there."""
        return cls(name, _size(file), partial(_read_file, file), file)


def input_files(path: str | Path) -> list[Path]:
    """The files that make up a corpus, sorted; hidden files and folders are left alone, links to folders not followed.

    Raises:
        CorpusError: there is no such place, or it is a file of an unknown sort.
    """
    root = Path(path)
    if root.is_file():
        known = ", ".join((*TABLES, ARCHIVE))
        if root.suffix.lower() not in (*TABLES, ARCHIVE):
            raise CorpusError(f"{root} is neither a folder nor a table or archive ({known})")
        return [root]
    if not root.is_dir():
        raise CorpusError(f"{root} is not there: name a folder of articles, a table or a zip archive")
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(folder, name) for name in names if not name.startswith(".")]
    return sorted(file for file in found if file.suffix.lower() in KNOWN)


def read_corpus(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    max_megabytes: float = MOST_MEGABYTES,
    encoding: str | None = None,
    max_words: int = MOST_WORDS,
    least: int = 2,
) -> Reading:
    """Read all articles of a folder (a sub-folder is an outlet), a table, or a zip archive of these.

    Args:
        path: the folder or file.
        columns: names of a table's columns by what they hold (`COLUMNS`); what is not named is guessed.
        max_megabytes: larger files are left out.
        encoding: of the texts and tables, where it is known; else it is detected. Pages state their own.
        max_words: longer articles are left out.
        least: articles there must be.

    Raises:
        CorpusError: there is no such place, or fewer articles in it than there must be.
        SettingsError: `columns` names something that is not in `COLUMNS`, or there is no such encoding.

    >>> sorted(COLUMNS)
    ['author', 'id', 'outlet', 'published', 'text', 'title', 'url']
    """
    given = checked(columns, encoding)
    reading = Reading(encoding=encoding or None)
    _read_members(members(path, reading), reading, given, int(max_megabytes * 1_000_000))
    reading.articles = named(short_enough(reading, max_words), reading.problems)
    give_back()
    if len(reading.articles) < least:
        n = len(reading.articles)
        found = "no article" if not n else f"only one article ({reading.articles[0].path})"
        why = "".join(f" ({problem})" for problem in reading.problems[:5])
        raise CorpusError(f"{path} holds {found}: put at least {_NUMBERS[least]} there to compare{why}")
    return reading


def checked(columns: Mapping[str, str] | None, encoding: str | None) -> dict[str, str]:
    """The columns that were named, if they and the encoding can be meant.

    Raises:
        SettingsError: see `read_corpus`.
    """
    given = dict(columns or {})
    for name, column in given.items():
        require(name in COLUMNS, f"columns: {name!r} is not one of {', '.join(sorted(COLUMNS))}")
        require(isinstance(column, str), f"columns: {name} must be the name of one column, not {column!r}")
    require(not encoding or is_encoding(encoding), f"encoding: {encoding!r} is unknown; try utf-8, cp1252, gb18030 ...")
    return given


def members(path: str | Path, reading: Reading) -> list[Member]:
    """The files of a corpus, sorted; what is not read is noted."""
    root, files = Path(path), input_files(path)
    if root.is_dir():
        _note_other_kinds(root, reading)
    base = root if root.is_dir() else root.parent
    files = [file for file in files if _is_inside(file, root, reading)]
    return [Member.of(f, _name(f.relative_to(base))) for f in files]


def read_alone(
    own: Member, manifests: list[Member], columns: Mapping[str, str], max_megabytes: float, encoding: str | None
) -> Reading:
    """Read one of the files of a corpus, with what its manifests say of it, as if the others were not there."""
    reading = Reading(encoding=encoding)
    _read_members([own, *manifests], reading, columns, int(max_megabytes * 1_000_000))
    names = {manifest.name for manifest in manifests}
    reading.problems = [problem for problem in reading.problems if problem.file not in names]
    return reading


def manifests_of(found: list[Member], reading: Reading) -> list[Member]:
    """The manifests among the files of a corpus; what is wrong with them is noted."""
    manifests = [member for member in found if _is_manifest(member)]
    for manifest in manifests:
        _joined(manifest, [], {member.name for member in found}, reading)
    return manifests


def named(articles: list[RawArticle], problems: list[Problem]) -> list[RawArticle]:
    """Articles with ids that are unique: of files by their folders, of table rows by a number."""
    times = Counter(article.article_id for article in articles)
    used: set[str] = set()
    kept = []
    for article in articles:
        name = article.article_id
        if times[name] > 1 and "#" not in article.path:
            name = PurePosixPath(article.path).with_suffix("").as_posix()
        if name in used:
            numbered = (f"{name}~{number}" for number in count(2))
            name = next(free for free in numbered if free not in used and free not in times)
            problems.append(Problem(article.path, "", f"the id {article.article_id!r} repeats", f"renamed {name!r}"))
        used.add(name)
        kept.append(article if name == article.article_id else replace(article, article_id=name))
    return kept


def _note_other_kinds(root: Path, reading: Reading) -> None:
    """Note the files of kinds that are not read, once for each kind."""
    kinds: dict[str, list[str]] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            suffix = Path(name).suffix.lower()
            if suffix not in KNOWN and not name.startswith("."):
                kinds.setdefault(suffix, []).append(_name(Path(folder, name).relative_to(root)))
    for suffix, found in sorted(kinds.items()):
        others = f"and {len(found) - 1} others" if len(found) > 1 else ""
        what = f"is of a kind that is not read ({suffix or 'no suffix'}): save it as text, a web page or a table"
        reading.left_out(found[0], what, others)


def _is_inside(file: Path, root: Path, reading: Reading) -> bool:
    """Whether a file lies in the corpus; a link that leads out of it is noted."""
    if not file.is_symlink() or file == root or file.resolve().is_relative_to(root.resolve()):
        return True
    reading.left_out(_name(file.relative_to(root)), "is a link that leads out of the folder")
    return False


def short_enough(reading: Reading, max_words: int) -> list[RawArticle]:
    """The articles that are not too long, the others noted."""
    kept = []
    for article in reading.articles:
        n_words = len(word_spans(article.text)[0]) if len(article.text) > max_words else 0
        if n_words > max_words:
            reading.left_out(article.path, f"has {n_words} words, more than {max_words} (max_words raises the limit)")
        else:
            kept.append(article)
    return kept


def _name(file: Path) -> str:
    """A file's name as text: bytes of it that are not UTF-8 are written out."""
    return os.fsencode(file.as_posix()).decode("utf-8", "backslashreplace")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _read_file(file: Path, limit: int) -> bytes:
    with file.open("rb") as stream:
        return stream.read(limit)


def _is_manifest(member: Member) -> bool:
    return member.name.lower() == MANIFEST


def _read_members(members: list[Member], reading: Reading, columns: Mapping[str, str], limit: int) -> None:
    """Read the files of one folder or archive, and join its manifest."""
    manifests = [member for member in members if _is_manifest(member)]
    before = len(reading.articles)
    for member in members:
        if member in manifests:
            continue
        try:
            _read_member(member, reading, columns, limit)
        except CorpusError as error:
            reading.left_out(member.name, str(error))
        except (OSError, MemoryError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
            reading.left_out(member.name, f"cannot be read ({getattr(error, 'strerror', None) or error})")
    for manifest in manifests:
        reading.articles[before:] = _joined(manifest, reading.articles[before:], {m.name for m in members}, reading)


def _read_member(member: Member, reading: Reading, columns: Mapping[str, str], limit: int) -> None:
    if member.size > limit:
        raise CorpusError(f"is larger than {limit / 1e6:g} MB (max_megabytes raises the limit)")
    suffix = PurePosixPath(member.name).suffix.lower()
    if suffix not in KNOWN:
        return
    parts = PurePosixPath(member.name).parts
    outlet = parts[0] if len(parts) > 1 else None
    if suffix == ARCHIVE:
        _read_archive(member.name, _within(member, limit), reading, columns, limit)
    elif suffix in TABLES:
        read_table(member.name, read_frame(member.name, _within(member, limit), suffix, reading), reading, columns)
    elif suffix in PAGES:
        reading.articles.append(from_page(member.name, outlet, _within(member, limit)))
    else:
        data = _within(member, limit)
        reading.articles.append(from_bytes(data, PurePosixPath(member.name).stem, member.name, outlet, reading))


def _within(member: Member, limit: int) -> bytes:
    """The bytes of a file that is not too large."""
    data = member.read(limit + 1)
    if len(data) > limit:
        raise CorpusError(f"unpacks to more than {limit / 1e6:g} MB (max_megabytes raises the limit)")
    return data


def from_bytes(
    data: bytes, article_id: str, path: str, outlet: str | None = None, reading: Reading | None = None
) -> RawArticle:
    """Decode one text.

    Raises:
        CorpusError: it holds no text.
    """
    decoded = decode(data, declared=reading.encoding if reading else None)
    check_text(decoded.text)
    for note in decoded.notes:
        if reading is not None and any(sign in note for sign in _TO_TELL):
            reading.problems.append(Problem(path, "", note, "kept"))
    return RawArticle(article_id, path, outlet, decoded.text, decoded.encoding, decoded.notes)


def from_page(name: str, outlet: str | None, data: bytes) -> RawArticle:
    """The main text of a web page, its title, date, author and site (trafilatura; Barbaresi 2021, ACL)."""
    import trafilatura

    dates = {"extensive_search": False, "original_date": True}  # what the page states, nothing guessed from its text
    found: Any = trafilatura.bare_extraction(
        data, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=dates
    )
    if found is None or not (found.text or "").strip():
        raise CorpusError("holds no main text that could be told from the page around it")
    text = "\n\n".join(line for line in found.text.splitlines() if line.strip())
    check_text(text)
    return RawArticle(
        PurePosixPath(name).stem,
        name,
        outlet or found.sitename or found.hostname,
        with_title(found.title, text),
        "page",
        (),
        found.title,
        stated_date(found.date),
        found.url,
        found.author,
    )


def _read_archive(name: str, data: bytes, reading: Reading, columns: Mapping[str, str], limit: int) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise CorpusError(f"is no zip archive or a damaged one ({error})") from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_MEMBERS:
        raise CorpusError(f"holds more than {MOST_MEMBERS} files")
    members, total = [], 0
    for entry in sorted(entries, key=lambda entry: entry.filename):
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            reading.left_out(f"{name}/{entry.filename}", "its name leads out of the archive")
        elif path.suffix.lower() == ARCHIVE:
            reading.left_out(f"{name}/{entry.filename}", "is an archive inside an archive")
        elif path.suffix.lower() in KNOWN and not any(part.startswith((".", "__MACOSX")) for part in path.parts):
            total += entry.file_size
            members.append(Member(path.as_posix(), entry.file_size, partial(_read_entry, archive, entry)))
    if total > 20 * limit:
        raise CorpusError(f"would unpack to {total / 1e6:.0f} MB, over the limit of {20 * limit / 1e6:g} MB")
    inner = Reading(columns=reading.columns, encoding=reading.encoding)
    _read_members(members, inner, columns, limit)
    reading.articles += [replace(article, path=f"{name}/{article.path}") for article in inner.articles]
    reading.problems += [replace(problem, file=f"{name}/{problem.file}") for problem in inner.problems]


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(entry) as stream:
        return stream.read(limit)


def _joined(manifest: Member, articles: list[RawArticle], known: set[str], reading: Reading) -> list[RawArticle]:
    """The articles with what the manifest says of their files."""
    try:
        table = read_frame(manifest.name, manifest.read(MOST_MEGABYTES * 1_000_000), ".csv", reading)
    except CorpusError as error:
        reading.left_out(manifest.name, str(error))
        return articles
    found = guess_columns(list(table.columns))
    files = next((c for c in table.columns if str(c).strip().casefold() in ("file", "path", "filename")), None)
    if files is None:
        reading.left_out(manifest.name, "has no column 'file'")
        return articles
    rows = {}
    for number, row in enumerate(table.to_dict("records"), 1):
        name = PurePosixPath(str(row[files]).replace("\\", "/")).as_posix()
        if name.startswith("/") or ".." in PurePosixPath(name).parts:
            reading.left_out(manifest.name, f"names a file outside the corpus ({name})", f"row {number}")
        elif name not in known:
            reading.left_out(manifest.name, f"names a file that is not there ({name})", f"row {number}")
        else:
            rows[name] = {what: cell_text(row[column]) for what, column in found.items() if what != "text"}
    written = [row.get("published") for row in rows.values()]
    dates = stated_dates(written)
    reading.undated(manifest.name, written, dates)
    dated = dict(zip(rows, dates, strict=True))
    return [_with_metadata(a, rows[a.path], dated[a.path]) if a.path in rows else a for a in articles]


def _with_metadata(article: RawArticle, row: Mapping[str, str | None], date: pd.Timestamp | None) -> RawArticle:
    known: dict[str, Any] = {what: value for what, value in row.items() if value and what != "published"}
    if date is not None:
        known["published"] = date
    if "id" in known:
        known["article_id"] = known.pop("id")
    return replace(article, **known)
