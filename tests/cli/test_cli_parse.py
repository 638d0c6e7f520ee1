"""`digest parse` and `digest classify`: one line of JSON for each file or paper."""

from __future__ import annotations

import json
import signal
import subprocess

import msgspec
import pytest

from digest.cli import parse as cli_parse
from digest.model.papers import Organization, Reject, Sighting
from tests.support.builders import dump, sighting
from tests.support.folders import MINUTE, Folder, answer, page, paper, run_command

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
SIGHTING_KEYS = (
    "title abstract arxiv_id doi url authors n_authors organization published published_text"
    " upvotes comments code_url summary line"
)


def test_parse_prints_one_object_for_each_file(folder: Folder) -> None:
    """Each has the keys that scripts depend on."""
    api = folder.drop("api.json", answer(DAY, [{"id": "2611.00007", "title": "Kelp"}]))
    text = folder.drop(f"papers-{DAY}.txt", page(DAY, [4, 5]))
    answered = run_command(["parse", str(api), str(text)])
    first, second = map(json.loads, answered.out.splitlines())
    for row in (first, second):
        assert {"dump", "dialect", "source", "page_date", "sightings", "rejects"} <= set(row)
        for entry in row["sightings"]:
            assert set(SIGHTING_KEYS.split()) <= set(entry)
    assert ("api.json", "2611.00007") == (first["dump"], first["sightings"][0]["arxiv_id"])
    entry = second["sightings"][0]
    expected = paper(4)
    assert (expected.title, expected.abstract, 6, "2026-11-17", "Nov 17", 13, 4) == tuple(
        entry[name]
        for name in (
            "title", "abstract", "n_authors", "published", "published_text", "upvotes", "comments"
        )
    )  # fmt: skip
    assert (None, [], None) == tuple(entry[n] for n in ("arxiv_id", "authors", "organization"))
    assert [] == second["rejects"]


def test_parse_clean_prints_the_words_of_an_issue(folder: Folder) -> None:
    """Blanks and entities are repaired; without --clean they stay."""
    entry = {"id": "2611.00007", "title": "Kelp  &amp;\nTide", "summary": "It is 3  high."}
    file = str(folder.drop("api.json", answer(DAY, [entry])))
    raw = json.loads(run_command(["parse", file]).out)["sightings"][0]
    clean = json.loads(run_command(["parse", "--clean", file]).out)["sightings"][0]
    assert ("Kelp & Tide", "It is 3 high.") == (clean["title"], clean["abstract"])
    assert raw["title"] != clean["title"]


def test_parse_of_an_unreadable_file_leaves_with_3(folder: Folder) -> None:
    """A line on standard error has the reason, and the other files are read all the same."""
    bad, good = folder.drop("bad.txt", b"no"), folder.drop("good.txt", page(DAY, [1]))
    answered = run_command(["parse", str(bad), str(good)])
    assert 3 == answered.status
    assert ["good.txt"] == [json.loads(line)["dump"] for line in answered.out.splitlines()]
    assert answered.err.startswith(f"{bad}: ")
    assert 1 == answered.err.count("\n")


def test_parse_of_a_file_with_a_reject_succeeds(folder: Folder) -> None:
    """The object has the reject with its line and reason."""
    cut = (
        page(DAY, [1, 2])
        + b"\n\nKiln9: A Title And Nothing More\n\nAn abstract that ends in the mid"
    )
    answered = run_command(["parse", str(folder.drop("cut.txt", cut))])
    assert 0 == answered.status
    (reject,) = json.loads(answered.out)["rejects"]
    assert {"line", "reason"} == set(reject)
    assert b"Kiln9" in cut.splitlines()[reject["line"] - 1]


def test_classify_prints_one_object_for_each_paper(folder: Folder) -> None:
    """Each has the keys that scripts depend on; a paper without a topic is under other."""
    entries = [
        {"id": "2611.00007", "title": "Video diffusion", "summary": "A diffusion model of video."},
        {"id": "2611.00008", "title": "Qwxzy", "summary": "Zzyzx vbnml."},
    ]
    file = folder.drop("api.json", answer(DAY, entries))
    rows = [json.loads(line) for line in folder.digest("classify", str(file)).out.splitlines()]
    keys = {"title", "arxiv_id", "topic", "also", "score", "reasons", "unsure"}
    assert [keys, keys] == [set(row) for row in rows]
    assert ["2611.00007", "2611.00008"] == [row["arxiv_id"] for row in rows]
    assert "other" == rows[1]["topic"]
    assert all(row["reasons"] for row in rows)


def _stop_reading(command: list[str]) -> tuple[int, bytes]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        return process.wait(MINUTE), process.stderr.read()


@pytest.mark.parametrize("command", ["parse", "classify"])
def test_a_closed_pipe_prints_no_error(folder: Folder, command: str) -> None:
    """`digest parse ... | head -1` leaves no traceback and no message."""
    file = str(folder.drop("long.txt", page(DAY, range(600))))
    status, err = _stop_reading([*folder.command(), command, *([file] * 5)])
    assert b"" == err
    assert status in (0, 1, -signal.SIGPIPE)


def test_a_dump_as_data_has_every_key_of_its_records() -> None:
    """Keys without a value are there too; rejects have a line and a reason."""
    page = dump(sighting("Lanterns"), rejects=(Reject(7, "cut"),), evidence={"year": "its ids"})
    row = msgspec.json.decode(msgspec.json.encode(cli_parse.as_data(page)))
    assert [{"line": 7, "reason": "cut"}] == row["rejects"]
    expected = {"dump", "dialect", "source", "page_date", "witness", "sightings", "rejects"}
    assert expected == row.keys()
    (first,) = row["sightings"]
    assert set(Sighting.__struct_fields__) == first.keys()
    assert ("Lanterns", None, [], 1) == (
        first["title"], first["abstract"], first["authors"], first["line"],
    )  # fmt: skip


def test_clean_repairs_every_text_of_a_dump() -> None:
    """They become those of an issue; absent ones stay absent, and facts stay as they are."""
    page = dump(
        sighting(
            "Lanterns &amp;  Tunnels",
            abstract="We hang\x00 lanterns.",
            authors=("Ada&nbsp;Vance",),
            organization=Organization("north\x00", "North &amp; Co"),
            published_text="Nov 20",
            upvotes=3,
        )
    )
    (mended,) = cli_parse.clean_dump(page).sightings
    expected = sighting(
        "Lanterns & Tunnels",
        abstract="We hang lanterns.",
        authors=("Ada Vance",),
        organization=Organization("north", "North & Co"),
        published_text="Nov 20",
        upvotes=3,
    )
    assert expected == mended
    assert mended == next(iter(cli_parse.clean_dump(dump(mended)).sightings))
