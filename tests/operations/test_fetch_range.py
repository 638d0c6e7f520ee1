"""Fetch a range of days into a folder, a file a day, for a backfill."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from digest import settings as settings_files
from digest.errors import FetchError, SettingsError
from digest.model.fetching import Answer, Request
from digest.model.settings import Settings
from digest.operations.fetching import fetch_range
from digest.operations.fetching.fetch_range import Range
from tests.support.folders import Folder, answer, api_entry, titles

NOW = "2026-11-20T08:00"
MOMENT = datetime.fromisoformat(f"{NOW}+00:00")
HF = '[fetch]\ncontact = "editor@example.org"\n[[source]]\nname = "hf"\nkind = "hf-daily"\n'
FEED = '[[source]]\nname = "notes"\nkind = "feed"\nurl = "https://example.org/feed"\n'


class Api:
    """Stands for the asker: answers each day with a paper, and fails on one of them."""

    requests = 0

    def __init__(self, fails_on: str | None = None) -> None:
        self.fails_on, self.asked = fails_on, list[str]()

    def ask(self, request: Request) -> Answer:
        """Return the papers of the day that the address names."""
        day = request.url.partition("date=")[2][:10]
        self.asked.append(day)
        if day == self.fails_on:
            raise FetchError("answered 503", again=True)
        body = answer(day, [api_entry(int(day[-2:]), 1)])
        return Answer(200, {}, body, request.url)


@pytest.fixture
def settings(folder: Folder) -> Settings:
    """Give the settings of a folder with one source that can be asked by day."""
    folder.configure(HF)
    return settings_files.load(folder.root)


def ask(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    api: Api,
    days: tuple[int, int],
    into: Path,
    names: Sequence[str] = (),
) -> int:
    """Fetch these days of November; return the exit status."""
    monkeypatch.setattr(fetch_range, "make_asker", lambda *_: api)
    wanted = Range(date(2026, 11, days[0]), date(2026, 11, days[1]), into)
    return fetch_range.fetch_range(settings, MOMENT, names, wanted).exit_status


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_each_day_is_a_file_that_a_backfill_takes_in(
    folder: Folder, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing goes into the inbox, and each day gets an issue of its date."""
    api, into = Api(), tmp_path / "november"
    assert 0 == ask(settings, monkeypatch, api, (1, 4), into)
    assert [f"hf-2026-11-0{day}.json" for day in (1, 2, 3, 4)] == names(into)
    assert [] == names(folder.inbox)
    assert 0 == folder.digest("backfill", str(into), now=NOW).status
    assert [titles([day]) for day in (1, 2, 3, 4)] == folder.titles()
    assert "2026-11-04" == folder.data()[-1]["date"]


def test_a_range_that_broke_off_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The days whose file lies there are not asked again."""
    into = tmp_path / "november"
    broken, second = Api("2026-11-03"), Api()
    assert 1 == ask(settings, monkeypatch, broken, (1, 5), into)
    assert ["2026-11-01", "2026-11-02", "2026-11-03"] == broken.asked
    assert ["hf-2026-11-01.json", "hf-2026-11-02.json"] == names(into)
    assert 0 == ask(settings, monkeypatch, second, (1, 5), into)
    assert ["2026-11-03", "2026-11-04", "2026-11-05"] == second.asked
    assert 5 == len(names(into))


def test_a_day_to_come_and_a_range_of_none_are_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Before anybody is asked. Today is no day to come."""
    api = Api()
    for days, reason in (((19, 21), "in the future"), ((9, 8), "behind --until")):
        with pytest.raises(SettingsError, match=reason):
            ask(settings, monkeypatch, api, days, tmp_path)
    assert [] == api.asked
    assert 0 == ask(settings, monkeypatch, api, (20, 20), tmp_path / "today")


def test_a_source_that_cannot_be_asked_by_day_is_refused(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With those that can be, which may be named alone."""
    folder.configure(HF + FEED)
    settings, api = settings_files.load(folder.root), Api()
    with pytest.raises(SettingsError, match=r"source notes: feed cannot .*those that can: hf"):
        ask(settings, monkeypatch, api, (1, 2), tmp_path / "both")
    assert [] == api.asked
    assert 0 == ask(settings, monkeypatch, api, (1, 2), tmp_path / "one", ["hf"])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--from", "2026-11-01"), "--from needs --into"),
        (("--until", "2026-11-01"), "--until and --into need --from"),
        (("--into", "november"), "--until and --into need --from"),
        (("--from", "yesterday", "--into", "november"), "--from: not a date: 'yesterday'"),
        (("--from", "2026-11-21", "--into", "november"), "lies behind --until"),
        (("--from", "2026-11-01", "--until", "2027-01-01", "--into", "n"), "in the future"),
        (("--from", "2026-11-01", "--into", "n", "--anew"), "not for a range"),
    ],
)
def test_wrong_ranges_are_wrong_usage(folder: Folder, words: tuple[str, ...], reason: str) -> None:
    """Exit status 2, and nobody is asked."""
    folder.configure(HF)
    result = folder.digest("fetch", *words, now=NOW)
    assert 2 == result.status
    assert reason in result.err


def test_the_command_prints_what_a_range_gave(
    folder: Folder, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As it does for a look, and the command that takes the files in."""
    monkeypatch.setattr(fetch_range, "make_asker", lambda *_: Api())
    words = (
        "fetch",
        "--from",
        "2026-11-01",
        "--until",
        "2026-11-03",
        "--into",
        str(tmp_path / "n"),
    )
    assert settings.sources
    command = f"digest --root {folder.root} backfill {tmp_path}/n"
    assert [
        "asked hf: 3 papers in 3 files",
        f"Next: {command}",
    ] == folder.digest(*words, now=NOW).out.splitlines()
    nothing = "hf: the files of all these days lie there already\n"
    assert nothing == folder.digest(*words, now=NOW).out
    result = json.loads(folder.digest(*words, "--json", now=NOW).out)
    assert ["unchanged"] == [source["outcome"] for source in result["sources"]]


def test_a_range_does_not_go_into_the_inbox(folder: Folder) -> None:
    """A run would issue old papers as new; under whatever name it is given."""
    folder.configure(HF)
    for into in (folder.inbox, folder.root / "state" / ".." / "inbox"):
        words = ("fetch", "--from", "2026-11-19", "--into", str(into))
        result = folder.digest(*words, now=NOW)
        assert (2, True) == (result.status, "is the inbox" in result.err)
        assert [] == [*folder.inbox.iterdir()]
