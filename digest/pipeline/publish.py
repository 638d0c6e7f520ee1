"""Write recorded issues as pages and feeds to the output folder: the third step, PUBLISH."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from digest import __version__
from digest.model.results import InputProblem
from digest.pipeline.context import RunContext
from digest.pipeline.output_pages import OutputPages
from digest.pipeline.publishing.notes import Notes
from digest.pipeline.publishing.removed_topics import TopicRemovals
from digest.render import wording
from digest.storage import output, publication_log, removed_pages
from digest.storage.ledger import published_files
from digest.storage.page_folders import Obstacle

_MAX_TEMPLATE = 4 << 20  # bytes; a larger file in the folder of templates is something else
# Facts in the ledger: the hashes of the papers that the output leaves out, and of those that its
# topic pages show under another topic.
_WITHDRAWN, _MOVED = "withdrawn", "moved"


class PublishSummary(msgspec.Struct, frozen=True):
    """The paths written and removed, and the number of pages that had the right bytes already.

    Paths are below the output folder. ``reason`` is why all pages were rendered, or None if only
    some were. ``problems`` are notes that were passed over, pages that could not be written, and
    outdated files that somebody else has changed.
    """

    written: tuple[str, ...] = ()
    same: int = 0
    removed: tuple[str, ...] = ()
    reason: str | None = None
    problems: tuple[InputProblem, ...] = ()


def publish(context: RunContext, *, whole: str | None = None) -> PublishSummary:
    """Write the pages that new issues and notes change, or all pages if there is a reason for it.

    ``whole`` gives such a reason. Others are: templates, site settings, schedules or the version
    changed since the last publication, a paper was withdrawn or moved, or that was taken back, an
    issue was taken back, a topic was removed or came back, or a file of the output is missing or
    was modified.
    Only files that differ are written, and only a publication of all pages removes files. Raises
    `OSError` when the output cannot be written; the next run publishes the same pages then.
    """
    manifest = context.ledger.published_files.manifest()
    facts = _facts(context)
    new_issues = context.ledger.issues.list_unpublished()
    removals, notes = TopicRemovals(context), Notes(context)
    marks = manifest.marks()
    blocked = output.obstacles(context.output, [path for path, size, _ in marks if size < 0])
    marks = [mark for mark in marks if mark[0] not in blocked]
    reason = whole or _reason(context, marks, facts) or removals.reason
    # Most runs of a scheduler end here, without rendering anything.
    if not (new_issues or notes.changed) and reason is None:
        removals.record_unchanged(context)
        return PublishSummary(problems=(*notes.problems, *_blocked_pages(blocked)))
    pages = OutputPages(context, notes, removals.topics)
    rendered = pages.all_pages() if reason else pages.changed_pages(new_issues)
    # Pages are rendered one by one as they are written, so memory stays small.
    state = context.settings.state_folder
    outdated = () if reason else pages.outdated(new_issues)
    publication = output.publish(
        context.output, rendered, manifest, state, whole=bool(reason), outdated=outdated
    )
    _list_removed(context, publication)
    # Recorded only after the files are written: if the run is killed before, the next one finds
    # the issues unpublished and writes the same pages.
    with context.ledger.transaction():
        context.ledger.published_files.record_publication(
            publication.written, publication.removed + publication.released, publication.blocked
        )
        for fact, value in facts.items():
            context.ledger.published_files.set_fact(fact, value)
        context.ledger.published_files.set_fact(published_files.TAKEN_BACK, "")
        notes.record_published(context)
        removals.record_published(context)
        context.ledger.issues.mark_published()
    # The log has grown with each publication. A full disk is no reason to fail: it may wait.
    with contextlib.suppress(OSError):
        if reason is not None:
            publication_log.rewrite(state, manifest.hashes())
    problems = (*notes.problems, *_problems(publication, blocked))
    return _summarise(publication, reason, problems)


def _summarise(
    publication: output.OutputChanges, reason: str | None, problems: tuple[InputProblem, ...]
) -> PublishSummary:
    paths = tuple(path for path, _ in publication.written)
    return PublishSummary(paths, publication.same, tuple(publication.removed), reason, problems)


def _list_removed(context: RunContext, publication: output.OutputChanges) -> None:
    # Before the ledger forgets them. Only the commands read the list.
    if context.settings.publish:
        state = context.settings.state_folder
        written = (path for path, _ in publication.written)
        removed_pages.record(state, context.output, publication.removed, written)


def _problems(
    publication: output.OutputChanges, blocked: Mapping[str, Obstacle]
) -> Iterator[InputProblem]:
    yield from _blocked_pages({**blocked, **publication.blocked})
    for path in publication.released:
        reason = "was changed by somebody else: it is no page any more and was not removed"
        yield InputProblem(kind="skipped", dump=f"output/{path}", reason=reason)


def _blocked_pages(blocked: Mapping[str, Obstacle]) -> Iterator[InputProblem]:
    """Yield a problem for each thing in the output that is in the way of pages."""
    for obstacle, number in Counter(blocked.values()).items():
        pages = wording.count(number, "page")
        reason = f"{obstacle.kind}: {pages} cannot be written until it is moved away"
        yield InputProblem(kind="skipped", dump=f"output/{obstacle.path}", reason=reason)


def _reason(
    context: RunContext, marks: Iterable[tuple[str, int, int]], facts: Mapping[str, str]
) -> str | None:
    """Return why all pages have to be rendered, or None. ``facts`` are the present ones."""
    fact = context.ledger.published_files.fact
    different = [name for name, value in facts.items() if value != (fact(name) or "")]
    if published_files.RENDERED_WITH in different:
        changed = "templates, site settings or version changed"
        return changed if fact(published_files.RENDERED_WITH) else "the first publication"
    if _WITHDRAWN in different:
        return "a paper was withdrawn or brought back"
    if _MOVED in different:
        return "a paper was moved to another topic, or back"
    if taken_back := fact(published_files.TAKEN_BACK):
        return taken_back
    modified = output.first_modified(context.output, marks)
    return f"output/{modified} was missing or touched" if modified else None


def _facts(context: RunContext) -> dict[str, str]:
    """Return by name what all pages depend on besides the stored issues, as hashes."""
    withdrawn = sorted(context.ledger.issues.withdrawn_guids())
    moved = context.ledger.moved_papers.by_guid()
    return {
        published_files.RENDERED_WITH: _rendered_with(context),
        _WITHDRAWN: _hash(withdrawn),
        _MOVED: _hash([f"{guid} {moved[guid].topic}\n" for guid in sorted(moved)]),
    }


def _hash(texts: Sequence[str]) -> str:
    """Return a hash of the texts in their order, or an empty string if there are none."""
    return hashlib.blake2b("".join(texts).encode(), digest_size=16).hexdigest() if texts else ""


def _rendered_with(context: RunContext) -> str:
    """Return a hash of the version, the site and edition settings that show, and all templates.

    Pages depend on them besides the stored issues, so when it changes, all are rendered.
    """
    content = hashlib.blake2b(__version__.encode(), digest_size=16)
    content.update(msgspec.json.encode(context.settings.site))
    editions = context.settings.editions
    # Feeds state how often they change, which follows from the schedules.
    rendering = [
        (edition.name, edition.period, edition.days, edition.abstracts) for edition in editions
    ]
    content.update(msgspec.json.encode(rendering))
    settings = context.settings
    if settings.web_url:  # forms and links to it, and the hub that feeds name
        web_side = (settings.web_url, settings.subscribe_url, settings.hub_url)
        content.update(msgspec.json.encode(web_side))
    for folder in context.templates:
        # `rglob` enters no folder that is a link, as it may never end; the first pattern enters
        # those directly in the folder.
        for file in sorted({*folder.glob("*/*"), *folder.rglob("*")}):
            if file.is_file():
                content.update(os.fsencode(file.relative_to(folder)) + b"\0" + _template(file))
    return content.hexdigest()


def _template(file: Path) -> bytes:
    """Return the bytes of a template; of a file that is none, its size and time."""
    status = file.stat()
    if status.st_size > _MAX_TEMPLATE:
        return f"{status.st_size} {status.st_mtime_ns}".encode()
    try:
        return file.read_bytes()
    except OSError:  # if a page needs it, rendering that page says what is wrong
        return b""
