"""Papers that arrive in several layouts, parts and runs are each issued once."""

from __future__ import annotations

import json
import os
import random
import tempfile
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import settings
from digest.model.results import RunReport
from digest.operations import run
from tests.support import layouts
from tests.support.folders import DROPPED

MOMENT = "2026-11-20T08:00:00+00:00"
COUNT = 120


def _drop(root: Path, name: str, body: bytes) -> None:
    inbox = root / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_bytes(body)
    os.utime(inbox / name, (DROPPED, DROPPED))


def _run(root: Path) -> RunReport:
    return run.run(settings.load(root), datetime.fromisoformat(MOMENT))


def _issued(root: Path) -> list[str]:
    """Return the titles in all issues, in the order of their files."""
    pages = sorted((root / "output" / "daily").glob("*.json"))
    return [
        paper["title"]
        for page in pages
        for section in json.loads(page.read_text())["sections"]
        for paper in section["papers"]
    ]


def test_all_layouts_at_once_give_one_issue(tmp_path: Path) -> None:
    """An inbox with every layout of the same papers gives each paper once, in one issue."""
    listed = layouts.papers(COUNT)
    for name, write in layouts.WRITERS.items():
        _drop(tmp_path, f"{name}.dump", write(listed))
    report = _run(tmp_path)
    assert COUNT == report.accounting.new
    assert 1 == len(report.issues)
    assert sorted(paper.title for paper in listed) == sorted(_issued(tmp_path))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_layouts_in_successive_runs_repeat_no_paper(tmp_path: Path, seed: int) -> None:
    """One layout a run, in any order, never issues a paper twice."""
    listed = layouts.papers(30)
    names = sorted(layouts.WRITERS)
    random.Random(seed).shuffle(names)
    for name in names:
        _drop(tmp_path, f"{name}.dump", layouts.WRITERS[name](listed))
        _run(tmp_path)
    assert sorted(paper.title for paper in listed) == sorted(_issued(tmp_path))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_page_split_between_records_gives_the_same_papers(tmp_path: Path, seed: int) -> None:
    """A dump split between records into files, in any order, gives the same set of papers."""
    draw = random.Random(seed)
    listed = layouts.papers(40)
    cuts = sorted(draw.sample(range(1, 40), 4))
    parts = [listed[start:end] for start, end in zip([0, *cuts], [*cuts, 40], strict=True)]
    draw.shuffle(parts)
    for number, part in enumerate(parts):
        _drop(tmp_path, f"part-{number}.txt", layouts.WRITERS["plain text"](part))
    assert 40 == _run(tmp_path).accounting.new
    assert sorted(paper.title for paper in listed) == sorted(_issued(tmp_path))


@hypothesis.settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_any_split_order_and_repetition_gives_the_same_papers(data: st.DataObject) -> None:
    """Parts in any layout, dropped again under other names over several runs, repeat no paper."""
    listed = layouts.papers(12)
    cuts = sorted(data.draw(st.sets(st.integers(1, 11), max_size=4)))
    parts = [listed[start:end] for start, end in zip([0, *cuts], [*cuts, 12], strict=True)]
    again = data.draw(st.lists(st.sampled_from(parts), max_size=4))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for number, part in enumerate(data.draw(st.permutations([*parts, *again]))):
            layout = data.draw(st.sampled_from(sorted(layouts.WRITERS)))
            _drop(root, f"{number}.dump", layouts.WRITERS[layout](part))
            if data.draw(st.booleans()):
                _run(root)
        _run(root)
        assert sorted(paper.title for paper in listed) == sorted(_issued(root))
