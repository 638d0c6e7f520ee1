"""Configuration files have defaults for everything, and errors that say what to write."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from digest import settings
from digest.errors import SettingsError
from digest.model.settings import Edition, Inbox, Profile, Settings, Site, State
from digest.settings import resources, topics

TABLES = (
    "site, inbox, state, limits, notify, profile, fetch, source, publish, summary, mail, chat,"
    " web, edition"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a working folder with an empty configuration folder."""
    (tmp_path / "config").mkdir()
    return tmp_path


def load(root: Path, content: str | bytes) -> Settings:
    """Write a configuration file and load it."""
    body = content if isinstance(content, bytes) else content.encode()
    (root / "config" / "digest.toml").write_bytes(body)
    return settings.load(root)


def error_for(root: Path, content: str | bytes) -> SettingsError:
    """Return the error for a configuration file with this content."""
    with pytest.raises(SettingsError) as raised:
        load(root, content)
    assert str(root / "config" / "digest.toml") == raised.value.file
    assert raised.value.exit_status == 2
    return raised.value


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[state]\nbackup_days = 1000000", "state.backup_days: must be at most 36500"),
        ("[[edition]]\ncatch_up_days = 1000000", "catch_up_days: must be at most 36500"),
        ("[state]\nbackup_every = '99999999999999d'", "not a time span"),
        ("[state]\nbackup_every = '999999999d'", "must be at most 36500 days"),
        ("[inbox]\nexpect_every = '6000w'", "must be at most 36500 days"),
        ('[inbox]\npath = "a\\u0000"', "inbox.path: cannot be a path: it holds a NUL"),
        ('[state]\npath = "a\\u0000"', "state.path: cannot be a path: it holds a NUL"),
        ('[profile]\nlibrary = "a\\u0000"', "profile.library: cannot be a path: it holds a NUL"),
        ('[notify]\nwebhook = "file:a\\u0000"', "notify.webhook: cannot be a path: it holds a NUL"),
        (f"[inbox]\npath = '{'a' * 300}'", "inbox.path: cannot be a path: it is too long"),
        (f"[state]\npath = '{'a/' * 3000}'", "state.path: cannot be a path: it is too long"),
        ("[site]\nurl = 'https://[::1'", "not a web address"),
        ("[site]\nurl = 'https://example.org:99999/'", "not a web address"),
        ('[site]\nurl = "https://a\\u001b/"', "not a web address"),
        ("[inbox]\nholidays = ['2026-13-45']", "not a date: '2026-13-45'"),
        (f"[[edition]]\nname = '{'a' * 300}'", "cannot be the name of an output folder"),
        ("a = " + "[" * 100_000, "nested too deep"),
        ("[site]\n" + ".".join("a" * 50_000) + " = 1", "nested too deep"),
        ("[" + ".".join('"a"' for _ in range(50_000)) + "]", "nested too deep"),
        (f"[site]\ntitle = {'9' * 5000}", "number that is too large"),
        ("# x\n" * 300_000, "has more than 1,024 KiB"),
    ],
)
def test_a_value_that_no_run_can_use_is_an_error(root: Path, content: str, expected: str) -> None:
    """Each is refused at once, with its place and reason."""
    assert expected in str(error_for(root, content))


@pytest.mark.parametrize("name", ["digest.toml", "topics.toml"])
def test_what_is_no_file_is_an_error_at_once(root: Path, name: str) -> None:
    """A named pipe would be waited for, and a link to nowhere would mean the defaults."""
    file = root / "config" / name
    makers: list[Callable[[], object]] = [
        functools.partial(os.mkfifo, file),
        functools.partial(file.symlink_to, "nowhere"),
        file.mkdir,
    ]
    for number, make in enumerate(makers):
        make()
        with pytest.raises(SettingsError, match="cannot be read"):
            _ = settings.load(root), topics.own_file(root, resources.shipped("config"))
        file.rename(root / f"old-{number}")


@pytest.mark.parametrize("language", ["en", "EN", "en-GB", "en-Latn-US", "en-x-shore"])
def test_any_kind_of_english_can_be_named(root: Path, language: str) -> None:
    """Pages and feeds then state it."""
    assert language == load(root, f'[site]\nlanguage = "{language}"').site.language


@pytest.mark.parametrize("language", ["de", "eng", "fr-CA", "", "en_GB", "en-", "english", "en-ß"])
def test_pages_are_in_no_other_language(root: Path, language: str) -> None:
    """Readers and search engines would be told a language in which nothing is written."""
    error = error_for(root, f'[site]\nlanguage = "{language}"')
    assert "site.language" == error.key
    assert f"pages are written in English only: {language!r}" == error.reason
    assert error.hint.startswith('write "en"')


def test_missing_and_empty_files_mean_the_defaults(root: Path) -> None:
    """So does a file with comments alone, also after a byte-order mark."""
    expected = Settings(root=str(root))
    assert expected == settings.load(root) == load(root, "") == load(root, b"\xef\xbb\xbf# mine\n")
    assert (Edition(name="daily", at="07:00"),) == expected.editions


def test_the_shipped_file_holds_the_defaults(root: Path) -> None:
    """Its lines are examples and change nothing."""
    body = (resources.shipped("config") / "digest.toml").read_bytes()
    assert Settings(root=str(root)) == load(root, body)


def test_every_table_is_read(root: Path) -> None:
    """Each table becomes a record; editions keep the order of the file."""
    loaded = load(
        root,
        """
        [site]
        title = "Tunnels Weekly"
        url = "https://example.org/t/"
        timezone = "Pacific/Apia"
        language = "en-GB"
        author = "Ada"
        [inbox]
        path = "drop"
        settle_seconds = 0
        expect_every = "36h"
        done = "move"
        [state]
        path = "var"
        [[edition]]
        name = "tunnels"
        period = "week"
        at = "23:59"
        days = ["sun", "mon"]
        topics = ["vision"]
        include = ["lantern"]
        exclude = ["moss"]
        authors = ["Ada Vance"]
        organizations = ["northfield"]
        limit = 60
        abstracts = true
        when_empty = "note"
        catch_up = "dated"
        catch_up_days = 0
        [[edition]]
        name = "all"
        """,
    )
    tunnels = Edition(
        name="tunnels",
        period="week",
        at="23:59",
        days=("sun", "mon"),
        topics=("vision",),
        include=("lantern",),
        exclude=("moss",),
        authors=("Ada Vance",),
        organizations=("northfield",),
        limit=60,
        abstracts=True,
        when_empty="note",
        catch_up="dated",
        catch_up_days=0,
    )
    expected = Settings(
        root=str(root),
        site=Site(
            title="Tunnels Weekly",
            url="https://example.org/t/",
            timezone="Pacific/Apia",
            language="en-GB",
            author="Ada",
        ),
        inbox=Inbox(path="drop", settle_seconds=0, expect_every="36h", done="move"),
        state=State(path="var"),
        editions=(tunnels, Edition(name="all")),
    )
    assert expected == loaded
    assert 36 * 3600 == loaded.inbox.expect_seconds


def test_an_edition_may_have_a_profile_of_its_own(root: Path) -> None:
    """It replaces the general profile and is not added to it."""
    loaded = load(
        root,
        """
        [profile]
        words = ["kelp"]
        library = "my.bib"
        [[edition]]
        name = "daily"
        [[edition]]
        name = "gulls"
        [edition.profile]
        mute_words = ["kelp"]
        """,
    )
    assert [Profile(words=("kelp",), library="my.bib"), Profile(mute_words=("kelp",))] == [
        loaded.profile_of(edition) for edition in loaded.editions
    ]


@pytest.mark.parametrize(
    ("content", "key", "hint"),
    [
        ("[stie]", "stie", "did you mean site?"),
        ("[[editions]]", "editions", "did you mean edition?"),
        ("zzz = 1", "zzz", f"known: {TABLES}"),
        ("root = 'x'", "root", f"known: {TABLES}"),
        ("[site]\nurll = 'x'", "site.urll", "did you mean url?"),
        ("[inbox]\nsettle = 2", "inbox.settle", "did you mean settle_seconds?"),
        ("[state]\nzzz = 2", "state.zzz", "known: path, backups, backup_every, backup_days"),
        ("[[edition]]\n[[edition]]\nwhen = 2", "edition[1].when", "did you mean when_empty?"),
        ("[profile]\nword = []", "profile.word", "did you mean words?"),
        (
            "[[edition]]\n[edition.profile]\nlib = ''",
            "edition[0].profile.lib",
            "did you mean library?",
        ),
    ],
)
def test_an_unknown_key_names_the_nearest_known(
    root: Path, content: str, key: str, hint: str
) -> None:
    """A misspelt key is an error, never ignored."""
    error = error_for(root, content)
    assert (key, hint) == (error.key, error.hint)
    assert error.reason in ("unknown table", "unknown key")


@pytest.mark.parametrize(
    ("content", "key", "hint"),
    [
        ('[site]\ntimezone = "Mars/Olympus"', "site.timezone", "Europe/Berlin"),
        ('[site]\ntimezone = "Europe"', "site.timezone", "Europe/Berlin"),
        ('[site]\ntimezone = ""', "site.timezone", "Europe/Berlin"),
        ('[site]\ntimezone = "../../etc/passwd"', "site.timezone", "Europe/Berlin"),
        (f'[site]\ntimezone = "{"x" * 300}"', "site.timezone", "Europe/Berlin"),
        ('[site]\nurl = "example.org"', "site.url", "https://example.org/"),
        ('[site]\nurl = "javascript:alert(1)"', "site.url", "https://example.org/"),
        ('[inbox]\nexpect_every = "soon"', "inbox.expect_every", "36h"),
        ('[inbox]\nexpect_every = "36"', "inbox.expect_every", "36h"),
        ("[inbox]\nsettle_seconds = -1", "inbox.settle_seconds", "seconds"),
        ("[inbox]\nsettle_seconds = nan", "inbox.settle_seconds", "seconds"),
        ("[inbox]\nsettle_seconds = inf", "inbox.settle_seconds", "seconds"),
        ('[inbox]\ndone = "delete"', "inbox.done", "keep, move"),
        ('[inbox]\nrest_days = ["mon", "saturday"]', "inbox.rest_days", "mon, tue"),
        ('[inbox]\nholidays = ["2026-12-25", "25.12."]', "inbox.holidays", "2026-12-25"),
        ('[state]\nbackup_every = "daily"', "state.backup_every", "36h"),
        ('[notify]\nheartbeat = "https://example.org/"', "notify.heartbeat", "env:NAME"),
        ('[notify]\nwebhook = "https://example.org/"', "notify.webhook", "env:NAME"),
        ('[notify]\non = ["failure"]', "notify.on", "failed, stale"),
        ("edition = []", "edition", "daily"),
        ("[edition]\nname = 'x'", "edition", "[[edition]]"),
        ('[[edition]]\nname = "../x"', "edition[0].name", "lower-case"),
        ('[[edition]]\nname = "assets"', "edition[0].name", "assets"),
        ('[[edition]]\nname = ""', "edition[0].name", "lower-case"),
        ("[[edition]]\n[[edition]]", "edition[0].name", "a name of its own"),
        ('[[edition]]\nat = "24:00"', "edition[0].at", "07:00"),
        ('[[edition]]\nat = "7"', "edition[0].at", "07:00"),
        ('[[edition]]\nat = "7:0"', "edition[0].at", "07:00"),
        ('[[edition]]\nat = "007:00"', "edition[0].at", "07:00"),
        ("[[edition]]\nat = 7:00  # in the morning", "", '"07:00"'),
        ("[[edition]]\nperiod = 7", "edition[0].period", "one of day, week, month"),
        ("[[edition]]\nwhen_empty = true", "edition[0].when_empty", "one of skip, note"),
        ('[[edition]]\ndays = ["monday"]', "edition[0].days", "mon, tue"),
        ("[[edition]]\ndays = []", "edition[0].days", "mon, tue"),
        ('[[edition]]\nperiod = "year"', "edition[0].period", "day, week, month"),
        ("[[edition]]\nlimit = 0", "edition[0].limit", "remove the key"),
        ("[[edition]]\ncatch_up_days = -1", "edition[0].catch_up_days", "0 catches up nothing"),
        ('[profile]\nwords = ["kelp", ""]', "profile.words", "words"),
        ('[profile]\nlibrary = ""', "profile.library", "words"),
        (
            '[[edition]]\n[edition.profile]\nmute_authors = ["-"]',
            "edition[0].profile.mute_authors",
            "words",
        ),
    ],
)
def test_an_unusable_value_is_an_error_with_a_hint(
    root: Path, content: str, key: str, hint: str
) -> None:
    """The message holds the file, the key, the reason, and what to write."""
    error = error_for(root, content)
    assert key == error.key
    assert hint in error.hint
    place = f"{error.file}: {key}: " if key else f"{error.file}: "
    assert f"{place}{error.reason} ({error.hint})" == str(error)


@pytest.mark.parametrize(
    ("content", "key", "reason"),
    [
        ("[site]\nurl = 3", "site.url", "must be text in quotes, not a whole number: 3"),
        (
            "[[edition]]\nat = 07:00:00",
            "edition[0].at",
            "must be text in quotes, not a time without quotes: 07:00:00",
        ),
        (
            "[[edition]]\ntopics = ['a', 1]",
            "edition[0].topics[1]",
            "must be text in quotes, not a whole number: 1",
        ),
        ("site = 1", "site", "must be a table, not a whole number: 1"),
        (
            "[profile]\nlibrary = 1",
            "profile.library",
            "must be text in quotes, not a whole number: 1",
        ),
        ("[notify]\non = true", "notify.on", "must be a list in brackets, not true or false"),
        ("[limits]\nfile_mb = 0", "limits.file_mb", "must be at least 1, not 0"),
        ("[notify]\ntimeout_seconds = 61", "notify.timeout_seconds", "must be at most 60"),
        ("[notify]\ntimeout_seconds = 0", "notify.timeout_seconds", "must be more than 0"),
        (
            "[[edition]]\ndays = 'mon'",
            "edition[0].days",
            "must be a list in brackets, not text in quotes: 'mon'",
        ),
        (
            f"[[edition]]\nlimit = '{'x' * 60}'",
            "edition[0].limit",
            f"must be a whole number, not text in quotes: '{'x' * 50}…'",
        ),
        ("[state]\nbackups = -1", "state.backups", "must be at least 0, not -1"),
        (
            "[notify]\nwebhook = ['https://example.org/secret']",
            "notify.webhook",
            "must be text in quotes, not a list in brackets",
        ),
        (
            "[notify]\non = 'https://example.org/secret'",
            "notify.on",
            "must be a list in brackets, not text in quotes",
        ),
        ("[[edition]]\nperiod = 'year'", "edition[0].period", "must not be 'year'"),
        ("[[edition]]\nlimit = 0", "edition[0].limit", "must be at least 1, not 0"),
        ("[[edition]]\ndays = []", "edition[0].days", "must not be empty"),
        ("[[edition]]\ndays = ['monday']", "edition[0].days", "not a weekday: 'monday'"),
    ],
)
def test_a_wrong_type_says_which_type_is_needed(
    root: Path, content: str, key: str, reason: str
) -> None:
    """In the words of TOML, not of Python, and with the key."""
    error = error_for(root, content)
    assert (key, reason) == (error.key, error.reason)


@pytest.mark.parametrize("written", ["7:00", "07:00"])
def test_a_time_of_day_may_lack_its_zero(root: Path, written: str) -> None:
    """It is the same time in the settings."""
    loaded = load(root, f'[[edition]]\nat = "{written}"\n[[edition]]\nname = "b"\nat = "23:59"\n')
    assert ["07:00", "23:59"] == [edition.at for edition in loaded.editions]


def test_invalid_toml_is_an_error_with_line_and_column(root: Path) -> None:
    """They point to the first character that is not valid."""
    assert "at line 2, column 9" in str(error_for(root, "[site]\ntitle = unquoted"))


def test_a_file_in_another_encoding_is_an_error(root: Path) -> None:
    """The message says so, with the place of the first byte that is not UTF-8."""
    error = error_for(root, b"[site]\ntitle = '\xfc'")
    assert "is not in UTF-8, at byte 16" == error.reason


def test_a_folder_in_place_of_the_file_is_an_error(root: Path) -> None:
    """The message gives the reason of the operating system."""
    (root / "config" / "digest.toml").mkdir()
    with pytest.raises(SettingsError, match=r"cannot be read: Is a directory"):
        settings.load(root)
