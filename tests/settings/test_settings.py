"""Configuration files: everything has a default, and what is wrong is said so that it helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import settings
from digest.errors import SettingsError
from digest.model.settings import Edition, Inbox, Phrase, Profile, Settings, Site, State, Topic
from digest.settings import resources


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A working folder with an empty configuration folder."""
    (tmp_path / "config").mkdir()
    return tmp_path


def load(root: Path, written: str | bytes) -> Settings:
    """The settings of a file with these words."""
    body = written if isinstance(written, bytes) else written.encode()
    (root / "config" / "digest.toml").write_bytes(body)
    return settings.load(root)


def load_topics(root: Path, written: str) -> tuple[Topic, ...]:
    """The topics of a file with these words."""
    (root / "config" / "topics.toml").write_text(written, encoding="utf-8")
    return settings.load_topics(settings.topics_file(root, resources.shipped("config")))


def complaint(root: Path, written: str | bytes) -> SettingsError:
    """What is said about a file with these words."""
    with pytest.raises(SettingsError) as raised:
        load(root, written)
    assert str(root / "config" / "digest.toml") == raised.value.file
    assert raised.value.exit_status == 2
    return raised.value


def test_without_a_file_the_defaults_hold(root: Path) -> None:
    """An empty file, and one that begins with a byte-order mark, are the same."""
    expected = Settings(root=str(root))
    assert expected == settings.load(root) == load(root, "") == load(root, b"\xef\xbb\xbf# mine\n")
    assert (Edition(name="daily", at="07:00"),) == expected.editions


def test_the_shipped_file_is_the_defaults(root: Path) -> None:
    """What teaches changes nothing."""
    body = (resources.shipped("config") / "digest.toml").read_bytes()
    assert Settings(root=str(root)) == load(root, body)


def test_everything_can_be_said(root: Path) -> None:
    """Each table becomes a record; editions keep the order of the file."""
    found = load(
        root,
        """
        [site]
        title = "Tunnels Weekly"
        url = "https://example.org/t/"
        timezone = "Pacific/Apia"
        language = "de"
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
            language="de",
            author="Ada",
        ),
        inbox=Inbox(path="drop", settle_seconds=0, expect_every="36h", done="move"),
        state=State(path="var"),
        editions=(tunnels, Edition(name="all")),
    )
    assert expected == found
    assert 36 * 3600 == found.inbox.expect_seconds


def test_an_edition_may_have_a_profile_of_its_own(root: Path) -> None:
    """In place of the general one, not beside it."""
    found = load(
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
        found.profile_of(edition) for edition in found.editions
    ]


@pytest.mark.parametrize(
    ("written", "key", "hint"),
    [
        ("[stie]", "stie", "did you mean site?"),
        ("[[editions]]", "editions", "did you mean edition?"),
        ("zzz = 1", "zzz", "known: site, inbox, state, limits, notify, profile, edition"),
        ("root = 'x'", "root", "known: site, inbox, state, limits, notify, profile, edition"),
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
    root: Path, written: str, key: str, hint: str
) -> None:
    """A slip of the pen is never silently without effect."""
    found = complaint(root, written)
    assert (key, hint) == (found.key, found.hint)
    assert found.reason in ("unknown table", "unknown key")


@pytest.mark.parametrize(
    ("written", "key", "hint"),
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
        ("edition = []", "edition", "daily"),
        ("[edition]\nname = 'x'", "edition", "[[edition]]"),
        ('[[edition]]\nname = "../x"', "edition[0].name", "lower-case"),
        ('[[edition]]\nname = "assets"', "edition[0].name", "assets"),
        ('[[edition]]\nname = ""', "edition[0].name", "lower-case"),
        ("[[edition]]\n[[edition]]", "edition[0].name", "a name of its own"),
        ('[[edition]]\nat = "24:00"', "edition[0].at", "07:00"),
        ('[[edition]]\nat = "7:00"', "edition[0].at", "07:00"),
        ('[[edition]]\ndays = ["monday"]', "edition[0].days", "mon, tue"),
        ("[[edition]]\ndays = []", "edition[0].days", "mon, tue"),
        ('[[edition]]\nperiod = "year"', "edition[0].period", "day, week, month"),
        ("[[edition]]\nlimit = 0", "edition[0].limit", "1 or more; none shows all"),
        ("[[edition]]\ncatch_up_days = -1", "edition[0].catch_up_days", "0 or more"),
        ('[profile]\nwords = ["kelp", ""]', "profile.words", "words"),
        ('[profile]\nlibrary = ""', "profile.library", "words"),
        (
            '[[edition]]\n[edition.profile]\nmute_authors = ["-"]',
            "edition[0].profile.mute_authors",
            "words",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_with_a_hint(
    root: Path, written: str, key: str, hint: str
) -> None:
    """File, key, reason, and what may stand there instead."""
    found = complaint(root, written)
    assert key == found.key
    assert hint in found.hint
    assert f"{found.file}: {key}: {found.reason} ({found.hint})" == str(found)


@pytest.mark.parametrize(
    ("written", "key", "reason"),
    [
        ("[site]\nurl = 3", "site.url", "Expected `str`, got `int`"),
        ("[[edition]]\nat = 07:00:00", "edition[0].at", "Expected `str`, got `time`"),
        ("[[edition]]\ntopics = ['a', 1]", "edition[0].topics[1]", "Expected `str`, got `int`"),
        ("site = 1", "site", "Expected `object`, got `int`"),
    ],
)
def test_a_wrong_type_says_what_belongs_there(
    root: Path, written: str, key: str, reason: str
) -> None:
    """With the key it stands at."""
    found = complaint(root, written)
    assert (key, reason) == (found.key, found.reason)


def test_a_file_that_is_no_toml_says_where(root: Path) -> None:
    """The line and column of the first thing that cannot be read."""
    assert "at line 2, column 9" in str(complaint(root, "[site]\ntitle = unquoted"))


def test_a_file_that_is_no_text_is_refused(root: Path) -> None:
    """Latin-1 would be read wrongly, so it is not read at all."""
    assert "cannot be read" in complaint(root, b"[site]\ntitle = '\xfc'").reason


def test_a_folder_in_place_of_the_file_is_refused(root: Path) -> None:
    """As anything else that cannot be read."""
    (root / "config" / "digest.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(root)


def test_own_topics_take_the_place_of_the_shipped(root: Path) -> None:
    """Words may stand alone or with a weight; unknown keys and doubled ids do not pass."""
    written = """
    [[topic]]
    id = "tunnels"
    name = "Tunnels"
    words = ["tunnel", {phrase = "lantern", weight = 3}]
    """
    expected = Topic(id="tunnels", name="Tunnels", words=("tunnel", Phrase("lantern", 3)))
    assert (expected,) == load_topics(root, written)


def test_weights_are_those_of_the_shipped_topics_only(root: Path) -> None:
    """They were learnt for them; own topics go without."""
    there = resources.shipped("config")
    weights = (there / settings.WEIGHTS).read_bytes()
    assert weights == settings.topics_file(root, there).weights
    (root / "config" / "topics.toml").write_text("")
    assert settings.topics_file(root, there).weights is None


@pytest.mark.parametrize(
    ("written", "key", "hint"),
    [
        ("[[topc]]", "topc", "did you mean topic?"),
        ("[topic]\nid = 'a'", "topic", "[[topic]]"),
        ("[[topic]]\nid = 'a'\nname = 'A'\nwrods = []", "topic[0].wrods", "did you mean words?"),
        (
            "[[topic]]\nid = 'a'\nname = 'A'\nwords = [{phrase = 'x', wieght = 2}]",
            "topic[0].words[0].wieght",
            "did you mean weight?",
        ),
        ("[[topic]]\nid = 'A b'\nname = 'A'", "topic 'A b'", "lower-case"),
        ("[[topic]]\nid = 'other'\nname = 'A'", "topic 'other'", "not other"),
        (
            "[[topic]]\nid = 'a'\nname = 'A'\n[[topic]]\nid = 'a'\nname = 'B'",
            "topic 'a'",
            "lower-case",
        ),
    ],
)
def test_topics_that_cannot_be_used(root: Path, written: str, key: str, hint: str) -> None:
    """The file is named, and the key, and what to do."""
    with pytest.raises(SettingsError) as raised:
        load_topics(root, written)
    assert str(root / "config" / "topics.toml") == raised.value.file
    assert key == raised.value.key
    assert hint in raised.value.hint
