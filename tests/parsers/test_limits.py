"""Files that exceed a limit are quarantined with a reason, and the others are published."""

from __future__ import annotations

import gzip
import io
import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from digest.model.limits import Limits
from digest.parsers.input.limits import enforce
from tests.support import layouts
from tests.support.builders import dump, sighting
from tests.support.folders import STATUS, Folder, answer, page, titles, tree

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
GIB = 1 << 30


def nested(layers: int) -> bytes:
    """Return a page inside this many zip files."""
    data = page(DAY, [7])
    for _ in range(layers):
        data = layouts.zip_file({"inner": data})
    return data


def entries(count: int, **fields: Any) -> bytes:
    """Return an answer of the API with this many papers."""
    ids = (f"2611.{number:05}" for number in range(count))
    papers = [{"id": arxiv_id, "title": f"Kelp {arxiv_id} at low tide"} for arxiv_id in ids]
    return answer(DAY, [{**paper, **fields} for paper in papers])


# For each limit its value in the configuration, and a file that exceeds it.
LARGE_FILES: dict[str, tuple[int, Callable[[], bytes]]] = {
    "file_mb": (1, lambda: bytes((1 << 20) + 1)),
    "unpacked_mb": (1, lambda: gzip.compress(os.urandom(1 << 19) * 4)),
    "ratio": (3, lambda: gzip.compress(bytes(5 << 20))),
    "members": (3, lambda: layouts.zip_file({str(n): page(DAY, [n]) for n in range(4)})),
    "layers": (2, lambda: nested(3)),
    "records": (5, lambda: entries(6)),
}
LARGE_FIELDS: dict[str, tuple[int, dict[str, Any]]] = {
    "title_chars": (40, {"title": "Kelp and " * 9}),
    "abstract_chars": (60, {"summary": "We measure kelp. " * 9}),
    "authors": (2, {"authors": [{"name": f"Ida {sign}. Quill"} for sign in "ABC"]}),
}


@pytest.mark.parametrize("limit", LARGE_FILES)
def test_a_file_that_exceeds_a_limit_is_quarantined(folder: Folder, limit: str) -> None:
    """The reason has the limit's name and value, and a higher limit makes a run try again."""
    value, write = LARGE_FILES[limit]
    folder.configure(f"[limits]\n{limit} = {value}\n")
    folder.drop("much.bin", write())
    folder.drop("good.txt", page(DAY, [1, 2]))
    result = folder.digest("run", now=NOW)
    assert 3 == result.status
    assert result.err.startswith("much.bin: ")
    assert f"more than limits.{limit} = {value} allows" in result.err
    assert [titles([1, 2])] == folder.titles()
    again = folder.digest("run", now=NOW)
    assert (0, "") == (again.status, again.err)
    folder.configure(f"[limits]\n{limit} = {value + 1}\n")
    retry = folder.digest("run", now=NOW)
    assert f"limits.{limit} = {value} " not in retry.err


@pytest.mark.parametrize("limit", LARGE_FIELDS)
def test_a_record_that_exceeds_a_limit_is_rejected(folder: Folder, limit: str) -> None:
    """The other records of the file are published, and the accounting adds up."""
    value, fields = LARGE_FIELDS[limit]
    folder.configure(f"[limits]\n{limit} = {value}\n")
    good = {"id": "2611.00001", "title": "Kelp at low tide", "summary": "It is long."}
    folder.drop("api.json", answer(DAY, [good, {**good, "id": "2611.00002", **fields}]))
    result = folder.digest("run", now=NOW)
    assert 3 == result.status
    assert f"more than limits.{limit} = {value} allows" in result.err
    assert "2 entries = 1 new + 0 changed + 0 known + 0 repeated + 1 rejected" in result.out
    assert [["Kelp at low tide"]] == folder.titles()


def test_a_record_of_exactly_the_limits_is_read() -> None:
    """A limit is the largest number that is allowed, of records in a file too."""
    limits = Limits(title_chars=8, abstract_chars=5, authors=1, records=1)
    whole = dump(sighting("Lanterns", abstract="Dark.", authors=("Ada Vance",)))
    assert whole == enforce(whole, limits, io.BytesIO)


def test_every_limit_has_a_test() -> None:
    """A new limit needs a file or a field that exceeds it."""
    assert set(Limits.__struct_fields__) == LARGE_FILES.keys() | LARGE_FIELDS.keys()


def test_a_limit_must_be_at_least_one(folder: Folder) -> None:
    """A smaller value and an unknown key are errors that name the key."""
    for setting, message in (("file_mb = 0", "limits.file_mb"), ("file_gb = 1", "mean file_mb?")):
        folder.configure(f"[limits]\n{setting}\n")
        result = folder.digest("check")
        assert (2, True) == (result.status, message in result.err)


def test_a_huge_file_is_neither_read_nor_copied(folder: Folder) -> None:
    """A sparse file of two thousand gigabytes takes no time."""
    huge = folder.drop("huge.txt", b"")
    os.truncate(huge, 2000 * GIB)
    os.utime(huge, (1_700_000_000, 1_700_000_000))
    folder.drop("good.txt", page(DAY, [1]))
    before = time.process_time()
    result = folder.digest("run", now=NOW)
    assert time.process_time() - before < 10
    assert "huge.txt: a file of 2,048,000 MiB" in result.err
    (note,) = tree(folder.root / "state" / "quarantine").values()
    assert b"limits.file_mb = 256" in note
    assert [titles([1])] == folder.titles()


def deep(kind: str, layers: int) -> bytes:
    """Return lists, objects or tags nested this deep."""
    if kind == "list":
        return b"[" * layers + b"]" * layers
    if kind == "object":
        return b'{"a":' * layers + b"1" + b"}" * layers
    if kind == "open":
        return b"[" * layers
    return b"<a>" * layers + b"</a>" * layers


HARMFUL_FILES: dict[str, bytes | Callable[[], bytes]] = {
    "laughs.xml": b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (sign, b"&%c;" % (sign - 1) * 10) for sign in range(98, 120))
    + b"]><rss><channel><item><title>&w;</title></item></channel></rss>",
    "outside.xml": b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b"<rss><channel><item><title>&a; root:</title></item></channel></rss>",
    "parameter.xml": b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY % a SYSTEM '
    b'"http://127.0.0.1:9/a.dtd"> %a;]><rss><channel/></rss>',
    "lists.json": deep("list", 100_000),
    "objects.json": deep("object", 100_000),
    "open.json": deep("open", 100_000),
    "tags.html": deep("tags", 100_000),
    # Packed by the test that needs it: it takes a second.
    "zeros.gz": lambda: gzip.compress(bytes(200 << 20), 1),
    "zeros.zip": lambda: layouts.zip_file({f"{n}.txt": bytes(30 << 20) for n in range(4)}),
    "nested.zip": nested(9),
    "digits.json": b'[{"id": ' + b"9" * 1_000_000 + b', "title": "Kelp"}]',
}


@pytest.mark.parametrize("name", HARMFUL_FILES)
def test_a_harmful_file_is_quarantined(folder: Folder, name: str) -> None:
    """The run is quick, publishes the other files, and reads no file outside the inbox."""
    content = HARMFUL_FILES[name]
    folder.drop(name, content() if callable(content) else content)
    folder.drop("good.txt", page(DAY, [1, 2]))
    before = time.process_time()
    result = folder.digest("run", now=NOW)
    assert time.process_time() - before < 20
    assert 3 == result.status
    assert result.err.startswith(name)
    assert "our reader failed" not in result.err
    assert [titles([1, 2])] == folder.titles()
    assert [] == [path for path, body in folder.tree().items() if b"root:" in body]


@pytest.mark.parametrize(
    "name", ["n" * 251 + ".txt", "--help", "-", "a b\u202etxt.exe", "a\nb\x1b[31m\x9b31m.txt"]
)
def test_a_strange_file_name_is_read_and_shown_on_one_line(folder: Folder, name: str) -> None:
    """255 bytes, options, text direction marks, escapes: only printable characters are shown."""
    folder.configure('[inbox]\ndone = "move"\n')
    folder.drop(name, page(DAY, [1]) + b"\n\nKiln99: A Title Without An End\n\nWe study how")
    result = folder.digest("run", now=NOW)
    assert 3 == result.status
    assert [titles([1])] == folder.titles()
    assert [name] == os.listdir(folder.inbox / "done")  # noqa: PTH208 - names as they are
    assert 1 == result.err.count("\n")
    explanation = folder.digest("explain", titles([1])[0], now=NOW)
    for output in (result.err, explanation.out):
        assert [] == [c for c in output if c != "\n" and not c.isprintable()]


def test_markup_in_a_file_name_is_escaped_on_every_page(folder: Folder) -> None:
    """The status page shows the names of files."""
    name = "<img src=x onerror=alert(1)>&lt;[x](javascript:alert(2)).txt"
    folder.drop(name, b"nothing of the kind")
    folder.drop("good.txt", page(DAY, [1]))
    folder.run(NOW, status=3)
    pages = folder.tree()
    status = {name: (folder.output / name).read_bytes() for name in STATUS}
    pages |= {"status.html": status["status.html"]}
    assert [] == [path for path, body in pages.items() if b"<img src=x" in body]
    assert b"&lt;img src=x onerror=alert(1)&gt;&amp;lt;[x]" in pages["status.html"]


@pytest.mark.soak
@pytest.mark.long
def test_two_gigabytes_and_a_million_records(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """A raised ``file_mb`` lets a run read both; both are quarantined for their content."""
    folder.configure("[limits]\nfile_mb = 4096\n")
    sparse = folder.drop("sparse.txt", b"")
    os.truncate(sparse, 2 * GIB)
    os.utime(sparse, (1_700_000_000, 1_700_000_000))
    records = (
        json.dumps({"id": f"{2001 + n // 90_000}.{n % 90_000:05}", "title": f"Kelp {n} at tide"})
        for n in range(1_000_000)
    )
    folder.drop("million.jsonl", "\n".join(records).encode())
    folder.drop("good.txt", page(DAY, [1]))
    started = time.perf_counter()
    result = folder.process("run", now=NOW)
    seconds = time.perf_counter() - started
    with capsys.disabled():
        print(f"\n2 GiB of nothing, 1,000,000 records: {seconds:.0f} s\n{result.err}")  # noqa: T201
    assert 3 == result.status, result
    assert "it holds 1,000,000 records: more than limits.records = 100000 allows" in result.err
    assert "sparse.txt: " in result.err
    assert [titles([1])] == folder.titles()
