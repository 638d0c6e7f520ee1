"""Run `digest` in a process of its own, in which all sources are servers of the tests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import source_days
from tests.support.folders import Folder
from tests.support.wires import Asked

CHECKOUT = Path(__file__).parents[2]
CONTACT = "operator@example.org"
ALL_KINDS = f"""
[fetch]
contact = "{CONTACT}"
[[source]]
name = "hf"
kind = "hf-daily"
[[source]]
name = "announced"
kind = "arxiv-rss"
categories = ["cs.CL", "cs.AI"]
[[source]]
name = "searched"
kind = "arxiv-search"
query = "cat:cs.CL"
[[source]]
name = "records"
kind = "arxiv-oai"
set = "cs"
[[source]]
name = "bio"
kind = "biorxiv"
[[source]]
name = "group-rss"
kind = "feed"
url = "https://feeds.example.org/rss"
[[source]]
name = "group-atom"
kind = "feed"
url = "https://feeds.example.org/atom"
[[source]]
name = "group-json"
kind = "feed"
url = "https://feeds.example.org/feed.json"
[[source]]
name = "list"
kind = "page"
url = "https://pages.example.org/papers"
"""


class StepResult(NamedTuple):
    """What one step gave, and every request it made."""

    status: int
    out: str
    err: str
    asked: list[Asked]

    @property
    def report(self) -> dict[str, Any]:
        """What it printed, as JSON."""
        report: dict[str, Any] = json.loads(self.out)
        return report

    def paths(self, host: str) -> list[str]:
        """Return what it asked of a host, in order."""
        return [asked.path for asked in self.asked if asked.host == host]


def step(now: str, *words: str, robots: tuple[int, str] | None = None) -> dict[str, Any]:
    """Return a step of a script; ``robots`` is what every robots.txt answers from then on."""
    return {"now": now, "words": words, "robots": robots}


def trouble(host: str, case: str, first: str, last: str) -> dict[str, str]:
    """Return the trouble of a host between two moments."""
    return {"host": host, "case": case, "from": first, "until": last}


def play(
    folder: Folder,
    steps: Sequence[dict[str, Any]],
    *,
    troubles: Sequence[dict[str, str]] = (),
    world: dict[str, Any] | None = None,
    seconds: int = 120,
    **env: str,
) -> list[StepResult]:
    """Run these steps one after the other; ``env`` is the whole environment."""
    script = folder.root.parent / "script.json"
    content = {"root": str(folder.root), "steps": steps, "troubles": troubles,
               "world": world or {}}  # fmt: skip
    script.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "tests.support.fetch_driver", str(script)]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=env, capture_output=True, check=False, timeout=seconds
    )
    assert 0 == done.returncode, done.stderr.decode()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        StepResult(**{**line, "asked": [Asked(**asked) for asked in line["asked"]]})
        for line in lines
    ]


def expected_titles(now: str) -> list[str]:
    """Return the titles of all papers that all kinds list at this moment, alphabetically."""
    moment = datetime.fromisoformat(now)
    days = [moment.date() - timedelta(days=back) for back in range(4)]
    papers = [
        *(one for day in days[:3] for one in source_days.hugging_face(day, moment)),
        *(one for day in days[:3] for one in source_days.biorxiv(day)),
        *(one for day in days for one in source_days.arxiv(day)),
        *source_days.feed(moment),
        *source_days.page(moment),
    ]
    return sorted({one.title for one in papers})


def issued(folder: Folder) -> list[str]:
    """Return the titles of all papers of all issues, as often as they stand there."""
    return sorted(title for titles in folder.titles() for title in titles)
