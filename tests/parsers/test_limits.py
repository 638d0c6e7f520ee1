"""Files that are too much: put aside with the limit's name and value, and nobody else waits."""

from __future__ import annotations

import gzip
import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from digest.model.limits import Limits
from tests.support.folders import STATUS, Folder, answer, page, titles, tree

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
GIB = 1 << 30


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def nested(layers: int) -> bytes:
    """A page packed so many times."""
    packed = page(DAY, [7])
    for _ in range(layers):
        packed = zipped({"inner": packed})
    return packed


def entries(count: int, **fields: Any) -> bytes:
    """An answer of the API with so many papers."""
    ids = (f"2611.{number:05}" for number in range(count))
    return answer(DAY, [{"id": one, "title": f"Kelp {one} at low tide", **fields} for one in ids])


# The limit, its value in the configuration, and a file that passes it.
PASSED: dict[str, tuple[int, Callable[[], bytes]]] = {
    "file_mb": (1, lambda: bytes((1 << 20) + 1)),
    "unpacked_mb": (1, lambda: gzip.compress(os.urandom(1 << 19) * 4)),
    "ratio": (3, lambda: gzip.compress(bytes(5 << 20))),
    "members": (3, lambda: zipped({str(n): page(DAY, [n]) for n in range(4)})),
    "layers": (2, lambda: nested(3)),
    "records": (5, lambda: entries(6)),
}
TOO_MUCH: dict[str, tuple[int, dict[str, Any]]] = {
    "title_chars": (40, {"title": "Kelp and " * 9}),
    "abstract_chars": (60, {"summary": "We measure kelp. " * 9}),
    "authors": (2, {"authors": [{"name": f"Ida {sign}. Quill"} for sign in "ABC"]}),
}


@pytest.mark.parametrize("limit", PASSED)
def test_a_file_that_passes_a_limit_is_put_aside(folder: Folder, limit: str) -> None:
    """With the limit's name and value; the others are published; a higher limit reads it."""
    value, made = PASSED[limit]
    folder.configure(f"[limits]\n{limit} = {value}\n")
    folder.drop("much.bin", made())
    folder.drop("good.txt", page(DAY, [1, 2]))
    answered = folder.digest("run", now=NOW)
    assert 3 == answered.status
    assert answered.err.startswith("much.bin: ")
    assert f"more than limits.{limit} = {value} allows" in answered.err
    assert [titles([1, 2])] == folder.titles()
    again = folder.digest("run", now=NOW)
    assert (0, "") == (again.status, again.err)
    folder.configure(f"[limits]\n{limit} = {value + 1}\n")
    retried = folder.digest("run", now=NOW)
    assert f"limits.{limit} = {value} " not in retried.err


@pytest.mark.parametrize("limit", TOO_MUCH)
def test_a_record_that_passes_a_limit_is_rejected(folder: Folder, limit: str) -> None:
    """The others of its file are used, and the sum holds."""
    value, fields = TOO_MUCH[limit]
    folder.configure(f"[limits]\n{limit} = {value}\n")
    good = {"id": "2611.00001", "title": "Kelp at low tide", "summary": "It is long."}
    folder.drop("api.json", answer(DAY, [good, {**good, "id": "2611.00002", **fields}]))
    answered = folder.digest("run", now=NOW)
    assert 3 == answered.status
    assert f"more than limits.{limit} = {value} allows" in answered.err
    assert "2 entries = 1 new + 0 changed + 0 known + 0 repeated + 1 rejected" in answered.out
    assert [["Kelp at low tide"]] == folder.titles()


def test_every_limit_is_tried() -> None:
    """A new one needs a file that passes it."""
    assert set(Limits.__struct_fields__) == PASSED.keys() | TOO_MUCH.keys()


def test_a_limit_is_a_number_above_zero(folder: Folder) -> None:
    """Anything else is an error that names file and key; so is a name that is none."""
    for written, said in (("file_mb = 0", "limits.file_mb"), ("file_gb = 1", "mean file_mb?")):
        folder.configure(f"[limits]\n{written}\n")
        answered = folder.digest("check")
        assert (2, True) == (answered.status, said in answered.err)


def test_a_huge_file_is_neither_read_nor_copied(folder: Folder) -> None:
    """Two thousand gigabytes of a sparse file cost as little as their name."""
    huge = folder.drop("huge.txt", b"")
    os.truncate(huge, 2000 * GIB)
    os.utime(huge, (1_700_000_000, 1_700_000_000))
    folder.drop("good.txt", page(DAY, [1]))
    before = time.process_time()
    answered = folder.digest("run", now=NOW)
    assert time.process_time() - before < 10
    assert "huge.txt: a file of 2,048,000 MiB" in answered.err
    (note,) = tree(folder.root / "state" / "quarantine").values()
    assert b"limits.file_mb = 256" in note
    assert [titles([1])] == folder.titles()


def deep(kind: str, layers: int) -> bytes:
    """Something in something in something."""
    if kind == "list":
        return b"[" * layers + b"]" * layers
    if kind == "object":
        return b'{"a":' * layers + b"1" + b"}" * layers
    if kind == "open":
        return b"[" * layers
    return b"<a>" * layers + b"</a>" * layers


BOMBS = {
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
    "zeros.gz": gzip.compress(bytes(200 << 20)),
    "zeros.zip": zipped({f"{n}.txt": bytes(30 << 20) for n in range(4)}),
    "nested.zip": nested(9),
    "digits.json": b'[{"id": ' + b"9" * 1_000_000 + b', "title": "Kelp"}]',
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_put_aside(folder: Folder, name: str) -> None:
    """Whatever it would become, nobody else waits, and nothing of this machine is read."""
    folder.drop(name, BOMBS[name])
    folder.drop("good.txt", page(DAY, [1, 2]))
    before = time.process_time()
    answered = folder.digest("run", now=NOW)
    assert time.process_time() - before < 20
    assert 3 == answered.status
    assert answered.err.startswith(name)
    assert "our reader failed" not in answered.err
    assert [titles([1, 2])] == folder.titles()
    assert [] == [path for path, body in folder.tree().items() if b"root:" in body]


@pytest.mark.parametrize(
    "name", ["n" * 251 + ".txt", "--help", "-", "a b\u202etxt.exe", "a\nb\x1b[31m\x9b31m.txt"]
)
def test_names_at_the_border_are_names(folder: Folder, name: str) -> None:
    """255 bytes, dots, marks that turn writing round: read, moved, shown on one line."""
    folder.configure('[inbox]\ndone = "move"\n')
    folder.drop(name, page(DAY, [1]) + b"\n\nKiln99: A Title Without An End\n\nWe study how")
    answered = folder.digest("run", now=NOW)
    assert 3 == answered.status
    assert [titles([1])] == folder.titles()
    assert [name] == os.listdir(folder.inbox / "done")  # noqa: PTH208 - names as they are
    assert 1 == answered.err.count("\n")
    for said in (answered.err, folder.digest("explain", titles([1])[0], now=NOW).out):
        assert [] == [sign for sign in said if sign != "\n" and not sign.isprintable()]


def test_markup_in_a_name_is_none_on_any_page(folder: Folder) -> None:
    """The pages that tell how the folder is show names of files."""
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
def test_two_gigabytes_and_a_million_records(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """A limit raised as far as that: read if it can be, put aside if not, and told."""
    folder.configure("[limits]\nfile_mb = 4096\n")
    sparse = folder.drop("sparse.txt", b"")
    os.truncate(sparse, 2 * GIB)
    os.utime(sparse, (1_700_000_000, 1_700_000_000))
    records = (
        json.dumps({"id": f"{2000 + n // 90_000}.{n % 90_000:05}", "title": f"Kelp {n} at tide"})
        for n in range(1_000_000)
    )
    folder.drop("million.jsonl", "\n".join(records).encode())
    folder.drop("good.txt", page(DAY, [1]))
    started = time.perf_counter()
    answered = folder.process("run", now=NOW)
    seconds = time.perf_counter() - started
    with capsys.disabled():
        print(f"\n2 GiB of nothing, 1,000,000 records: {seconds:.0f} s\n{answered.err}")  # noqa: T201
    assert 3 == answered.status, answered
    assert "it holds 1,000,000 records: more than limits.records = 100000 allows" in answered.err
    assert "sparse.txt: " in answered.err
    assert [titles([1])] == folder.titles()
