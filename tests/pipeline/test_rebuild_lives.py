"""Random lives of a publication: after every step, a rebuild gives the same bytes.

A life adds, renames and removes editions and topics, drops pages of past and present days, skips
weeks, backfills, withdraws and moves papers, takes issues back and writes notes. A page that a run
should have rendered again, and did not, differs from what the rebuild writes. In other lives the
issues of each run are taken back, and made again.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import etree

from digest.pipeline import issue_cache, month_parts
from digest.render.feeds import archive_layout, window
from digest.render.site import heading_pages
from tests.support.folders import Folder, page, paper

TOPIC_WORDS = {
    "shore": "harbour, wharf, kelp, gull, tarn, pier",
    "trees": "birch, cedar, larch, maple, oak, spruce, willow",
    "stones": "amber, flint, granite, marble, pebble, quartz, slate",
    "tools": "anvil, compass, kiln, loom, quill, rudder, spindle",
    "birds": "heron, osprey, plover, sparrow, turret",
}
EDITION_KEYS = (
    "",
    'when_empty = "note"\n',
    'catch_up = "dated"\ncatch_up_days = 30\n',
    'days = ["mon", "thu"]\ncatch_up = "dated"\n',
    'period = "week"\n',
    'period = "month"\n',
    'topics = ["shore"]\n',
)
STEPS, SHORT_STEPS = 14, 9
LIVES = range(100, 130)  # the seeds of the long form
# Parts of weeks in the archive, of months for search and for a topic, and pages of headings.
DIVIDED = ("archive/*-part-*", "search/*-part-*", "topics/*/*-part-*", "*/20*/*.html")
ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


class Life:
    """One publication, with the random choices of its seed."""

    def __init__(self, root: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.folder = Folder(root / "life")
        self.old = root / "old"
        self.old.mkdir()
        self.today = date(2026, 10, 20) + timedelta(days=self.dice.randrange(60))
        self.editions = {"daily": EDITION_KEYS[0]}
        self.topics = {name: name.title() for name in self.dice.sample(sorted(TOPIC_WORDS), 3)}
        self.papers = self.names = self.undone = self.moved = 0
        self.withdrawn: list[str] = []
        self.steps: list[str] = []
        self._configure()

    def live(self) -> None:
        """Take one random step, and mostly run."""
        undone = self.undone
        self.act()
        # After an undo often without a run, which would make the issue again.
        if undone == self.undone or self.dice.random() < 0.5:
            self.run(due=self.dice.random() < 0.7)

    def act(self) -> None:
        """Take one random step."""
        actions: list[Callable[[], None]] = [
            self.read_today, self.read_today, self.read_today, self.read_late, self.read_late,
            self.skip_days, self.backfill, self.withdraw, self.bring_back, self.undo, self.undo,
            self.move, self.move, self.move_back, self.write_note, self.add_edition,
            self.remove_edition, self.rename_edition, self.rename_topic, self.remove_topic,
            self.add_topic,
        ]  # fmt: skip
        action = self.dice.choice(actions)
        self.steps.append(f"{self.today} {action.__name__}")
        action()

    def run(self, *, due: bool) -> list[str]:
        """Run at noon; return the edition of each issue that was made."""
        words = ["run", "--json", *(["--due"] if due else [])]
        done = self.folder.digest(*words, now=f"{self.today}T12:00")
        assert done.status in (0, 3, 4), done
        return [issue["edition"] for issue in json.loads(done.out)["issues"]]

    def read_today(self) -> None:
        """Drop a page of a day or two later."""
        self.today += timedelta(days=self.dice.randint(1, 4))
        self._drop(self.today)

    def read_late(self) -> None:
        """Drop a page of a day that is past."""
        self._drop(self.today - timedelta(days=self.dice.randint(1, 30)))

    def skip_days(self) -> None:
        """Let days pass without a page, sometimes into the next year."""
        self.today += timedelta(days=self.dice.randint(5, 40))

    def backfill(self) -> None:
        """Take in an old page as history."""
        day = self.today - timedelta(days=self.dice.randint(3, 80))
        file = self.old / f"{self.papers}.txt"
        file.write_bytes(self._page(day))
        done = self.folder.digest("backfill", str(file), now=f"{self.today}T11:00")
        assert done.status in (0, 3), done

    def withdraw(self) -> None:
        """Withdraw one of the papers, if there is one."""
        title = paper(self.dice.randrange(self.papers + 1)).title
        self.folder.digest("withdraw", title, now=f"{self.today}T11:00")
        self.withdrawn.append(title)

    def bring_back(self) -> None:
        """Bring one of the withdrawn papers back, if there is one."""
        if self.withdrawn:
            title = self.withdrawn.pop(self.dice.randrange(len(self.withdrawn)))
            self.folder.digest("withdraw", "--undo", title, now=f"{self.today}T11:00")

    def move(self) -> None:
        """Put one of the papers under any topic, if there is one."""
        topic = self.dice.choice(sorted(self.topics))
        title = paper(self.dice.randrange(self.papers + 1)).title
        done = self.folder.digest("move", title, topic, now=f"{self.today}T11:00")
        assert done.status in (0, 1), done
        self.moved += done.status == 0

    def move_back(self) -> None:
        """Let the words of one of the papers decide again."""
        title = paper(self.dice.randrange(self.papers + 1)).title
        self.folder.digest("move", "--undo", title, now=f"{self.today}T11:00")

    def undo(self) -> None:
        """Take the newest issue of an edition back, with its papers or without."""
        edition = self.dice.choice(sorted(self.editions))
        drop = ["--drop"] if self.dice.random() < 0.3 else []
        done = self.folder.digest("undo", edition, *drop, now=f"{self.today}T11:00")
        assert done.status in (0, 1), done  # 1: there is none, or another one links to it
        self.undone += done.status == 0

    def write_note(self) -> None:
        """Write a note of today, or of a day before."""
        notes = self.folder.root / "notes"
        notes.mkdir(exist_ok=True)
        day = self.today - timedelta(days=self.dice.choice((0, 0, 1, 2)))
        (notes / f"{day}.md").write_text(f"Note number {len(self.steps)}.")

    def add_edition(self) -> None:
        """Add an edition at the end of the file, or in front: then it becomes the main one."""
        self.names += 1
        new = {f"edition-{self.names}": self.dice.choice(EDITION_KEYS)}
        in_front = self.dice.random() < 0.3
        self.editions = new | self.editions if in_front else self.editions | new
        self._configure()

    def remove_edition(self) -> None:
        """Remove an edition, but never the last one."""
        if len(self.editions) > 1:
            del self.editions[self.dice.choice(sorted(self.editions))]
        self._configure()

    def rename_edition(self) -> None:
        """Give an edition another name, or the name of one that was there before."""
        old = self.dice.choice(sorted(self.editions))
        self.names += 1
        new = self.dice.choice([f"edition-{self.names}", "daily", "edition-1"])
        if new not in self.editions:
            self.editions = {
                new if name == old else name: keys for name, keys in self.editions.items()
            }
        self._configure()

    def rename_topic(self) -> None:
        """Give a topic another name; its id stays."""
        topic = self.dice.choice(sorted(self.topics))
        self.topics[topic] = f"{topic.title()} {len(self.steps)}"
        self._configure()

    def remove_topic(self) -> None:
        """Remove a topic, but never the last one."""
        if len(self.topics) > 1:
            del self.topics[self.dice.choice(sorted(self.topics))]
        self._configure()

    def add_topic(self) -> None:
        """Add a topic, or bring one back."""
        topic = self.dice.choice(sorted(TOPIC_WORDS))
        self.topics.setdefault(topic, topic.title())
        self._configure()

    def _drop(self, day: date) -> None:
        self.folder.drop(f"page-{self.papers}-{day}.txt", self._page(day))

    def _page(self, day: date) -> bytes:
        count = self.dice.randint(1, 5)
        self.papers += count
        # Some of the last ones again: most pages show papers that were seen before.
        first = max(0, self.papers - count - self.dice.randint(0, 2))
        return page(day.isoformat(), range(first, self.papers))

    def _configure(self) -> None:
        # An edition of a topic that does not exist is refused.
        if any("shore" in keys for keys in self.editions.values()):
            self.topics.setdefault("shore", "Shore")
        editions = "".join(
            f'[[edition]]\nname = "{name}"\n{keys}' for name, keys in self.editions.items()
        )
        self.folder.configure(f'[site]\nurl = "https://example.org/papers/"\n{editions}')
        self.folder.sort_by(
            "\n".join(
                f'[[topic]]\nid = "{topic}"\nname = "{name}"\nwords = ["{TOPIC_WORDS[topic]}"]'
                for topic, name in self.topics.items()
            )
        )


def live(root: Path, seed: int) -> Life:
    """Live the life of a seed; check every step by a rebuild."""
    life = Life(root, seed)
    for _ in range(STEPS):
        life.live()
        before = life.folder.tree()
        done = life.folder.digest("rebuild", now=f"{life.today}T13:00")
        assert 0 == done.status, done
        after = life.folder.tree()
        different = [name for name in before.keys() | after if before.get(name) != after.get(name)]
        assert [] == sorted(different), (seed, life.steps)
        assert archives(life.folder.output) == list(chain(life.folder.output)), (seed, life.steps)
    return life


def live_twice(root: Path, seed: int, steps: int = STEPS) -> int:
    """Live the life of a seed, and take the issues of each run back; return how many there were.

    The output must be that before the run then, and that after it when the run is repeated.
    """
    life, count = Life(root, seed), 0
    for _ in range(steps):
        life.act()
        assert 0 == life.folder.digest("rebuild", now=f"{life.today}T11:30").status
        before = life.folder.tree()
        due = life.dice.random() < 0.7
        made = life.run(due=due)
        after = life.folder.tree()
        for edition in reversed(made):
            done = life.folder.digest("undo", edition, now=f"{life.today}T12:00")
            assert 0 == done.status, (seed, life.steps, done)
        assert before == life.folder.tree(), (seed, life.steps)
        assert made == life.run(due=due), (seed, life.steps)
        assert after == life.folder.tree(), (seed, life.steps)
        count += len(made)
    return count


def archives(output: Path) -> list[str]:
    """Return the names of the RSS archive documents, the newest first."""
    names = {file.name for file in output.glob("archive/*-w*.xml")}
    names -= {file.name for file in output.glob("archive/*.atom.xml")}
    week = len("2026-w47")  # the part follows
    return sorted(names, key=lambda name: (name[:week], len(name), name), reverse=True)


def chain(output: Path) -> Iterator[str]:
    """Yield the names of the archive documents that a reader of the live feed is led to."""
    file: Path | None = output / "feed.xml"
    while file and file.exists():
        links = etree.parse(file).iter(ATOM_LINK)
        before = [link.get("href", "") for link in links if link.get("rel") == "prev-archive"]
        file = output / "archive" / before[0].rpartition("/")[2] if before else None
        if file:
            yield file.name


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """After each step of a life, and the chain of archive documents is whole."""
    life = live(tmp_path, 0)
    assert life.moved
    papers = f"{life.papers} papers, {life.moved} of them moved"
    figure(f"a life of {STEPS} steps, {papers}: the same bytes after each")


@pytest.mark.soak
def test_many_lives_are_rebuilt(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """The same, in more lives."""
    for seed in LIVES:
        root = tmp_path / str(seed)
        root.mkdir()
        live(root, seed)
    figure(f"{len(LIVES)} lives of {STEPS} steps: the same bytes after each")


@pytest.mark.soak
def test_many_lives_of_divided_pages_are_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str], None]
) -> None:
    """The same with limits so low that issues, weeks and months of a few papers are divided."""
    monkeypatch.setattr(month_parts, "MAX_PAPERS", 4)
    monkeypatch.setattr(issue_cache, "MAX_PAPERS", 8)
    for module, limit, largest in ((archive_layout, 16_000, 20_000), (window, 9_000, 14_000)):
        monkeypatch.setattr(module, "LIMIT", limit)
        monkeypatch.setattr(module, "LARGEST", largest)
    monkeypatch.setattr(heading_pages, "LIMIT", 9_000)
    divided = Counter[str]()
    for seed in LIVES:
        root = tmp_path / str(seed)
        root.mkdir()
        output = live(root, seed).folder.output
        for pattern in DIVIDED:
            divided[pattern] += any(output.glob(pattern))
    assert set(DIVIDED) == {pattern for pattern, lives in divided.items() if lives}
    figure(f"{len(LIVES)} lives, of which so many with divided pages: {dict(divided)}")


def test_issues_that_are_taken_back_leave_no_trace(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """After each run of a life; made again at the same moment, they have the same bytes."""
    count = live_twice(tmp_path, 0, SHORT_STEPS)
    assert count > 3
    figure(f"{count} issues of a life taken back and made again: the same bytes")


@pytest.mark.soak
def test_many_lives_are_taken_back(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """The same, in more lives."""
    counts = []
    for seed in LIVES:
        root = tmp_path / str(seed)
        root.mkdir()
        counts.append(live_twice(root, seed))
    figure(f"{sum(counts)} issues of {len(LIVES)} lives taken back and made again: the same bytes")
