"""What `digest check` accepts, `digest run` accepts; what it refuses, a run refuses."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.folders import SHORE, Folder, page

NOW, LATER = "2026-11-18T08:00", "2027-01-04T08:00"
TEXTS = st.sampled_from([
    '""', '"x"', '"a\\u0000"', '"\\u001b\\u202e"', f"'{'a' * 300}'", "'..'", "1", "nan", "[]",
    "'é'", "'output'",
])  # fmt: skip
NUMBERS = st.sampled_from([
    "0", "1", "-1", "7", "36500", "36501", "1000000", f"1{'0' * 30}", "9" * 5000, "1.5", "nan",
    "inf", "'7'",
])  # fmt: skip
SPANS = st.sampled_from([
    "'1d'", "'0m'", "'36500d'", "'36501d'", "'99999999999999d'", "'5214w'", "'٣d'", "'d'", "'-1d'",
])  # fmt: skip
LISTS = st.sampled_from([
    "[]", "['mon']", "['sun', 'sun']", "['moon']", "['2026-12-25']", "['2026-13-45']", "['x']",
    "['shore']", "['']", "'mon'",
])  # fmt: skip
KEYS = {
    "site": {
        "title": TEXTS, "language": TEXTS, "author": TEXTS,
        "url": st.sampled_from([
            "'https://example.org/'", "'https://[::1'", "'https://[::1]/'", "'http://:80/'",
            "'http://x:99999/'", '"https://a\\u2100b/"', "'ftp://x/'", "'https://x y/'",
        ]),
        "timezone": st.sampled_from(["'UTC'", "'Europe/Berlin'", "'Mars'", "''", "'../x'"]),
    },
    "inbox": {
        "settle_seconds": NUMBERS, "expect_every": SPANS, "rest_days": LISTS, "holidays": LISTS,
    },
    "state": {"path": TEXTS, "backups": NUMBERS, "backup_every": SPANS, "backup_days": NUMBERS},
    "limits": {"file_mb": NUMBERS, "records": NUMBERS, "ratio": NUMBERS, "unpacked_mb": NUMBERS},
    "profile": {"words": LISTS, "authors": LISTS, "mute_words": LISTS},
    "notify": {"timeout_seconds": NUMBERS, "on": LISTS},
    "[edition]": {
        "name": TEXTS, "days": LISTS, "topics": LISTS, "limit": NUMBERS, "catch_up_days": NUMBERS,
        "at": st.sampled_from(["'07:00'", "'24:00'", "'٠٧:٠٠'", "'7'"]),
        "period": st.sampled_from(["'day'", "'week'", "'month'", "'year'"]),
        "catch_up": st.sampled_from(["'one'", "'dated'"]),
    },
}  # fmt: skip


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """Return a configuration of one table, with one to three of its keys."""
    table = draw(st.sampled_from(sorted(KEYS)))
    names = draw(
        st.lists(st.sampled_from(sorted(KEYS[table])), min_size=1, max_size=3, unique=True)
    )
    lines = [f"{name} = {draw(KEYS[table][name])}" for name in names]
    return "\n".join([f"[{table}]", *lines, ""])


@given(configurations())
@settings(max_examples=6, deadline=None)
def test_check_and_run_agree(toml: str) -> None:
    """Both take a configuration, or both refuse it with status 2 and the same words.

    Files it names are another matter: a run goes on without a library or an address.
    """
    check_and_run(toml)


@pytest.mark.soak
@given(configurations())
@settings(max_examples=500, deadline=None)
def test_check_and_run_agree_on_many(toml: str) -> None:
    """The same of many more configurations."""
    check_and_run(toml)


def check_and_run(toml: str) -> None:
    """Check a folder with this configuration, run in it, and compare the answers."""
    place = Path(tempfile.mkdtemp(prefix="papers-digest-test-"))
    try:
        # Further down: a setting may lead to the folder above.
        folder = Folder(place / "a" / "b" / "c")
        folder.configure(toml)
        folder.sort_by(SHORE)
        folder.drop("papers.txt", page("2026-11-18", [1]))
        check, run = folder.digest("check", now=NOW), folder.digest("run", now=NOW)
        if run.status != 2:
            # The first issue of a week or month looks at the edition's topics.
            run = folder.digest("run", now=LATER)
        assert (check.status == 2) == (run.status == 2), (toml, check, run)
        assert check.status in {0, 2}, (toml, check)
        assert run.status in {0, 2, 3, 4}, (toml, run)
        if run.status == 2:
            assert check.err == run.err
    finally:
        shutil.rmtree(place)
