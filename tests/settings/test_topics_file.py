"""A topics file replaces the shipped topics, or says `extends` and changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import SettingsError
from digest.model.topic_settings import Phrase, Topic, TopicChange
from digest.settings import resources, topics

EXTENDS = 'extends = "shipped"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a working folder with an empty configuration folder."""
    (tmp_path / "config").mkdir()
    return tmp_path


def write(root: Path, content: str) -> topics.TopicsFile:
    """Write a topics file."""
    (root / "config" / "topics.toml").write_text(content, encoding="utf-8")
    return topics.own_file(root, resources.shipped("config"))


def load(root: Path, content: str) -> topics.TopicDefinitions:
    """Write a topics file and load it."""
    return topics.load(write(root, content))


def test_own_topics_replace_the_shipped_ones(root: Path) -> None:
    """A phrase is a string, or a table with a weight."""
    content = """
    [[topic]]
    id = "tunnels"
    name = "Tunnels"
    words = ["tunnel", {phrase = "lantern", weight = 3}]
    """
    expected = Topic(id="tunnels", name="Tunnels", words=("tunnel", Phrase("lantern", 3)))
    assert ((expected,), None) == load(root, content)


@pytest.mark.parametrize(
    ("content", "key", "hint"),
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
        ("[[topic]]\nname = 'A'", "topic[0]", ""),
        (
            "[[topic]]\nid = 'a'\nname = 'A'\n[[topic]]\nid = 'a'\nname = 'B'",
            "topic 'a'",
            "lower-case",
        ),
    ],
)
def test_unusable_topics_are_an_error(root: Path, content: str, key: str, hint: str) -> None:
    """The error names the file, the key and what to write."""
    with pytest.raises(SettingsError) as raised:
        load(root, content)
    assert str(root / "config" / "topics.toml") == raised.value.file
    assert key == raised.value.key
    assert hint in raised.value.hint


@pytest.mark.parametrize("weight", ["nan", "inf", "-inf", "1e308", "-1e7"])
def test_a_weight_must_be_a_number_that_can_be_added(root: Path, weight: str) -> None:
    """Otherwise every paper, or none, would stand under the topic."""
    with pytest.raises(SettingsError, match="topic 'a': not a weight"):
        load(
            root, f'[[topic]]\nid = "a"\nname = "A"\nwords = [{{phrase = "x", weight = {weight}}}]'
        )


def test_a_file_that_extends_has_the_shipped_topics_and_changes(root: Path) -> None:
    """Keys that are not there are not changed."""
    shipped = topics.load(topics.own_file(root, resources.shipped("config")))
    assert shipped.changes is None
    assert topics.load(write(root, EXTENDS)) == (shipped.topics, ())
    body = '[[topic]]\nid = "vision"\nadd = ["lens flare"]\ndrop = ["x"]\n[[topic]]\nid = "nas"\n'
    extended = load(root, EXTENDS + body + "remove = true")
    assert extended.topics == shipped.topics
    assert extended.changes == (
        TopicChange(id="vision", add=("lens flare",), drop=("x",)),
        TopicChange(id="nas", remove=True),
    )


@pytest.mark.parametrize(
    ("content", "key", "hint"),
    [
        ("extends = 'shiped'", "extends", "one of shipped"),
        (f"{EXTENDS}[[topic]]\nid = 'a'\nreplace = 1", "topic[0].replace", "known: id"),
        (f"{EXTENDS}[[topic]]\nid = 'a'\ndrops = []", "topic[0].drops", "did you mean drop?"),
        (f"{EXTENDS}[[topic]]\nid = 'a'\n[[topic]]\nid = 'a'", "topic 'a'", "its own"),
        (f"{EXTENDS}[[topic]]\nid = 'a'\ndrop = [{{phrase = 'x'}}]", "topic[0].drop[0]", ""),
        (f"{EXTENDS}[topic]\nid = 'a'", "topic", "[[topic]]"),
        (f"{EXTENDS}[[topic]]\nid = 'a'\nname = ' '", "topic 'a'", "write a heading"),
        ("[[topic]]\nid = 'a'\nname = ''", "topic 'a'", "write a heading"),
        ("extend = 'shipped'", "extend", "did you mean extends?"),
        ("[[topic]]\nid = 'a'\nname = 'A'\n" + EXTENDS, "topic[0].extends", "above the first"),
        ("[[topic]]\nid = 'a'\nname = 'A'\nadd = ['x']", "topic[0].add", EXTENDS.strip()),
        ("[[topic]]\nid = 'a'\nname = 'A'\ndrop = ['x']", "topic[0].drop", EXTENDS.strip()),
        ("[[topic]]\nid = 'a'\nremove = true", "topic[0].remove", EXTENDS.strip()),
    ],
)
def test_changes_that_cannot_be_read_are_an_error(
    root: Path, content: str, key: str, hint: str
) -> None:
    """The error names the file, the key and what to write."""
    with pytest.raises(SettingsError) as raised:
        load(root, content)
    assert str(root / "config" / "topics.toml") == raised.value.file
    assert key == raised.value.key
    assert hint in raised.value.hint


@pytest.mark.parametrize("key", ["strong", "words", "weak", "not_words", "add"])
def test_the_weight_of_a_change_must_be_a_number_too(root: Path, key: str) -> None:
    """In every list."""
    body = f"[[topic]]\nid = 'a'\n{key} = [{{phrase = 'x', weight = nan}}]"
    with pytest.raises(SettingsError, match="topic 'a': not a weight"):
        load(root, EXTENDS + body)


def test_the_hash_of_changes_changes_with_the_shipped_topics(root: Path) -> None:
    """A later release may lack a topic that these changes do not name."""
    file = write(root, EXTENDS)
    assert file.content_hash != file._replace(shipped=b"").content_hash
    assert file.content_hash != write(root, "").content_hash
    shipped = file._replace(content=file.shipped)
    assert shipped.is_shipped
    assert shipped.content_hash != shipped._replace(content=b"", shipped=b"").content_hash
