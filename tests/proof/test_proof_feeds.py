"""Check feeds against their schemas, and read them with feedparser."""

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
# Rules that the schemas cannot express, as XPaths that must match nothing. For Atom they are in
# RFC 4287, sections 4.1.1 and 4.1.2.
_FORBIDDEN = {
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
    """Return the name of the schema for a document, by its root element."""
    root: str = etree.parse(file).getroot().tag
    return {"rss": "rss", "opml": "opml"}.get(root, "atom")


def _faults(name: str, document: etree._ElementTree) -> Iterator[str]:
    schema = etree.RelaxNG(etree.parse(tools.HERE / "schemas" / f"{name}.rng"))
    schema.validate(document)
    yield from (f"{fault.line}: {fault.message}" for fault in schema.error_log)
    for path in _FORBIDDEN[name]:
        if document.xpath(path, namespaces=_ATOM):
            yield path


def test_every_xml_document_fits_its_schema(
    serial: trees.Serial, unwritten: Folder, large: Folder, figures: Figures
) -> None:
    """Feeds fit their schema: live, archived, of a topic, of issues, empty and large ones."""
    schemas = []
    for folder in (serial.folder, unwritten, large):
        for file in folder.output.rglob("*.xml"):
            name = _schema_of(file)
            assert [] == list(_faults(name, etree.parse(file))), file
            schemas.append(name)
    figures.count("feeds and lists of feeds that fit their schema", len(schemas))
    assert {"rss", "atom", "opml"} == set(schemas)


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
def test_a_fault_in_xml_is_reported(letters: Folder, file: str, old: str, new: str) -> None:
    """Wrong names, dates, counts and unknown elements are reported, so the test above can fail."""
    text = (letters.output / file).read_text("utf-8")
    broken = text.replace(old, new)
    assert text != broken
    # The document must stay well-formed, or it would not get as far as the schema.
    broken = broken.replace("</guid>", "</id>") if new == "<id" else broken
    document = etree.parse(io.BytesIO(broken.encode()))
    assert list(_faults(_schema_of(letters.output / file), document))


def test_every_json_feed_fits_its_schema(
    serial: trees.Serial, unwritten: Folder, large: Folder, figures: Figures
) -> None:
    """Live and archived feeds fit the schema of JSON Feed 1.1; an item without id does not."""
    feeds = [
        json.loads(file.read_bytes())
        for folder in (serial.folder, unwritten, large)
        for file in (folder.output / "feed.json", *(folder.output / "archive").glob("*.json"))
    ]
    for feed in feeds:
        assert [] == _json_faults(feed)
        assert feed["feed_url"] != feed.get("next_url")
    figures.count("feeds and lists of feeds that fit their schema", len(feeds))
    del feeds[0]["items"][0]["id"]
    assert 1 == len(_json_faults(feeds[0]))


def _json_faults(feed: dict[str, Any]) -> list[str]:
    import jsonschema  # only `make proof` installs it

    schema = json.loads((tools.HERE / "schemas" / "feed.schema.json").read_bytes())
    checker = jsonschema.Draft202012Validator(schema)
    return [str(fault.message) for fault in checker.iter_errors(feed)]


def test_feedparser_reads_every_feed_as_well_formed(serial: trees.Serial, figures: Figures) -> None:
    """No feed needs a repair; Atom and JSON Feed have the same papers in the same order."""
    ids = {}
    for file in serial.folder.output.rglob("*.xml"):
        if file.name == "opml.xml":
            continue
        feed = feedparser.parse(io.BytesIO(file.read_bytes()))
        assert not feed.bozo, file  # set when it had to repair the document
        assert feed.version in {"rss20", "atom10"}, file
        assert all(entry.id and entry.title and entry.link for entry in feed.entries), file
        ids[file.name] = [entry.id for entry in feed.entries]
        figures.count("feeds that feedparser reads as well-formed")
    json_feed = json.loads((serial.folder.output / "feed.json").read_bytes())
    assert ids["atom.xml"] == [item["id"] for item in json_feed["items"]]
