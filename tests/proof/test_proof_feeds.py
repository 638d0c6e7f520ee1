"""Feeds by their schemas, and as the most used parser reads them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from tests.proof import tools, trees
from tests.proof.figures import Figures
from tests.support.folders import Folder

_ATOM = {"a": "http://www.w3.org/2005/Atom", "h": "http://purl.org/syndication/history/1.0"}
# What the schemas leave out, as XPath to what must not be there. Atom: RFC 4287, 4.1.1 and 4.1.2.
_UNDUE = {
    "atom": (
        "//a:entry[not(a:content or a:link[@rel='alternate' or not(@rel)])]",
        "//a:entry[a:content[@src or not(@type='text' or @type='html')] and not(a:summary)]",
        "/a:feed[count(a:link[@rel='self']) != 1 or count(a:link[@rel='alternate']) > 1]",
        "/a:feed[h:archive and count(a:link[@rel='current']) != 1]",
    ),
    "rss": (
        "//channel[count(a:link[@rel='self']) != 1 or count(a:link[@rel='prev-archive']) > 1]",
        "//channel[count(h:archive) != count(a:link[@rel='current'])]",
    ),
    "opml": (),
}


def _schema_of(file: Path) -> str:
    """By the root of the document."""
    root: str = etree.parse(file).getroot().tag
    return {"rss": "rss", "opml": "opml"}.get(root, "atom")


def _faults(name: str, document: etree._ElementTree) -> Iterator[str]:
    schema = etree.RelaxNG(etree.parse(tools.HERE / "schemas" / f"{name}.rng"))
    schema.validate(document)
    yield from (f"{fault.line}: {fault.message}" for fault in schema.error_log)
    for undue in _UNDUE[name]:
        if document.xpath(undue, namespaces=_ATOM):
            yield undue


def test_every_xml_document_keeps_its_schema(
    serial: trees.Serial, unwritten: Folder, large: Folder, figures: Figures
) -> None:
    """Live, archived, of a topic, of issues, empty and large ones."""
    seen = []
    for folder in (serial.folder, unwritten, large):
        for file in folder.output.rglob("*.xml"):
            name = _schema_of(file)
            assert [] == list(_faults(name, etree.parse(file))), file
            seen.append(name)
    figures.count("feeds and lists of feeds that keep their schema", len(seen))
    assert {"rss", "atom", "opml"} == set(seen)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("feed.xml", "<guid", "<id"),
        ("feed.xml", "+0000</pubDate>", "GMT</pubDate>"),
        ("feed.xml", 'rel="self"', 'rel="current"'),
        ("feed.xml", "</item>", "<author>Ida</author></item>"),
        ("atom.xml", "<updated>", "<updated>on "),
        ("atom.xml", 'type="text"', 'type="plain"'),
        ("atom.xml", 'rel="self"', 'rel="via"'),
        ("atom.xml", "</entry>", "<note/></entry>"),
        ("opml.xml", "xmlUrl", "url"),
    ],
)
def test_a_fault_in_xml_is_found(letters: Folder, file: str, old: str, new: str) -> None:
    """The proof above can fail: names, dates, counts and what is unknown."""
    text = (letters.output / file).read_text("utf-8")
    broken = text.replace(old, new)
    assert text != broken
    broken = broken.replace("</guid>", "</id>") if new == "<id" else broken
    document = etree.parse(io.BytesIO(broken.encode()))
    assert list(_faults(_schema_of(letters.output / file), document))


def test_json_feeds_keep_their_schema(
    serial: trees.Serial, unwritten: Folder, large: Folder, figures: Figures
) -> None:
    """JSON Feed 1.1, live and archived; and one without an id does not."""
    feeds = [
        json.loads(file.read_bytes())
        for folder in (serial.folder, unwritten, large)
        for file in (folder.output / "feed.json", *(folder.output / "archive").glob("*.json"))
    ]
    for feed in feeds:
        assert [] == _json_faults(feed)
        assert feed["feed_url"] != feed.get("next_url")
    figures.count("feeds and lists of feeds that keep their schema", len(feeds))
    del feeds[0]["items"][0]["id"]
    assert 1 == len(_json_faults(feeds[0]))


def _json_faults(feed: dict[str, Any]) -> list[str]:
    import jsonschema  # only `make proof` installs it

    schema = json.loads((tools.HERE / "schemas" / "feed.schema.json").read_bytes())
    checker = jsonschema.Draft202012Validator(schema)
    return [str(fault.message) for fault in checker.iter_errors(feed)]


def test_feedparser_has_nothing_to_mend(serial: trees.Serial, figures: Figures) -> None:
    """Every feed parses as it stands; the three formats hold the same papers, in one order."""
    kinds = {}
    for file in serial.folder.output.rglob("*.xml"):
        if file.name == "opml.xml":
            continue
        found = feedparser.parse(io.BytesIO(file.read_bytes()))
        assert not found.bozo, file
        assert found.version in {"rss20", "atom10"}, file
        assert all(entry.id and entry.title and entry.link for entry in found.entries), file
        kinds[file.name] = [entry.id for entry in found.entries]
        figures.count("feeds that feedparser reads as they stand")
    feed = json.loads((serial.folder.output / "feed.json").read_bytes())
    assert kinds["atom.xml"] == [item["id"] for item in feed["items"]]
