"""What one writes in an afternoon for the same work, as a yardstick for K3.

    python -m benchmarks.naive FOLDER DAY

Reads the plain pages in ``FOLDER/inbox`` and forgets them, keeps the titles it has seen in a JSON
file, finds topics by words in the text, and writes the day's issue with Jinja2 as HTML, its
titles with Markdown, and the newest papers as RSS. It mends no words, finds no revised or nearly
equal paper, has no archive, no search and no pages of topics, and a crash in the middle loses
the day.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import jinja2
import markdown

_TOPICS = Path(__file__).parent.parent / "config" / "topics.toml"
_NEWEST = 300  # items of the feed
_WORDS = 10  # of a topic; all of the shipped ones would take ten times the rest
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ day }}</title>
</head><body><h1>{{ day }}</h1>
{% for topic, papers in topics.items() %}<h2>{{ topic }}</h2>
{% for paper in papers %}<article><h3>{{ paper.title }}</h3><p>{{ paper.abstract }}</p></article>
{% endfor %}{% endfor %}</body></html>
"""


def main() -> None:
    """Make the issue of a day."""
    folder, day = Path(sys.argv[1]), sys.argv[2]
    state = folder / "seen.json"
    stored = json.loads(state.read_text("utf-8")) if state.exists() else {"seen": [], "newest": []}
    seen, new = set(stored["seen"]), []
    for file in sorted((folder / "inbox").iterdir()):
        for title, abstract in _records(file.read_text("utf-8")):
            key = re.sub(r"\W+", " ", title.lower()).strip()
            if key not in seen:
                seen.add(key)
                new.append({"title": title, "abstract": abstract, "day": day})
        file.unlink()
    newest = (new + stored["newest"])[:_NEWEST]
    output = folder / "output"
    output.mkdir(exist_ok=True)
    _write(output, day, _by_topic(new), newest)
    state.write_text(json.dumps({"seen": sorted(seen), "newest": newest}), "utf-8")


def _records(text: str) -> Iterator[tuple[str, str]]:
    """Yield title and abstract: a long paragraph and the one above it."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    for title, abstract in itertools.pairwise(paragraphs):
        if len(abstract) > 400 > len(title):
            yield title, abstract


def _by_topic(papers: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    shipped = tomllib.loads(_TOPICS.read_text("utf-8"))["topic"]
    words = {topic["name"]: _words(topic) for topic in shipped}
    topics = defaultdict(list)
    for paper in papers:
        text = f"{paper['title']} {paper['abstract']}".lower()
        scores = {name: sum(word in text for word in each) for name, each in words.items()}
        topics[max(scores, key=lambda name: scores[name])].append(paper)
    return topics


def _words(topic: dict[str, object]) -> list[str]:
    lists = (value for value in topic.values() if isinstance(value, list))
    words = [word.strip() for each in lists for text in each for word in str(text).split(",")]
    return words[:_WORDS]


def _write(
    output: Path, day: str, topics: dict[str, list[dict[str, str]]], newest: list[dict[str, str]]
) -> None:
    page = jinja2.Environment(autoescape=True).from_string(_PAGE)
    (output / f"{day}.html").write_text(page.render(day=day, topics=topics), "utf-8")
    lines = [f"# {day}"]
    for topic, papers in topics.items():
        lines += [f"## {topic}", *(f"- **{paper['title']}**" for paper in papers)]
    text = "\n\n".join(lines)
    (output / f"{day}.md").write_text(text, "utf-8")
    (output / "mail.html").write_text(markdown.markdown(text), "utf-8")
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    ElementTree.SubElement(channel, "title").text = "Papers"
    for paper in newest:
        item = ElementTree.SubElement(channel, "item")
        for name, value in (("title", "title"), ("description", "abstract"), ("pubDate", "day")):
            ElementTree.SubElement(item, name).text = paper[value]
    ElementTree.ElementTree(root).write(output / "feed.xml", "utf-8", xml_declaration=True)


if __name__ == "__main__":
    main()
