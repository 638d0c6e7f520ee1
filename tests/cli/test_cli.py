"""The command line: help, exit statuses, the forms scripts depend on, messages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from freezegun import freeze_time

from digest import __version__
from digest.cli import main
from tests.support.folders import MINUTE, Folder, Told, answer, page, paper, titles, told, tree

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
COMMANDS = main.cli.list_commands(click.Context(main.cli))
SIGHTING = (
    "title abstract arxiv_id doi url authors n_authors organization published published_text"
    " upvotes comments code_url summary line"
)


@pytest.fixture
def published(folder: Folder) -> Folder:
    """A folder with one issue of three papers."""
    folder.drop("papers.txt", page(DAY, [1, 2, 3]))
    folder.run(NOW)
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_it_does_and_gives_an_example(name: str) -> None:
    """Of every command, with the options' meanings; both spellings of the option."""
    answered = told([name, "--help"])
    assert 0 == answered.status
    assert answered == told([name, "-h"])
    lines = answered.out.splitlines()
    assert lines[0].startswith(f"Usage: digest {name}")
    assert lines[2].strip()
    example = answered.out.partition("Example")[2].partition("Options:")[0]
    assert f"digest {name}" in example or f"{name}" in example
    for option in re.findall(r"^  (--[a-z-]+)(.*)$", answered.out, re.MULTILINE):
        assert option[1].strip(), option


def test_help_names_every_command() -> None:
    """And the first page shows a first time."""
    answered = told(["--help"])
    listed = answered.out.partition("Commands:")[2].split("\n")
    assert COMMANDS == [line.split()[0] for line in listed if line.strip()]
    assert "digest init" in answered.out
    stable = "init run serve parse classify rebuild explain status check"
    assert set(stable.split()) <= set(COMMANDS)


def test_help_names_the_exit_statuses_of_a_run() -> None:
    """All five of them."""
    said = told(["run", "--help"]).out
    assert [0, 1, 2, 3, 4] == [n for n in range(5) if re.search(rf"\b{n} ", said)]


def test_the_same_command_by_module_and_script(published: Folder) -> None:
    """`python -m digest` and `digest` answer alike, version included."""
    for words in (["--version"], ["--root", str(published.root), "status", "--json"]):
        now = ["--now", NOW]
        module, script = (
            subprocess.run(
                [*start, *now, *words], capture_output=True, check=True, text=True
            ).stdout
            for start in (
                [sys.executable, "-m", "digest"],
                [str(Path(sys.executable).parent / "digest")],
            )
        )
        assert module == script
    assert f"digest, version {__version__}\n" == told(["--version"]).out


def test_the_report_of_a_run_as_json(folder: Folder) -> None:
    """Exactly the keys scripts depend on, on standard output, and nothing else there."""
    folder.drop("papers.txt", page(DAY, [1, 2, 3, 3]))
    folder.drop("broken.bin", b"\x00\x01\x02")
    answered = folder.digest("run", "--json", now=NOW)
    reason = json.loads(answered.out)["quarantined"][0]["reason"]
    sums = {"dumps": 1, "entries": 4, "new": 3, "changed": 0, "known": 0, "repeated": 1}
    paths = [f"output/daily/{DAY}.{suffix}" for suffix in ("html", "md", "json")]
    assert {
        "verdict": "new",
        "moment": f"{NOW}:00+00:00",
        "accounting": sums | {"rejected": 0},
        "issues": [
            {"edition": "daily", "date": DAY, "number": 1, "papers": 3, "paths": paths},
        ],
        "quarantined": [{"dump": "broken.bin", "reason": reason}],
    } == json.loads(answered.out)
    assert (3, f"broken.bin: {reason}\n") == (answered.status, answered.err)
    for path in paths:
        assert (folder.root / path).is_file()


def test_a_run_for_a_person(folder: Folder) -> None:
    """What was read, what was made, what to open and how to go on; with -q nothing."""
    folder.drop("papers.txt", page(DAY, [1, 2]))
    answered = folder.digest("run", now=NOW)
    said = ["1 dump, 2 entries = 2 new + 0 changed + 0 known + 0 repeated + 0 rejected"]
    said.append(f"Issue 1 of daily, {DAY}: 2 papers")
    assert said == answered.out.splitlines()[:2]
    assert str(folder.output / "index.html") in answered.out
    assert str(folder.output / "feed.xml") in answered.out
    assert "digest init" in answered.out
    assert Told(0, "quiet: Nothing waited in the inbox.\n", "") == folder.digest("run", now=NOW)
    assert Told(0, "", "") == folder.digest("-q", "run", now=NOW)


def test_v_says_how_each_dump_was_read(folder: Folder) -> None:
    """Its dialect, source, page date and the witnesses."""
    folder.drop("papers-2026-11-18.txt", page(DAY, [1]))
    said = folder.digest("-v", "run", now=NOW).out
    assert f"papers-2026-11-18.txt: plain-text of huggingface.co/papers, {DAY}, 1 entries" in said
    assert "year: 2026: the file name" in said


@pytest.mark.parametrize("given", [f"{DAY}T23:30:00Z", f"{DAY}T23:30:00+00:00", "2026-11-19T00:30"])
def test_now_is_site_time_unless_it_says_otherwise(folder: Folder, given: str) -> None:
    """The same moment three times, of the next day in the site's zone."""
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n')
    folder.drop("papers.txt", page(DAY, [1]))
    report = folder.run(given)
    assert "2026-11-19T00:30:00+01:00" == report["moment"]
    assert ["2026-11-19"] == [issue["date"] for issue in report["issues"]]


def test_now_may_be_a_day(folder: Folder) -> None:
    """A date alone is its midnight."""
    assert f"{DAY}T00:00:00+00:00" == folder.run(DAY)["moment"]


def test_without_now_the_clock_counts(folder: Folder) -> None:
    """In the site's zone."""
    folder.configure('[site]\ntimezone = "America/New_York"\n')
    with freeze_time(f"{DAY} 12:00:00"):
        answered = folder.digest("run", "--json")
    assert f"{DAY}T07:00:00-05:00" == json.loads(answered.out)["moment"]


@pytest.mark.parametrize("given", ["yesterday", "2026-13-01", "07:00", ""])
def test_a_now_that_is_no_moment(folder: Folder, given: str) -> None:
    """Status 2, the words given, and an example of what is meant."""
    answered = folder.digest("--now", given, "run")
    assert 2 == answered.status
    assert "digest: --now: no moment" in answered.err
    assert "2026-11-22T07:00" in answered.err


def test_digest_root_names_the_folder(published: Folder, tmp_path: Path) -> None:
    """The environment for where no --root is given; --root wins."""
    command = [sys.executable, "-m", "digest", "status", "--json"]
    done = subprocess.run(
        command,
        env={"DIGEST_ROOT": str(published.root)},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert 3 == json.loads(done.stdout)["counts"]["paper"]
    other = Folder(tmp_path / "other").process("status", DIGEST_ROOT=str(published.root))
    assert "Nothing was taken in yet." in other.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ran"], "No such command 'ran'"),
        (["run", "--dew"], "--due"),
        (["parse"], "FILE"),
        (["parse", "no-such-file"], "no-such-file"),
        (["explain"], "KEY_OR_TITLE"),
        (["serve", "--scan", "0"], "--scan"),
    ],
)
def test_wrong_usage(folder: Folder, words: list[str], says: str) -> None:
    """Status 2, and what is wrong with it, on standard error."""
    answered = folder.digest(*words)
    assert (2, "") == (answered.status, answered.out)
    assert says in answered.err


@pytest.mark.parametrize(
    ("toml", "key", "says"),
    [
        ("[site]\ntitel = 'x'\n", "site.titel", "did you mean title?"),
        ("[sight]\n", "sight", "did you mean site?"),
        ("[site]\ntimezone = 'Mars/Olympus'\n", "site.timezone", "Mars/Olympus"),
        ("[site]\nurl = 'papers'\n", "site.url", "papers"),
        ("[inbox]\nsettle_seconds = 'two'\n", "inbox.settle_seconds", "must be a number"),
        ("[inbox]\nexpect_every = 'often'\n", "inbox.expect_every", "36h"),
        ("[[edition]]\nat = '7'\n", "edition[0].at", "07:00"),
        ("[[edition]]\ndays = ['moon']\n", "edition[0].days", "mon"),
        ("[[edition]]\n[[edition]]\nname = 'daily'\n", "edition[", "daily"),
        ("[[edition]]\nname = 'archive'\n", "edition[0].name", "archive"),
        ("[[edition]]\nperiod = 'year'\n", "edition[0].period", "year"),
        ("[[edition]]\nwhen_emty = 'note'\n", "edition[0].when_emty", "did you mean when_empty?"),
        ("[site\n", "", "not valid TOML"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_configuration_that_cannot_be_used(
    folder: Folder, command: str, toml: str, key: str, says: str
) -> None:
    """Status 2; the file, the key and what to do stand in one line; nothing was done."""
    folder.configure(toml)
    folder.drop("papers.txt", page(DAY, [1]))
    answered = folder.digest(command, now=NOW)
    assert (2, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
    place = f"{folder.root}/config/digest.toml: {key}"
    assert answered.err.startswith(f"digest: {place}"), answered.err
    assert says in answered.err
    assert {} == folder.tree()


def test_check_reports_what_is_in_order(folder: Folder) -> None:
    """Each part with ok; a site that only this machine can reach is a warning, not an error."""
    answered = folder.digest("check")
    assert 0 == answered.status
    assert ["ok", "ok", "ok", "!"] == [line.split()[0] for line in answered.out.splitlines()]
    folder.configure('[site]\nurl = "https://papers.example/"\n')
    assert "!" not in folder.digest("check").out


def test_check_finds_a_topic_that_does_not_exist(folder: Folder) -> None:
    """With the names that do."""
    folder.configure('[[edition]]\ntopics = ["agents", "agnets"]\n')
    answered = folder.digest("check")
    assert 2 == answered.status
    assert "no topic 'agnets'" in answered.err


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_broken_template_is_named_with_its_line(folder: Folder, command: str) -> None:
    """Before a page is written."""
    file = folder.root / "templates" / "issue.html"
    file.parent.mkdir()
    file.write_text("fine\n{% if %}\n", encoding="utf-8")
    folder.drop("papers.txt", page(DAY, [1]))
    answered = folder.digest(command, now=NOW)
    assert 2 == answered.status
    assert f"{file}: line 2" in answered.err
    assert not (folder.output / "index.html").exists()
    file.unlink()
    assert 0 == folder.digest("run", now=NOW).status
    assert [titles([1])] == folder.titles()


@pytest.mark.parametrize(
    ("bytes_there", "says"),
    [
        (b"not a database at all, but long enough to be looked at" * 9, "not usable as a database"),
        (None, "the database of another program"),
    ],
)
def test_a_database_that_is_not_ours_is_left_alone(
    folder: Folder, bytes_there: bytes | None, says: str
) -> None:
    """Status 1, a line that names the file, and not a byte of it changes."""
    import sqlite3

    file = folder.root / "state" / "ledger.sqlite3"
    file.parent.mkdir()
    if bytes_there is None:
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE tea (leaf)")
        other.close()
    else:
        file.write_bytes(bytes_there)
    before = file.read_bytes()
    for words in (["run"], ["status"], ["explain", "x"], ["rebuild"]):
        answered = folder.digest(*words, now=NOW)
        assert (1, "") == (answered.status, answered.out), words
        assert answered.err.startswith(f"digest: {file}: "), words
        assert says in answered.err, words
    assert before == file.read_bytes()


def test_status_before_and_after(published: Folder, tmp_path: Path) -> None:
    """Before the first run there is little to say; then runs, sources, editions and counts."""
    before = json.loads(Folder(tmp_path / "new").digest("status", "--json", now=NOW).out)
    nothing = dict.fromkeys(("newest", "verdict", "last_due", "last_due_state"))
    edition = nothing | {"name": "daily", "papers": 0, "next_due": "2026-11-19T07:00+00:00"}
    assert [edition] == before["editions"]
    after = json.loads(published.digest("status", "--json", now=f"{DAY}T06:00").out)
    assert set(before) == set(after)
    newest = {"newest": DAY, "papers": 3, "verdict": "new", "next_due": f"{DAY}T07:00+00:00"}
    assert [edition | newest] == after["editions"]
    assert (f"{NOW}:00+00:00", 3) == (
        after["runs"][0]["moment"],
        after["runs"][0]["accounting"]["new"],
    )
    assert {"dump": 1, "paper": 3, "issue": 1} == after["counts"]
    assert not after["stale"]


def test_no_input_for_too_long(published: Folder) -> None:
    """`expect_every` has passed: `run` and `status` leave with 4, for monitors."""
    published.configure('[inbox]\nexpect_every = "36h"\n')
    assert 0 == published.digest("status", now="2026-11-19T19:59").status
    answered = published.digest("status", now="2026-11-19T20:01")
    assert 4 == answered.status
    assert "stale" in answered.out
    assert "quiet" == published.run("2026-11-19T19:59")["verdict"]
    assert "no-input" == published.run("2026-11-19T20:01", status=4)["verdict"]
    published.drop("broken", b"\x00")
    assert "unreadable" == published.run("2026-11-19T20:02", status=3)["verdict"]


def test_looking_never_writes(published: Folder) -> None:
    """status, explain, check, parse and classify leave every byte as it was."""
    before = tree(published.root)
    file = str(published.inbox / "papers.txt")
    for words in (["status"], ["explain", "a"], ["check"], ["parse", file], ["classify", file]):
        assert 0 == published.digest(*words, now=NOW).status, words
    assert before == tree(published.root)


def test_parse_gives_one_object_for_each_file(folder: Folder) -> None:
    """With the keys scripts depend on."""
    api = folder.drop("api.json", answer(DAY, [{"id": "2611.00007", "title": "Kelp"}]))
    text = folder.drop(f"papers-{DAY}.txt", page(DAY, [4, 5]))
    answered = told(["parse", str(api), str(text)])
    first, second = map(json.loads, answered.out.splitlines())
    for dump in (first, second):
        assert {"dump", "dialect", "source", "page_date", "sightings", "rejects"} <= set(dump)
        for sighting in dump["sightings"]:
            assert set(SIGHTING.split()) <= set(sighting)
    assert ("api.json", "2611.00007") == (first["dump"], first["sightings"][0]["arxiv_id"])
    sighting = second["sightings"][0]
    made = paper(4)
    assert (made.title, made.abstract, 6, "2026-11-17", "Nov 17", 13, 4) == tuple(
        sighting[name]
        for name in (
            "title", "abstract", "n_authors", "published", "published_text", "upvotes", "comments"
        )
    )  # fmt: skip
    assert (None, [], None) == tuple(sighting[n] for n in ("arxiv_id", "authors", "organization"))
    assert [] == second["rejects"]


def test_parse_clean_gives_the_words_as_printed(folder: Folder) -> None:
    """Blanks and entities in order; without --clean they stay."""
    entry = {"id": "2611.00007", "title": "Kelp  &amp;\nTide", "summary": "It is 3  high."}
    file = str(folder.drop("api.json", answer(DAY, [entry])))
    raw = json.loads(told(["parse", file]).out)["sightings"][0]
    clean = json.loads(told(["parse", "--clean", file]).out)["sightings"][0]
    assert ("Kelp & Tide", "It is 3 high.") == (clean["title"], clean["abstract"])
    assert raw["title"] != clean["title"]


def test_parse_of_something_unreadable(folder: Folder) -> None:
    """Status 3 and a line with the reason; the other files are read all the same."""
    bad, good = folder.drop("bad.txt", b"no"), folder.drop("good.txt", page(DAY, [1]))
    answered = told(["parse", str(bad), str(good)])
    assert 3 == answered.status
    assert ["good.txt"] == [json.loads(line)["dump"] for line in answered.out.splitlines()]
    assert answered.err.startswith(f"{bad}: ")
    assert 1 == answered.err.count("\n")


def test_a_reject_is_no_failure_of_parse(folder: Folder) -> None:
    """It stands in the object with its line and reason."""
    cut = (
        page(DAY, [1, 2])
        + b"\n\nKiln9: A Title And Nothing More\n\nAn abstract that ends in the mid"
    )
    answered = told(["parse", str(folder.drop("cut.txt", cut))])
    assert 0 == answered.status
    (reject,) = json.loads(answered.out)["rejects"]
    assert {"line", "reason"} == set(reject)
    assert b"Kiln9" in cut.splitlines()[reject["line"] - 1]


def test_classify_gives_one_object_for_each_paper(folder: Folder) -> None:
    """The keys scripts depend on; what no word places is under other, and says so."""
    entries = [
        {"id": "2611.00007", "title": "Video diffusion", "summary": "A diffusion model of video."},
        {"id": "2611.00008", "title": "Qwxzy", "summary": "Zzyzx vbnml."},
    ]
    file = folder.drop("api.json", answer(DAY, entries))
    placed = [json.loads(line) for line in folder.digest("classify", str(file)).out.splitlines()]
    keys = {"title", "arxiv_id", "topic", "also", "score", "reasons"}
    assert [keys, keys] == [set(one) for one in placed]
    assert ["2611.00007", "2611.00008"] == [one["arxiv_id"] for one in placed]
    assert "other" == placed[1]["topic"]
    assert all(one["reasons"] for one in placed)


def test_explain_tells_a_papers_story(published: Folder) -> None:
    """By key, by title and by words of it: where seen, which guid, which topic, which issue."""
    made = paper(2)
    (item,) = [
        item
        for section in published.data()[0]["sections"]
        for item in section["papers"]
        if item["title"] == made.title
    ]
    by_words = published.digest("explain", made.title.lower()[:-2]).out
    assert by_words == published.digest("explain", f"title:{made.title}").out
    assert by_words == published.digest("explain", made.title).out
    for told_too in (item["guid"], "papers.txt, line ", "number 1", f"daily/{DAY}.html", "topic"):
        assert told_too in by_words


def test_explain_of_what_nobody_knows(published: Folder, tmp_path: Path) -> None:
    """Status 1 and a line, before the first run too."""
    for folder in (published, Folder(tmp_path / "new")):
        answered = folder.digest("explain", "2611.99999")
        assert (1, "") == (answered.status, answered.out)
        assert "digest: no paper has the key or title '2611.99999'\n" == answered.err


def test_explain_says_why_a_paper_is_not_issued(published: Folder) -> None:
    """It waits, or the edition's filters left it out, or it was seen before the edition."""
    edition = '[[edition]]\nname = "{}"\n'
    published.configure(edition.format("daily") + edition.format("none") + 'include = ["qwxzy"]\n')
    published.drop("more.txt", page(DAY, [7]))
    published.run(f"{DAY}T06:00", "--due")
    said = published.digest("explain", paper(7).title).out
    assert "not in   daily: waits for the next issue" in said
    assert "not in   none: waits for the next issue" in said
    assert "not in   none: seen before" in published.digest("explain", paper(1).title).out
    published.run(f"{DAY}T08:00")
    said = published.digest("explain", paper(7).title).out
    assert "not in   none: left out by the edition's filters" in said


def _reader_leaves(command: list[str]) -> tuple[int, bytes]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        return process.wait(MINUTE), process.stderr.read()


@pytest.mark.parametrize("command", ["parse", "classify"])
def test_a_closed_pipe_is_no_failure_to_talk_about(folder: Folder, command: str) -> None:
    """`digest parse ... | head -1`: no traceback, nothing said."""
    file = str(folder.drop("long.txt", page(DAY, range(600))))
    status, said = _reader_leaves([*folder.command(), command, *([file] * 5)])
    assert b"" == said
    assert status in (0, 1, -signal.SIGPIPE)


def test_init_makes_a_folder_and_never_overwrites(tmp_path: Path) -> None:
    """Configuration that teaches, inbox and output; what is there already is kept."""
    root = tmp_path / "papers"
    said = told(["init", str(root)]).out
    assert {"config", "inbox", "output"} == {path.name for path in root.iterdir()}
    assert f"digest --root {root} run" in said
    for name in ("topics", "templates", "sample"):
        assert 0 == told(["init", f"--{name}", str(root)]).status
    (root / "config" / "digest.toml").write_text("# mine\n", encoding="utf-8")
    before = tree(root)
    answered = told(["init", "--topics", "--templates", "--sample", str(root)])
    assert 0 == answered.status
    assert before == tree(root)
    assert "kept" in answered.out


def test_init_with_samples_is_ready_to_run(tmp_path: Path) -> None:
    """The three days of samples make an issue; own copies of topics and templates do too."""
    folder = Folder(tmp_path / "papers")
    told(["init", "--sample", "--topics", "--templates", str(folder.root)])
    for file in folder.inbox.iterdir():
        os.utime(file, (0, 0))
    report = folder.run("2026-11-20T08:00")
    assert (3, 36) == (report["accounting"]["dumps"], report["accounting"]["new"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: (root / "output").write_text("a file", encoding="utf-8"),
        lambda root: (root / "state").write_text("a file", encoding="utf-8"),
    ],
    ids=["output", "state"],
)
def test_a_folder_that_is_a_file(folder: Folder, spoil: Callable[[Path], object]) -> None:
    """What the machine refuses is one line with the path, and status 1."""
    spoil(folder.root)
    folder.drop("papers.txt", page(DAY, [1]))
    answered = folder.digest("run", now=NOW)
    assert (1, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
    assert str(folder.root) in answered.err


def test_every_command_is_click_s() -> None:
    """So that help, completion and errors come from one place."""
    assert all(isinstance(command, click.Command) for command in main.cli.commands.values())
