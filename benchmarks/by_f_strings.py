"""Write the files of an archive with f-strings, for comparison in `bench_rebuild`.

Each field of an issue stands where the product puts it, escaped by the standard library.
Nothing is decided, counted or looked up. The text around the fields is that of the product, or
less.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from digest.model.issues import Issue, Item
from digest.render import paths

_SITE = "http://localhost:8000/"
_END = "\r\n"
_MARKDOWN, _TEX = re.compile(r"[\\`*_{}\[\]#|<]"), re.compile(r"[\\{}~^$&#%_]")
_e = html.escape

Files = Iterator[tuple[str, bytes]]


def of_issue(issue: Issue) -> Files:
    """Write the page of an issue, and its files in other formats."""
    writers = {"html": _html, "md": _markdown, "bib": _bibtex, "ris": _ris, "csv": _csv}
    for suffix, write in writers.items():
        yield paths.issue(issue.edition, issue.key, suffix), write(issue).encode()
    yield paths.issue(issue.edition, issue.key, "json"), msgspec.json.encode(issue)


def _html(issue: Issue) -> str:
    return "".join(
        f'<article id="p-{item.guid[18:30]}">\n<h3><a href="{_e(item.url)}">{_e(item.title)}</a>'
        f'</h3>\n<p class="meta"><span class="by">{_e(_by(item))}</span> <span class="day">'
        f'{item.published}</span> <span class="up">{item.upvotes} votes</span> <span class="talk">'
        f'{item.comments}</span> <span class="tag">{_e(_also(issue, item))}</span></p>\n'
        f'<p class="line"><q>{_e(_line(item))}</q> <small>from the abstract</small></p>\n'
        '<div class="more">\n<details><summary>Abstract, and why it is here</summary>\n'
        f'<p class="abstract">{_e(item.abstract or "")}</p>\n<p class="why">Under'
        f' {_e(section.name)}: {_e("; ".join(item.reasons))}. <a href="#p-{item.guid[18:30]}"'
        f' aria-label="Link to this paper: {_e(item.title)}">Link to this paper</a></p>\n'
        f'</details>\n<p class="links"><a href="https://arxiv.org/abs/{item.arxiv_id}" aria-label='
        f'"arXiv:{item.arxiv_id}">arXiv:{item.arxiv_id}</a> <a href="https://arxiv.org/pdf/'
        f'{item.arxiv_id}" aria-label="PDF of arXiv:{item.arxiv_id}">PDF</a> <a href="'
        f'{_e(item.url)}" aria-label="Hugging Face page of {_e(item.title)}">Hugging Face</a></p>\n'
        "</div>\n</article>\n"
        for section in issue.sections
        for item in section.papers
    )


def _markdown(issue: Issue) -> str:
    return "".join(
        f"### [{_m(item.title)}]({item.url})\n\n{_m(_by(item))} · {item.published} ·"
        f" {item.upvotes} votes · {_m(_also(issue, item))}\n\n> {_m(_line(item))} *(from the"
        f" abstract)*\n\n{_m(item.abstract or '')}\n\n[arXiv:{item.arxiv_id}](https://arxiv.org/abs/"
        f"{item.arxiv_id}) · [PDF](https://arxiv.org/pdf/{item.arxiv_id}) · [Hugging Face]"
        f"({item.url})\n\n"
        for item in issue.papers
    )


def _bibtex(issue: Issue) -> str:
    return "\n".join(
        f"@misc{{arXiv-{item.arxiv_id},\n  title = {{{{{_t(item.title)}}}}},\n  author ="
        f" {{{_t(' and '.join(item.authors))}}},\n  year = {{{(item.published or '')[:4]}}},\n"
        f"  eprint = {{{item.arxiv_id}}},\n  url = {{{item.url}}},\n"
        f"  abstract = {{{_t(item.abstract or '')}}},\n}}\n"
        for item in issue.papers
    )


def _ris(issue: Issue) -> str:
    return "".join(
        f"TY  - GEN\r\nTI  - {item.title}\r\n"
        f"{''.join([f'AU  - {name}{_END}' for name in item.authors])}PY  -"
        f" {(item.published or '')[:4]}\r\nAB  - {item.abstract}\r\nKW  - {section.name}\r\n"
        f"AN  - arXiv:{item.arxiv_id}\r\nUR  - {item.url}\r\nER  - \r\n"
        for section in issue.sections
        for item in section.papers
    )


def _csv(issue: Issue) -> str:
    return "".join(
        f'"{_q(item.title)}","{_q("; ".join(item.authors))}","{item.published}",'
        f'"{item.arxiv_id}","{item.url}","{_q(section.name)}",{item.upvotes},{item.comments},'
        f'"{_q(_line(item))}","{_q(item.abstract or "")}","{item.guid}"\r\n'
        for section in issue.sections
        for item in section.papers
    )


def of_week(week: str, issues: Sequence[Issue]) -> Files:
    """Write the papers of a week as RSS, Atom and JSON Feed.

    The content of a paper is made once for all three.
    """
    entries = [
        (issue.moment, item, _categories(issue, section.topic, item), _content(section.name, item))
        for issue in issues
        for section in issue.sections
        for item in section.papers
    ]
    yield (
        f"archive/{week}.xml",
        "".join(
            f"\n<item><title>{_e(item.title)}</title><link>{_e(item.url)}</link><guid isPermaLink="
            f'"false">{item.guid}</guid><pubDate>{moment}</pubDate>'
            f"{''.join([f'<dc:creator>{_e(name)}</dc:creator>' for name in item.authors[:20]])}"
            f"{categories[0]}<description>{_e(_e(_line(item)))}</description>"
            f"<content:encoded>{_e(content, False)}</content:encoded></item>"
            for moment, item, categories, content in entries
        ).encode(),
    )
    yield (
        f"archive/{week}.atom.xml",
        "".join(
            f'\n<entry><title type="text">{_e(item.title)}</title><id>{item.guid}</id><published>'
            f"{moment}</published><updated>{moment}</updated>"
            f'<link rel="alternate" href="{_e(item.url)}"/>'
            f"{''.join([f'<author><name>{_e(n)}</name></author>' for n in item.authors[:20]])}"
            f'{categories[1]}<summary type="text">{_e(_line(item))}</summary>'
            f'<content type="html">{_e(content, False)}</content></entry>'
            for moment, item, categories, content in entries
        ).encode(),
    )
    items = [
        {
            "id": item.guid, "url": item.url, "title": item.title, "date_published": moment,
            "authors": [{"name": name} for name in item.authors[:20]],
            "summary": _line(item), "content_html": content,
        }
        for moment, item, _, content in entries
    ]  # fmt: skip
    yield f"archive/{week}.json", msgspec.json.encode(items)


def _categories(issue: Issue, topic: str, item: Item) -> tuple[str, str]:
    """Return the topics of a paper for RSS and for Atom."""
    topics = [(key, _e(issue.topics.get(key, key))) for key in (topic, *item.also)]
    return (
        "".join(
            [f'<category domain="{_SITE}topics/{key}/">{name}</category>' for key, name in topics]
        ),
        "".join(
            [
                f'<category term="{key}" scheme="{_SITE}topics/{key}/" label="{name}"/>'
                for key, name in topics
            ]
        ),
    )


def _content(heading: str, item: Item) -> str:
    return (
        f"<p>{_e(item.abstract or '')}</p><p>{_e(', '.join(item.authors[:20]))} ·"
        f" {item.published}</p><p>Under {_e(heading)}: {_e('; '.join(item.reasons))}</p><p>"
        f'<a href="https://arxiv.org/abs/{item.arxiv_id}">arXiv</a> · <a'
        f' href="https://arxiv.org/pdf/{item.arxiv_id}">PDF</a> · <a'
        f' href="{_SITE}#p-{item.guid[18:30]}">In the issue</a></p>'
    )


def of_month(month: str, issues: Sequence[Issue]) -> Files:
    """Write the papers of a month by topic, and their search index."""
    lines = defaultdict[str, list[str]](list)
    holders = defaultdict[str, list[int]](list)
    papers = [
        (issue, section, item)
        for issue in issues
        for section in issue.sections
        for item in section.papers
    ]
    for number, (issue, section, item) in enumerate(papers):
        line = (
            f'<li><a href="../../{issue.edition}/{issue.key}.html#p-{item.guid[18:30]}">'
            f"{_e(item.title)}</a><q>{_e(_line(item))}</q><p>{_e(_by(item))}</p></li>\n"
        )
        for topic in (section.topic, *item.also):
            lines[topic].append(line)
        for word in {*(item.abstract or "").lower().split()}:
            holders[word].append(number)
    for topic, lines_of_topic in lines.items():
        yield paths.topic(topic, f"{month}.html"), "".join(lines_of_topic).encode()
    titles = [(item.title, _by(item)) for _, _, item in papers]
    words = " ".join(sorted(holders))
    yield paths.search(month), msgspec.json.encode((titles, words))


def _by(item: Item) -> str:
    others = len(item.authors) - 3
    return f"{', '.join(item.authors[:3])}{f' and {others} more' if others > 0 else ''}"


def _also(issue: Issue, item: Item) -> str:
    return ", ".join([issue.topics.get(topic, topic) for topic in item.also])


def _line(item: Item) -> str:
    return item.one_line.text if item.one_line else ""


def _m(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _t(text: str) -> str:
    return _TEX.sub(r"\\\g<0>", text)


def _q(text: str) -> str:
    return text.replace('"', '""')
