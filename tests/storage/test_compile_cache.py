"""What was compiled from shipped files is kept, and never trusted beyond its mark."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from digest.pipeline import context
from digest.settings import resources
from digest.storage import compile_cache

MARK = compile_cache.mark([b"one", b"two"], by=[compile_cache])


@pytest.fixture(autouse=True)
def writes_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment of the tests says."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def refused() -> str:
    """Stands where something kept must be used."""
    raise AssertionError("made again")


def test_a_second_run_makes_nothing(tmp_path: Path) -> None:
    """It finds what the first one kept, and no half-written file beside it."""
    assert compile_cache.kept("words", MARK, lambda: "made", tmp_path) == "made"
    assert compile_cache.kept("words", MARK, refused, tmp_path) == "made"
    assert len(list(tmp_path.iterdir())) == 1


def test_other_bytes_are_compiled_anew(tmp_path: Path) -> None:
    """And take the place of the old ones."""
    compile_cache.kept("words", MARK, lambda: "old", tmp_path)
    other = compile_cache.mark([b"onet", b"wo"], by=[compile_cache])
    assert compile_cache.kept("words", other, lambda: "new", tmp_path) == "new"
    assert compile_cache.kept("words", other, refused, tmp_path) == "new"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"\x80", MARK, MARK + b"\x80\x05cos\nnothing\n."])
def test_damage_is_no_error(tmp_path: Path, damage: bytes) -> None:
    """What cannot be read is made again."""
    compile_cache.kept("words", MARK, lambda: "old", tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert compile_cache.kept("words", MARK, lambda: "new", tmp_path) == "new"
    assert compile_cache.kept("words", MARK, refused, tmp_path) == "new"


def test_what_cannot_be_kept_is_used_all_the_same(tmp_path: Path) -> None:
    """An installation that nobody may write to, and one that keeps nothing at all."""
    (tmp_path / "file").write_text("in the way")
    assert compile_cache.kept("words", MARK, lambda: "made", tmp_path / "file" / "below") == "made"
    assert compile_cache.kept("words", MARK, lambda: "made", None) == "made"


def test_changed_code_compiles_anew(tmp_path: Path) -> None:
    """A checkout that was updated has the same version but other modules."""
    spec = type(sys)("there")
    spec.__file__ = str(tmp_path / "there.py")
    (tmp_path / "there.py").write_text("a = 1")
    before = compile_cache.mark([], by=[spec])
    os.utime(tmp_path / "there.py", (1, 1))
    assert compile_cache.mark([], by=[spec]) != before


def test_topics_are_the_same_kept_or_made(tmp_path: Path) -> None:
    """Both place a paper alike; only the shipped topics are kept, own ones may stand anywhere."""
    root = tmp_path / "papers"
    kept = context.headings(root)
    (root / "config").mkdir(parents=True)
    own = root / "config" / "topics.toml"
    ours = resources.shipped("config") / "topics.toml"
    own.write_bytes(ours.read_bytes() + b"\n# mine\n")
    made = context.headings(root)
    assert kept.names == made.names
    assert kept.lexicon.phrases == made.lexicon.phrases
    assert kept.lexicon.weights == made.lexicon.weights
    text = " we train agents  that  use tools  in  robotics  simulation "
    assert list(kept.lexicon.automaton.iter_long(text)) == list(
        made.lexicon.automaton.iter_long(text)
    )
