"""`[fetch]`, `[[source]]`, `[[publish]]`: what cannot work is an error with what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import settings
from digest.errors import SettingsError
from digest.model.settings import Settings
from digest.model.source_settings import command_names
from digest.settings.source_checks import LEAST

CONTACT = '[fetch]\ncontact = "you@example.org"\n'
COMPLETE = {
    "hf-daily": 'token = "env:HF_TOKEN"\nlook_back = 5',
    "arxiv-rss": 'categories = ["cs.CL", "astro-ph.GA", "hep-th", "cond-mat.mes-hall"]\n'
    'announce = ["new", "replace-cross"]',
    "arxiv-search": 'query = "cat:cs.CL AND abs:agents"\nmost = 100',
    "arxiv-oai": 'set = "physics:hep-th"',
    "biorxiv": 'server = "medrxiv"\ncategories = ["Infectious Diseases"]\nlook_back = 2',
    "feed": 'url = "https://example.org/feed.xml?a=b"\ntoken = "file:secrets/feed"',
    "page": 'url = "http://[2001:db8::1]:8080/papers"',
    "mailbox": 'path = "/home/me/Maildir"',
    "folder": 'path = "synced"',
}


def load(root: Path, content: str) -> Settings:
    """Write a configuration file and load it."""
    (root / "config").mkdir(exist_ok=True)
    (root / "config" / "digest.toml").write_text(content, "utf-8")
    return settings.load(root)


def error_for(root: Path, content: str) -> SettingsError:
    """Return the error for a configuration file with this content."""
    with pytest.raises(SettingsError) as raised:
        load(root, content)
    return raised.value


def source(kind: str, more: str = "", name: str = "one") -> str:
    """Return the table of a source."""
    return f'[[source]]\nname = "{name}"\nkind = "{kind}"\n{more}\n'


@pytest.mark.parametrize("kind", LEAST)
def test_each_kind_takes_what_it_uses(tmp_path: Path, kind: str) -> None:
    """Everything that a kind uses, and its shortest time between two looks."""
    every = f'every = "{LEAST[kind]}"'  # type: ignore[index]
    loaded = load(tmp_path, CONTACT + source(kind, f"{COMPLETE[kind]}\n{every}"))
    assert kind == loaded.sources[0].kind


def test_a_contact_is_required_once_a_source_is_asked(tmp_path: Path) -> None:
    """The error has the line to write; sources on the disk, and disabled ones, need none."""
    error = error_for(tmp_path, source("hf-daily"))
    assert ("fetch.contact", "is missing: source 'one' is asked over the network") == (
        error.key,
        error.reason,
    )
    assert 'contact = "you@example.org"' in error.hint
    load(tmp_path, source("hf-daily", "enabled = false") + source("folder", 'path = "a"', "two"))


@pytest.mark.parametrize(
    "contact",
    [
        "you@example.org",
        "https://example.org/about",
        "a.b+c@mail.example.co.uk",
        "http://x.example",
    ],
)
def test_a_contact_is_a_mail_or_web_address(tmp_path: Path, contact: str) -> None:
    """Somebody must be able to use it."""
    assert contact == load(tmp_path, f'[fetch]\ncontact = "{contact}"').fetch.contact


@pytest.mark.parametrize(
    "contact", ["", "me", "you@", "you@example", "a b@example.org", "you@example.org\\r\\nX: y",
                "ftp://example.org", "https://example.org/(x)", "ü@example.org",
                "a" * 300 + "@b.org"],
)  # fmt: skip
def test_what_is_no_contact_is_an_error(tmp_path: Path, contact: str) -> None:
    """It would go into every request."""
    assert "fetch.contact" == error_for(tmp_path, f'[fetch]\ncontact = "{contact}"').key


@pytest.mark.parametrize(
    ("kind", "more", "key", "part"),
    [
        ("arxiv-rss", "", "categories", 'write categories = ["cs.CL"]'),
        ("arxiv-search", "", "query", "arxiv-search needs it"),
        ("arxiv-oai", "", "set", "arxiv-oai needs it"),
        ("feed", "", "url", "feed needs it"),
        ("page", "", "url", "page needs it"),
        ("mailbox", "", "path", "mailbox needs it"),
        ("folder", 'path = ""', "path", "folder needs it"),
        ("hf-daily", 'url = "https://a.example"', "url", "is not used by hf-daily"),
        ("hf-daily", 'set = "cs"', "set", "hf-daily takes kind, every, enabled, look_back, token"),
        ("arxiv-rss", 'categories = ["cs"]\ntoken = "env:A"', "token", "not used by arxiv-rss"),
        ("arxiv-rss", 'categories = ["cs"]\nmost = 5', "most", "not used by arxiv-rss"),
        ("folder", 'path = "a"\nlook_back = 9', "look_back", "not used by folder"),
        ("feed", 'url = "https://a.example"\nserver = "medrxiv"', "server", "not used by feed"),
    ],
)
def test_a_kind_takes_what_it_needs_and_nothing_else(
    tmp_path: Path, kind: str, more: str, key: str, part: str
) -> None:
    """A key without effect would be taken for one with it."""
    error = error_for(tmp_path, CONTACT + source(kind, more))
    assert f"source[0].{key}" == error.key
    assert part in str(error)


@pytest.mark.parametrize(
    "name", ["", "Daily", "a_b", "-a", "a-", "a--b", "é", "a/b", "a" * 101, "papers-2026-11",
             "x202611"],
)  # fmt: skip
def test_the_name_of_a_source_is_that_of_its_files(tmp_path: Path, name: str) -> None:
    """They must have one source by their names, so no part of it looks like a date."""
    error = error_for(tmp_path, CONTACT + source("hf-daily", name=name))
    assert "source[0].name" == error.key


def test_names_are_unique(tmp_path: Path) -> None:
    """Whether the sources are asked or not."""
    twice = source("hf-daily", "enabled = false") + source("folder", 'path = "a"')
    assert "two sources are called 'one'" == error_for(tmp_path, CONTACT + twice).reason


@pytest.mark.parametrize(
    ("kind", "every", "part"),
    [
        ("hf-daily", "29m", 'is asked every 30m at most, not every 29m (write "30m" or longer)'),
        ("arxiv-rss", "59m", "every 1h at most"),
        ("arxiv-search", "30m", "every 1h at most"),
        ("arxiv-oai", "1m", "every 1h at most"),
        ("feed", "14m", "every 15m at most"),
        ("folder", "0m", "every 15m at most"),
        ("feed", "3 hours", "not a time span: '3 hours'"),
        ("feed", "6000w", "must be at most 36500 days"),
    ],
)
def test_no_source_is_asked_more_often_than_its_kind_allows(
    tmp_path: Path, kind: str, every: str, part: str
) -> None:
    """The least is that of the kind."""
    error = error_for(tmp_path, CONTACT + source(kind, f'{COMPLETE[kind]}\nevery = "{every}"'))
    assert "source[0].every" == error.key
    assert part in str(error)


@pytest.mark.parametrize(
    ("kind", "more", "key"),
    [
        ("arxiv-rss", 'categories = ["cs.CL cs.AI"]', "categories"),
        ("arxiv-rss", 'categories = ["../x"]', "categories"),
        ("arxiv-rss", 'categories = ["CS.CL"]', "categories"),
        ("arxiv-rss", 'categories = [""]', "categories"),
        ("biorxiv", 'categories = ["a", "b"]', "categories"),
        ("biorxiv", 'categories = ["a/b"]', "categories"),
        ("arxiv-oai", 'set = "cs&from=1"', "set"),
        ("arxiv-search", 'query = " "', "query"),
        ("arxiv-search", 'query = "a\\nb"', "query"),
        ("arxiv-search", f'query = "{"a" * 1001}"', "query"),
        ("arxiv-search", 'query = "a"\nmost = 0', "most"),
        ("feed", 'url = "ftp://example.org/"', "url"),
        ("feed", 'url = "https:///x"', "url"),
        ("feed", 'url = "https://example.org/a b"', "url"),
        ("feed", 'url = "file:///etc/passwd"', "url"),
        ("page", 'url = "https://me:hunter2@example.org/"', "url"),
        ("page", 'url = "https://hunter2@example.org/"', "url"),
        ("page", 'url = "https://me:hunter2@[example.org/"', "url"),
        ("hf-daily", 'token = "hunter2"', "token"),
        ("hf-daily", 'token = ["hunter2"]', "token"),
        ("hf-daily", "token = 5550199", "token"),
        ("hf-daily", 'token = "file:a\\u0000"', "token"),
        ("folder", 'path = "a\\u0000"', "path"),
        ("folder", 'path = "inbox/"', "path"),
        ("folder", 'path = "./inbox"', "path"),
        ("folder", 'path = "state"', "path"),
        ("folder", 'path = "output/daily"', "path"),
        ("hf-daily", "look_back = 32", "look_back"),
    ],
)
def test_a_value_that_cannot_work_is_an_error_without_secrets(
    tmp_path: Path, kind: str, more: str, key: str
) -> None:
    """The key says which; a password or token is never shown."""
    error = error_for(tmp_path, CONTACT + source(kind, more))
    assert f"source[0].{key}" == error.key
    assert error.hint or key in ("most", "look_back", "token")
    assert "hunter2" not in str(error)
    assert "5550199" not in str(error)


@pytest.mark.parametrize(
    ("kind", "nearest"),
    [("arxiv", "arxiv-"), ("arxiv_rss", "arxiv-rss"), ("hf", "one of "), ("medrxiv", "biorxiv")],
)
def test_a_wrong_kind_names_the_nearest_and_all(tmp_path: Path, kind: str, nearest: str) -> None:
    """By the name that the table has in the file."""
    error = error_for(tmp_path, CONTACT + source(kind))
    assert ("source[0].kind", f"must not be '{kind}'") == (error.key, error.reason)
    assert nearest in error.hint
    assert f"one of {', '.join(LEAST)}" in error.hint


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[source]", "source: must be a list in brackets, not a table (write [[source]]"),
        ("[publish]", "publish: must be a list in brackets, not a table (write [[publish]]"),
        ("[[source]]\nnme = 'x'", "source[0].nme: unknown key (did you mean name?)"),
        ("[[source]]\nname = 'x'", "source[0]: the key kind is missing"),
        ("[[publish]]", "publish[0]: the key command is missing"),
        ("[[publish]]\ncommand = 'rsync -a'", "publish[0].command: must be a list in brackets"),
        ("[[publish]]\ncommand = ['a']\nseconds = 0", "publish[0].seconds: must be at least 1"),
        ("[[fetch]]", "fetch: must be a table, not a list in brackets"),
        ("[fetch]\nsecond = 3", "fetch.second: unknown key (did you mean seconds?)"),
        (
            source("arxiv-rss", 'announce = ["knew"]'),
            "announce[0]: must not be 'knew' (one of new, cross",
        ),
    ],
)
def test_the_tables_are_named_as_in_the_file(tmp_path: Path, content: str, expected: str) -> None:
    """Not as the program calls them."""
    assert expected in str(error_for(tmp_path, content))


@pytest.mark.parametrize(
    "entry",
    ["10.0.0.0/8", "192.168.1.5", "::1", "fd00::/8", "localhost", "papers.example.org", "NAS"],
)
def test_hosts_and_networks_may_be_private(tmp_path: Path, entry: str) -> None:
    """One address is a network as well."""
    assert (entry,) == load(tmp_path, f'[fetch]\nprivate = ["{entry}"]').fetch.private


@pytest.mark.parametrize(
    "entry",
    ["", "10.0.0.1/8", "10.0.0.0/33", "10.0.0", "300.1.1.1", "http://nas/", "nas:80", "*", "a b"],
)
def test_what_is_neither_host_nor_network_is_an_error(tmp_path: Path, entry: str) -> None:
    """A mistyped network would otherwise protect nothing, or everything."""
    assert "fetch.private" == error_for(tmp_path, f'[fetch]\nprivate = ["{entry}"]').key


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("command = []", "command"),
        ('command = [" "]', "command"),
        ('command = ["a", "b\\u0000"]', "command"),
        ('command = ["a"]\nname = ""', "name"),
        ('command = ["a"]\nname = "a\\nb"', "name"),
        ('command = ["a"]\nenvironment = ["TOKEN=hunter2"]', "environment"),
        ('command = ["a"]\nenvironment = [""]', "environment"),
    ],
)
def test_a_command_that_cannot_run_is_an_error(tmp_path: Path, content: str, key: str) -> None:
    """It names a program; the environment is given by name; each has a name in the status."""
    error = error_for(tmp_path, f"[[publish]]\n{content}")
    assert f"publish[0].{key}" == error.key
    assert "hunter2" not in str(error)


def test_each_command_has_a_name_of_its_own(tmp_path: Path) -> None:
    """That of its program, without folder; a second one has a number."""
    commands = ('command = ["/usr/bin/a"]', 'command = ["a"]', 'command = ["b"]\nname = "mirror"')
    loaded = load(tmp_path, "\n".join(f"[[publish]]\n{command}" for command in commands))
    assert ["a", "a 2", "mirror"] == list(command_names(loaded.publish))


def test_a_folder_is_none_of_our_own_under_any_name(tmp_path: Path) -> None:
    """What somebody drops into the inbox would be deleted as if it had been fetched."""
    root = tmp_path / "root"
    for name in ("inbox", "synced"):
        (root / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(root)
    for path in (root / "inbox", tmp_path / "link" / "inbox", Path("../root/inbox")):
        assert "inbox" in error_for(root, source("folder", f'path = "{path}"')).reason
    for path in (root / "synced", tmp_path, root / "inbox" / "more"):
        load(root, source("folder", f'path = "{path}"'))
