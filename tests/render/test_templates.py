"""Templates of one's own: their documented values, blocks, and copies that are out of date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pytest

from digest import errors
from digest.cli import init
from digest.model.files import Page
from digest.model.issue_links import IssueLink
from digest.model.settings import Site
from digest.model.status import Status
from digest.model.topics import TopicCount
from digest.operations import template_copies
from digest.render import removed_topic
from digest.render.mail import content, recipient, views
from digest.render.site import environments, notes, pages, templates
from digest.render.site.views import (
    archive,
    charts,
    entries,
    front,
    mentions,
    period,
    status,
    status_sources,
    terms,
    topics,
)
from digest.render.web import found_papers
from digest.render.web import pages as web_pages
from tests.support import builders, mails
from tests.support.folders import Folder

TEMPLATES = Path(__file__).parents[2] / "templates"
README = (TEMPLATES / "README.md").read_text("utf-8")
ISSUE = builders.issue(builders.item(1))
LINKS = [IssueLink("daily", "2026-11-22", "2026-11-22", 1, 1, "new")]
STATUS = Status(health="ok", stale=False, moment=builders.MOMENT, timezone="UTC", version="1")
COUNTS = [TopicCount("day", "2026-11-22", "vision", "Vision", 1, 0)]


class RecordingTemplates(templates.Templates):
    """Templates that record the names of the values they get."""

    def __init__(self) -> None:
        super().__init__([TEMPLATES], None)
        self.names: dict[str, set[str]] = {}

    def page(
        self, name: str, path: str, values: Mapping[str, Any], *, limit: int | None = None
    ) -> Page:
        """Record the names, and fill the template."""
        self.names.setdefault(name, set()).update(values)
        return super().page(name, path, values, limit=limit)


def names_by_template() -> dict[str, set[str]]:
    """Return the names of the values that each template gets."""
    recording, rendered = RecordingTemplates(), pages.Pages([TEMPLATES], Site())
    rendered._templates = recording
    rendered.issue(ISSUE)
    rendered._limit = 0
    rendered.issue(ISSUE)
    rendered.index(ISSUE, LINKS, COUNTS)
    rendered.archive(LINKS)
    rendered.year("2026", LINKS)
    rendered.topic(topics.build_first_page(COUNTS, topics.group_by_topic([ISSUE])["vision"]))
    rendered.topics([topics.build_total(COUNTS)])
    rendered.search(["2026-11"])
    rendered.status(STATUS)
    content.render_content(ISSUE, mails.SETTINGS, recording)
    return recording.names


def rows(heading: str) -> dict[str, str]:
    """Return the README's table with this heading, by the first cell of each row."""
    (start,) = (m.start() for m in re.finditer(rf"\| {re.escape(heading)} \|.*\n\|---", README))
    table = README[start:].split("\n\n")[0]
    cells = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    return {first.strip(): "|".join(rest) for first, *rest in cells}


def names(cell: str) -> set[str]:
    """Return the names in code marks, without those in parentheses."""
    return set(re.findall(r"`([a-z_]+)`", re.sub(r"\([^()]*\)", "", cell)))


@pytest.mark.parametrize(
    ("heading", "template"),
    [
        ("`issue.html`, `issue.md`", "issue.html"),
        ("`issue.html`, `issue.md`", "issue.md"),
        ("`mail.html`, `mail.txt`", "mail.html"),
        ("`mail.html`, `mail.txt`", "mail.txt"),
        *(
            (f"`{name}.html`", f"{name}.html")
            for name in "heading index archive topic topics search status".split()
        ),
    ],
)
def test_every_name_is_documented(heading: str, template: str) -> None:
    """The README lists the values that a template gets, and no others."""
    of_pages = {"feeds", "own_feed", "root", "subscribe"}
    mail_has_none = of_pages if template.startswith("mail.") else set()
    common = names(" ".join(rows("name"))) - mail_has_none
    assert names(" ".join(rows(heading))) | common == names_by_template()[template]


def test_every_view_is_documented() -> None:
    """The README lists every field and property of the views."""
    modules = [
        archive,
        charts,
        entries,
        front,
        mentions,
        period,
        status,
        status_sources,
        terms,
        topics,
        removed_topic,
        notes,
        views,
        recipient,
        found_papers,
    ]
    structs = {
        f"`{kind.__name__}`": {
            *kind.__struct_fields__,
            *(name for name, part in vars(kind).items() if isinstance(part, property)),
        }
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, msgspec.Struct)
        and kind.__module__ == module.__name__
    }
    assert structs == {record: names(cell) for record, cell in rows("view").items()}


def test_every_view_that_is_named_is_documented() -> None:
    """Every view that the README names has a row in its table of views."""
    views = set(re.findall(r"`(\w+View)`", README))
    assert {f"`{name}`" for name in views} == set(rows("view"))


def test_every_block_is_documented() -> None:
    """The README lists the blocks of each template that it names."""
    environment = jinja2.Environment(autoescape=True)
    documented = set()
    for cells, cell in rows("template").items():
        for name in re.findall(r"`([^`]+)`", cells):
            documented.add(name)
            parsed = environment.parse((TEMPLATES / name).read_text("utf-8"))
            blocks = {block.name for block in parsed.find_all(jinja2.nodes.Block)}
            inherited = set() if name == "layout.html" else {"allowed", "actions", "head", "page"}
            assert blocks - inherited == names(cell.rpartition("|")[2]), name
    assert documented == {*pages.TEMPLATES, *web_pages.TEMPLATES}


def test_the_example_of_the_readme_works(tmp_path: Path) -> None:
    """It replaces one block and keeps the rest of the shipped template."""
    (example,) = re.findall(r"```jinja\n(.*?)```", README, re.DOTALL)
    (tmp_path / "issue.html").write_text(example)
    own = pages.Pages([tmp_path, TEMPLATES], Site(author="Ada Vance"))
    own.check()
    changed, shipped = (
        templates.issue(ISSUE)[0].body.decode()
        for templates in (own, pages.Pages([TEMPLATES], Site()))
    )
    assert "Chosen by Ada Vance.</p></footer>" in changed
    assert shipped.partition("<footer>")[0] == changed.partition("<footer>")[0]


def test_a_block_that_is_never_printed_is_an_error(tmp_path: Path) -> None:
    """The check names a block that the shipped template does not have."""
    (tmp_path / "issue.html").write_text(
        '{% extends "shipped/issue.html" %}{% block feet %}x{% endblock %}'
    )
    with pytest.raises(errors.SettingsError, match="block feet is in no template") as raised:
        pages.Pages([tmp_path, TEMPLATES], Site()).check()
    assert "issue.html" in raised.value.file


def test_the_check_names_copies_that_are_out_of_date(tmp_path: Path) -> None:
    """A copy changed by the operator is fine; one whose shipped template changed is named."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    for name in ("issue.html", "index.html", "topic.html", "topics.html"):
        (shipped / name).write_text(name)
    list(init._copy_templates(shipped, own))
    assert [] == list(template_copies.outdated_copies(own, shipped))
    (own / "issue.html").write_text("mine")
    (own / "index.html").write_text('{% extends "shipped/index.html" %}')
    assert [] == list(template_copies.outdated_copies(own, shipped))
    for name in ("issue.html", "index.html", "topic.html"):
        (shipped / name).write_text("newer")
    behind = [line.split()[1] for line in template_copies.outdated_copies(own, shipped)]
    assert [str(own / "issue.html"), str(own / "topic.html")] == behind
    (own / ".copied.json").unlink()
    (own / "topic.html").write_text("newer")
    (line,) = template_copies.outdated_copies(own, shipped)
    assert "no record says which version it began as" in line
    assert [] == list(template_copies.outdated_copies(tmp_path / "none", shipped))
    assert [] == list(template_copies.outdated_copies(shipped, shipped))


def test_digest_check_warns_of_templates_without_an_origin(folder: Folder) -> None:
    """Fresh copies are in order."""
    assert 0 == folder.digest("init", "--templates", str(folder.root)).status
    assert not [line for line in folder.digest("check").out.splitlines() if "templates/" in line]
    (folder.root / "templates" / "topic.html").write_text("{{ topic.name }}")
    (folder.root / "templates" / ".copied.json").unlink()
    (line,) = [line for line in folder.digest("check").out.splitlines() if "topic.html" in line]
    assert line.startswith("!   ")


@pytest.mark.parametrize(
    "body",
    [
        "{{ words }}|{{ words|upper }}|{{ words ~ '<' }}|{{ '<' }}",
        "{{ words|safe }}|{{ words|e }}|{{ (words|e)|e }}|{{ note }}",
        "{{ 7 }}|{{ none }}|{{ [words] }}|{{ true }}",
        "{% macro m(x) %}<i>{{ x }}</i>{{ caller() }}{% endmacro %}{% call m(1) %}&{% endcall %}",
        "{% set part %}<b>{{ words }}</b>{% endset %}{{ part }}|{{ part|length }}",
        "{% filter upper %}<b>{{ words }}{% endfilter %}",
        "{% autoescape false %}{{ words }}{% endautoescape %}",
        "{% set on = 1 %}{% autoescape on %}{{ words }}{% endautoescape %}{{ words }}",
        "{% extends 'above.html' %}{% block b %}{{ super() }}|{{ self.c() }}{% endblock %}",
    ],
)
def test_own_templates_are_escaped_once(tmp_path: Path, body: str) -> None:
    """Every construct of the language escapes as in an environment with autoescape."""
    above = "{% block b %}<p>{{ words }}</p>{% endblock %}{% block c %}<q>{{ words }}{% endblock %}"
    (tmp_path / "above.html").write_text(above, "utf-8")
    (tmp_path / "own.html").write_text(body, "utf-8")
    values = {"words": "<a href='\"'>R&D", "note": environments.EscapedText("<b>&amp;</b>")}
    plain = jinja2.Environment(loader=jinja2.FileSystemLoader(tmp_path), autoescape=True)
    expected = plain.get_template("own.html").render(values)
    page = templates.Templates([tmp_path], None).page("own.html", "own.html", values)
    assert expected == page.body.decode()


def test_a_long_page_is_whole(tmp_path: Path) -> None:
    """A page is encoded in parts, and no text is lost or doubled between them."""
    (tmp_path / "own.html").write_text("{% for n in range(5000) %}{{ n }},{% endfor %}", "utf-8")
    page = templates.Templates([tmp_path], None).page("own.html", "own.html", {})
    assert "".join(f"{number}," for number in range(5000)) == page.body.decode()
