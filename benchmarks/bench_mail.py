"""M1 to M3: mails and posts. M1 what a message costs, M2 sending to many people, M3 chat.

Everything lies in a folder in memory: the disk has no part in the ratios. On a disk each mail
waits for it twice, because "sending" and the answer are committed one after the other; the row of
commits says how often.
"""

from __future__ import annotations

import binascii
import html
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest import mock

import msgspec

from benchmarks import bench_process, measure, working_folders
from digest import settings as settings_files
from digest.editorial import wishes
from digest.model.issues import Issue
from digest.model.mail_settings import Chat, ChatKind
from digest.model.people import MailContent, Subscriber, Wish
from digest.model.settings import Settings
from digest.operations.mail import deliver
from digest.pipeline.mailing import issues
from digest.pipeline.progress import no_log
from digest.pipeline.session import open_to_read
from digest.render import chat
from digest.render.feeds.issue_entries import issue_guid
from digest.render.mail import content, message
from digest.storage.people import database

_MOMENT = "2026-12-01T07:00:00+00:00"
_LATER = "2026-12-01T07:10:00+00:00"
_PAPERS = 36
# People. 10,000 take as long each, and no more memory.
_MANY, _FEW = 4000, 1000
_PAIRS = 3
_WISHES = (Wish(), *(Wish(most=most) for most in (30, 24, 18, 12)))
_MAIL = """
[state]
backups = 0
[site]
url = "https://papers.example.org/"
[mail]
server = "smtp://127.0.0.1:{port}"
security = "none"
from = "Papers <papers@example.org>"
bounces = "bounces+{{token}}@example.org"
unsubscribe = "unsubscribe@example.org"
per_minute = 100000
[[edition]]
name = "daily"
mail = true
"""
# What begins so is needed only where something is mailed or posted.
_MAILS = (
    "css_inline", "digest.delivery", "digest.pipeline.mailing", "digest.render.chat",
    "digest.render.mail", "digest.storage.people", "email", "smtplib",
)  # fmt: skip
_KINDS: tuple[ChatKind, ...] = (
    "slack", "discord", "mattermost", "teams", "telegram", "matrix", "zulip", "ntfy", "webhook",
)  # fmt: skip


def rows(_: Path) -> Iterator[measure.Row]:
    """Measure an issue of 36 papers as mails, to one person and to thousands, and as posts."""
    with tempfile.TemporaryDirectory(prefix="papers-digest-bench-", dir=measure.MEMORY) as place:
        needless = [
            name for name in bench_process.imported(Path(place, "off")) if name.startswith(_MAILS)
        ]
        yield measure.at_most(
            "M2", "modules of mails that a run without mail imports", 0, len(needless)
        )
        folder = Path(place, "published")
        working_folders.drop(folder, "page.txt", range(_PAPERS))
        working_folders.run_at(folder, _MOMENT)
        with _sink() as port:
            (folder / "config" / "digest.toml").write_text(_MAIL.format(port=port), "utf-8")
            settings = settings_files.load(folder)
            issue = _issue(settings)
            yield from _messages(settings, issue)
            yield from _sending(folder, settings, issue, port)
            yield _commits(folder)


@contextmanager
def _sink() -> Iterator[int]:
    """Run a mail server that takes everything, in a process of its own; give its port."""
    command = [sys.executable, "-m", "benchmarks.mail_sink"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate()


def _issue(settings: Settings) -> Issue:
    with open_to_read(settings) as ledger:
        assert ledger is not None
        mailed = issues.read_issue(settings, ledger, "daily", 1, datetime.fromisoformat(_MOMENT))
    assert mailed is not None
    assert len(mailed.issue.papers) == _PAPERS
    return mailed.issue


def _messages(settings: Settings, issue: Issue) -> Iterator[measure.Row]:
    """Measure what is made once for all with the same wish, and what is made for each person."""
    templates = issues.open_templates(settings)
    made = content.render_content(issue, settings, templates)

    def render() -> None:
        content.render_content(issue, settings, templates)

    f_strings = 10 * measure.ratio(render, lambda: [_by_f_strings(issue) for _ in range(10)])
    yield measure.at_most("M1", f"mail of {_PAPERS} papers, for a wish / f-strings", 15, f_strings)
    finished = _message(made, settings, issue, _person(0))
    size = len(finished) // 8
    pieces = [finished[start : start + size] for start in range(0, len(finished), size)]
    splice = measure.ratio(
        lambda: [_message(made, settings, issue, _person(number)) for number in range(200)],
        lambda: [b"".join(pieces) for _ in range(200)],
    )
    yield measure.at_most("M1", "a person's mail / a bare splice of its bytes", 6, splice)
    posts = measure.ratio(lambda: _write_posts(settings, issue), render)
    yield measure.at_most(
        "M3", f"posts to {len(_KINDS)} services / the mail for a wish", 0.5, posts
    )


def _write_posts(settings: Settings, issue: Issue) -> None:
    for kind in _KINDS:
        channel = Chat(name=kind, kind=kind, url="env:NONE")
        post = chat.choose(issue, channel, settings.site)
        assert post is not None
        msgspec.json.encode(chat.fields(kind, post))


def _by_f_strings(issue: Issue) -> bytes:
    """Write the same words as text and as HTML, encoded, without styles, choices or checks."""
    text = "".join(
        f"{item.title}\n{', '.join(item.authors)}\n{item.one_line.text if item.one_line else ''}\n"
        f"{item.abstract}\n{item.url}\n\n"
        for item in issue.papers
    )
    page = "".join(
        f'<tr><td><a href="{html.escape(item.url)}">{html.escape(item.title)}</a><p>'
        f"{html.escape(', '.join(item.authors))}</p><p>"
        f"{html.escape(item.one_line.text if item.one_line else '')}</p>"
        f"<p>{html.escape(item.abstract or '')}</p></td></tr>"
        for item in issue.papers
    )
    return binascii.b2a_qp(text.encode()) + binascii.b2a_qp(page.encode())


def _person(number: int) -> Subscriber:
    address = _address(number)
    return Subscriber(
        id=number,
        address=address,
        folded=address,
        token=f"{number:032x}",
        state="active",
        origin="confirmed",
        since="2026-03-03T10:00:00+00:00",
    )


def _address(number: int) -> str:
    return f"reader-{number}@example.org"


def _message(made: MailContent, settings: Settings, issue: Issue, person: Subscriber) -> bytes:
    return message.make_message(made, settings, person, issue_guid(issue), issue.moment)


def _sending(folder: Path, settings: Settings, issue: Issue, port: int) -> Iterator[measure.Row]:
    files = list(_files(folder, settings, issue))
    pairs = [(_sent(folder, _FEW), _plain(port, _FEW, files)) for _ in range(_PAIRS)]
    cost = statistics.median(ours.seconds / theirs.seconds for ours, theirs in pairs)
    yield measure.at_most("M2", f"mails to {_FEW:,} people / by smtplib alone", 3, cost)
    few, many = statistics.median(ours.mib for ours, _ in pairs), _sent(folder, _MANY)
    yield measure.at_most("M2", f"peak memory: {_MANY:,} people / {_FEW:,}", 1.1, many.mib / few)
    each = statistics.median(ours.cpu for ours, _ in pairs) / _FEW
    yield measure.at_most(
        "M2", f"CPU of each of {_MANY:,} / of {_FEW:,}", 1.1, many.cpu / _MANY / each
    )


def _files(folder: Path, settings: Settings, issue: Issue) -> Iterator[str]:
    """Yield files with the message of each wish."""
    templates = issues.open_templates(settings)
    for number, wish in enumerate(_WISHES):
        part = wishes.take(issue, wish)
        assert part is not None
        made = content.render_content(part, settings, templates)
        file = folder.parent / f"{number}.eml"
        file.write_bytes(_message(made, settings, issue, _person(number)))
        yield str(file)


def _plain(port: int, count: int, files: Sequence[str]) -> measure.Process:
    return measure.python("-m", "benchmarks.mail_plain", str(port), str(count), *files)


def _sent(published: Path, count: int) -> measure.Process:
    """Mail the issue to so many people, by ``digest mail send`` in a process of its own."""
    folder = _with_people(published, count)
    moment = ("--now", _LATER)
    spent = measure.python("-m", "digest", "--root", str(folder), *moment, "-q", "mail", "send")
    with database.opened(folder / "state") as people:
        assert people.deliveries.counts(1).sent == count
    shutil.rmtree(folder)
    return spent


def _with_people(published: Path, count: int) -> Path:
    """Return a copy of a folder with so many people, of whom each fifth has the same wish."""
    folder = Path(shutil.copytree(published, published.parent / f"people-{count}"))
    with database.opened(folder / "state") as people, people.transaction():
        for number in range(count):
            wish = _WISHES[number % len(_WISHES)]
            address = _address(number)
            people.subscribers.add(address, address, "active", "confirmed", _MOMENT, wish)
    return folder


def _commits(published: Path) -> measure.Row:
    """Count what each of a hundred more people costs in commits."""
    hundred, more = (_count_commits(_with_people(published, count)) for count in (100, 200))
    return measure.at_most("M2", "commits a mail", 2, (more - hundred) / 100)


def _count_commits(folder: Path) -> int:
    """Mail to the people of a folder in this process, and count the transactions that write."""
    commits = 0
    is_open = set[int]()

    def connect(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = original(*arguments, **options)

        def count(statement: str) -> None:
            nonlocal commits
            match statement.split(maxsplit=1)[0]:
                case "BEGIN":
                    is_open.add(id(connection))
                case "COMMIT":
                    is_open.discard(id(connection))
                    commits += 1
                case "INSERT" | "UPDATE" | "DELETE" if id(connection) not in is_open:
                    commits += 1

        connection.set_trace_callback(count)
        return connection

    original: Callable[..., sqlite3.Connection] = sqlite3.connect
    settings, moment = settings_files.load(folder), datetime.fromisoformat(_LATER)
    with mock.patch.object(sqlite3, "connect", connect):
        deliver.deliver_pending(settings, moment, no_log, threading.Event())
    return commits
