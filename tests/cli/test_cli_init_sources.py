"""`digest init --source`: a working folder that asks its sources."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import settings
from digest.cli import new_sources
from digest.model.settings import Settings
from digest.settings import resources
from tests.support.feed_server import feed_server
from tests.support.folders import CommandResult, Folder, run_command, tree

CONTACT = "editor@example.org"
SHIPPED = (resources.shipped("config") / "digest.toml").read_text("utf-8")


def init(root: Path, *sources: str, contact: str | None = CONTACT) -> CommandResult:
    """Make a folder with these sources."""
    words = [word for source in sources for word in ("--source", source)]
    return run_command(["init", *words, *(["--contact", contact] if contact else []), str(root)])


def configured(root: Path) -> Settings:
    """Return the settings of a folder."""
    return settings.load(root)


def written(root: Path) -> str:
    """Return the configuration of a folder."""
    return (root / "config" / "digest.toml").read_text("utf-8")


def test_a_new_folder_asks_its_sources(tmp_path: Path) -> None:
    """The next step is a run, because nothing has to be copied by hand."""
    root = tmp_path / "papers"
    answered = init(root, "hf-daily", "arxiv-rss:cs.CL+cs.AI", "biorxiv")
    assert (0, "") == (answered.status, answered.err)
    assert [
        f"made   {root / 'config' / 'digest.toml'}",
        f"Next: digest --root {root} run",
    ] == answered.out.splitlines()
    assert CONTACT == configured(root).fetch.contact
    assert [
        ("hf-daily", "hf-daily", ()),
        ("arxiv-rss", "arxiv-rss", ("cs.CL", "cs.AI")),
        ("biorxiv", "biorxiv", ()),
    ] == [(source.name, source.kind, source.categories) for source in configured(root).sources]


def test_the_comments_of_the_shipped_configuration_stay(tmp_path: Path) -> None:
    """Only the example of a contact gives way, so that the other keys of its table fit below."""
    init(tmp_path, "hf-daily")
    differences = list(difflib.ndiff(SHIPPED.splitlines(), written(tmp_path).splitlines()))
    gone, new = ([line[2:] for line in differences if line[0] == sign] for sign in "-+")
    assert ["# [fetch]", '# contact = "you@example.org"'] == gone
    contact = 'contact = "editor@example.org"'
    assert ["[fetch]", contact, "[[source]]", 'name = "hf-daily"', 'kind = "hf-daily"'] == new
    tables = tomllib.loads(written(tmp_path))
    assert tomllib.loads(SHIPPED) == {
        name: table for name, table in tables.items() if name not in ("fetch", "source")
    }


def test_the_examples_fit_below_the_tables(tmp_path: Path) -> None:
    """Without their marks they are keys of the table that was written, and further sources."""
    init(tmp_path, "biorxiv")
    begin, end = "# private", "# Commands that bring"
    before, text, after = re.split(f"(?m)^(?={begin}|{end})", written(tmp_path))
    examples = "\n".join(line.removeprefix("# ") for line in text.splitlines() if line != "#")
    (tmp_path / "config" / "digest.toml").write_text(f"{before}{examples}\n{after}")
    assert ("10.0.0.0/8",) == configured(tmp_path).fetch.private
    assert ["biorxiv", "hf"] == [source.name for source in configured(tmp_path).sources][:2]


@pytest.mark.parametrize(
    ("word", "name", "key", "value"),
    [
        ("feed:https://www.feeds.example.org/a.xml?x=1&y=2", "feeds-example-org", "url", None),
        ("page:https://example.org:8443/a", "example-org", "url", None),
        ('arxiv-search:cat:cs.CL AND abs:"agents"', "arxiv-search", "query", None),
        ("arxiv-oai:cs", "arxiv-oai", "set", None),
        ("mailbox:/home/ed/Maildir", "mailbox", "path", None),
        ("folder:synced/papers", "folder", "path", None),
        ("arxiv-rss:cs.CL", "arxiv-rss", "categories", ("cs.CL",)),
    ],
)
def test_a_kind_may_need_a_word(
    tmp_path: Path, word: str, name: str, key: str, value: object
) -> None:
    """It stands after a colon; a source of an address is called after its host."""
    assert 0 == init(tmp_path, word).status
    (source,) = configured(tmp_path).sources
    expected = value or word.partition(":")[2]
    assert (name, expected) == (source.name, getattr(source, key))


def test_sources_of_one_kind_get_names_of_their_own(tmp_path: Path) -> None:
    """In the order in which they were given."""
    init(
        tmp_path,
        "feed:https://a.org/1",
        "feed:https://a.org/2",
        "arxiv-rss:cs.CL",
        "arxiv-rss:cs.AI",
    )
    names = [source.name for source in configured(tmp_path).sources]
    assert ["a-org", "a-org-2", "arxiv-rss", "arxiv-rss-2"] == names


@pytest.mark.parametrize(
    "word",
    [
        "",
        "hf",
        "arxiv-rss",
        "arxiv-rss:",
        "hf-daily:x",
        "feed",
        "biorxiv:",
        "feed:https://a.org/\n",
    ],
)
def test_what_is_no_source_is_refused(tmp_path: Path, word: str) -> None:
    """Before anything is made; the message says how each kind is written."""
    answered = init(tmp_path / "papers", "hf-daily", word)
    assert (2, "", 1) == (answered.status, answered.out, answered.err.count("\n"))
    assert answered.err.startswith(f"digest: --source: not a source: {word!r} (one of hf-daily, ")
    assert "feed:URL" in answered.err
    assert not (tmp_path / "papers").exists()


@pytest.mark.parametrize(
    ("expected", "contact"),
    [
        ("--contact: is missing: source 'hf-daily' is asked over the network", None),
        ("--contact: neither a mail nor a web address: 'me'", "me"),
        ("--contact: neither a mail nor a web address: 'me@'", "me@"),
    ],
)
def test_a_source_over_the_network_needs_a_contact(
    tmp_path: Path, expected: str, contact: str | None
) -> None:
    """Every request names it, so that the operator of a source can reach you."""
    answered = init(tmp_path / "papers", "hf-daily", contact=contact)
    assert (2, "") == (answered.status, answered.out)
    assert expected in answered.err
    assert "(add --contact with your mail or web address" in answered.err
    assert not (tmp_path / "papers").exists()


def test_a_source_on_the_disk_needs_no_contact(tmp_path: Path) -> None:
    """Then there is no table for one."""
    assert 0 == init(tmp_path, "folder:synced", contact=None).status
    assert "fetch" not in tomllib.loads(written(tmp_path))


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("--contact: there is no source that could see it", ["--contact", CONTACT]),
        ("true papers would mix", ["--sample", "--source", "hf-daily", "--contact", CONTACT]),
        (
            "--source: source[0].categories: not a category: '3'",
            ["--source", "arxiv-rss:3", "--contact", CONTACT],
        ),
        (
            "--source: source[0].url: not a web address",
            ["--source", "feed:a.org", "--contact", CONTACT],
        ),
    ],
)
def test_options_that_do_not_fit_are_refused(
    tmp_path: Path, expected: str, words: list[str]
) -> None:
    """With a sentence on the option, and nothing is made."""
    answered = run_command(["init", *words, str(tmp_path / "papers")])
    assert (2, "") == (answered.status, answered.out)
    assert expected in answered.err
    assert not (tmp_path / "papers").exists()


def added(out: str) -> str:
    """Return the lines that `init` says are missing."""
    lines = out.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("Add to the end of"))
    return "\n".join(lines[start + 1 : -1])


@pytest.mark.parametrize(
    "before",
    [
        "",
        '[site]\ntitle = "Ours"\n',
        '[[source]]\nname = "hf-daily"\nkind = "folder"\npath = "x"\n',
    ],
)
def test_an_existing_configuration_is_not_changed(folder: Folder, before: str) -> None:
    """The lines that it lacks are shown, and fit when they are added as they are."""
    folder.configure(before)
    files = tree(folder.root)
    answered = init(folder.root, "hf-daily", "feed:https://a.org/x")
    assert (0, files) == (answered.status, tree(folder.root))
    assert answered.out.startswith(f"kept   {folder.configuration}\n")
    last = f"Next: add the lines above to {folder.configuration}, then: digest"
    assert answered.out.splitlines()[-1].startswith(last)
    folder.configure(before + added(answered.out))
    kinds = [source.kind for source in configured(folder.root).sources]
    assert ["hf-daily", "feed"] == kinds[-2:]
    assert CONTACT == configured(folder.root).fetch.contact


def test_a_contact_that_is_there_is_not_asked_for_again(folder: Folder) -> None:
    """Nor is another one written beside it."""
    folder.configure('[fetch]\ncontact = "first@example.org"\n')
    answered = init(folder.root, "hf-daily", contact=None)
    assert 0 == answered.status
    assert "[fetch]" not in added(answered.out)
    assert "contact" not in added(answered.out)


def test_a_table_without_a_contact_gets_one(folder: Folder) -> None:
    """A second table [fetch] would be no TOML."""
    folder.configure("[fetch]\nseconds = 60\n")
    out = init(folder.root, "hf-daily").out
    place = f'Add to the table [fetch] of {folder.configuration}:\ncontact = "{CONTACT}"\n'
    assert place in out
    assert "[fetch]" not in added(out)


def test_what_is_there_already_is_not_shown(folder: Folder) -> None:
    """So the command may be repeated: whatever the source is called, and however often asked."""
    init(folder.root / "new", "hf-daily", "arxiv-rss:cs.CL")
    before = tree(folder.root)
    answered = init(folder.root / "new", "arxiv-rss:cs.CL", "hf-daily")
    assert (0, before) == (answered.status, tree(folder.root))
    assert ["kept", "Next:"] == [line.split()[0] for line in answered.out.splitlines()]
    assert answered.out.endswith(f"Next: digest --root {folder.root / 'new'} run\n")


def test_a_broken_configuration_is_an_error(folder: Folder) -> None:
    """Nobody can say which lines it lacks."""
    folder.configure("[site\n")
    answered = init(folder.root, "hf-daily")
    assert 2 == answered.status
    assert "not valid TOML" in answered.err


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_value_is_the_same_in_the_file(value: str) -> None:
    """Also with quotes, backslashes and controls."""
    line = f"value = {new_sources.as_toml(value)}"
    read: dict[str, Any] = tomllib.loads(line)
    assert 1 == len(line.splitlines()) or not value.isprintable()
    assert value == read["value"]


def test_a_new_folder_issues_what_its_source_has(tmp_path: Path) -> None:
    """Two commands: one makes the folder, one asks and issues."""
    root = tmp_path / "papers"
    with feed_server() as server:
        server.feed("/a", range(3))
        assert 0 == init(root, f"feed:{server.url('/a')}").status
        text = written(root).replace('# private = ["10', 'private = ["127.0.0.0/8", "10')
        (root / "config" / "digest.toml").write_text(text)
        answered = run_command(["--root", str(root), "--now", "2026-11-20T08:00", "run"])
    assert 0 == answered.status
    assert answered.out.startswith("asked 127-0-0-1: 3 papers in 1 file\n1 dump, 3 entries = 3 new")
    assert "Issue 1 of daily, 2026-11-20: 3 papers\n" in answered.out
