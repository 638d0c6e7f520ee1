"""The story of a paper in words: mended words, topic, place in an issue, or why it has none.

`digest.operations.explain` looks the records up, and adds labels and indentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from digest.editorial import compose, filters, followups, profile, ranking
from digest.editorial.compose import ClassifiedItem
from digest.model.issues import Issue, Item
from digest.model.papers import Paper
from digest.model.settings import Edition, Settings


def mended_words(paper: Paper, item: Item) -> Iterator[str]:
    """Describe the repairs in the title and in the abstract, before and after."""
    for kind in ("title", "abstract"):
        before, after = getattr(paper, kind) or "", getattr(item, kind) or ""
        if " ".join(before.split()) != after:
            yield followups.describe_change(kind, before, after)


def topic_reasons(classified: ClassifiedItem, names: Mapping[str, str], source: str) -> str:
    """Describe the topic of a paper: its name, its reasons, and where the topics come from."""
    name = names.get(classified.topic, compose.OTHER_NAME)
    return f"{name}: {', '.join(classified.item.reasons)} ({source})"


def place_in_issue(stored: Issue, guid: str) -> Iterator[str]:
    """Describe a paper's heading and place in an issue and the reasons, as they were stored."""
    for section in stored.sections:
        guids = [item.guid for item in section.papers]
        if guid not in guids:
            continue
        item = section.papers[guids.index(guid)]
        part = next((f", {part.name}" for part in section.parts if guid in part.papers), "")
        yield f"under {section.name}{part}: {', '.join(item.reasons) or 'no reason was kept'}"
        counts = ranking.describe_counts(item) or "no counts known: by date, then title"
        yield f"place {guids.index(guid) + 1} of {len(guids)} there: {counts}"
        yield from (f"ranked higher: {reason}" for reason in stored.followed.get(guid, ()))
        if guid in stored.picked:
            yield f"picked: {stored.picked[guid]}"


def why_not_issued(
    settings: Settings,
    name: str,
    classified: ClassifiedItem,
    intake: int,
    *,
    since: int,
    is_judged: bool,
    history: bool,
) -> str:
    """Explain why an edition has no issue with a paper that was taken in by this intake.

    ``since`` is the last intake before the edition was configured. ``is_judged`` is false if the
    paper waits, ``history`` true if its intake was a backfill.
    """
    if history:
        return "taken in as history"
    if intake <= since:
        return "seen before the edition was configured"
    if not is_judged:
        return "waits for the next issue"
    edition = next((edition for edition in settings.editions if edition.name == name), None)
    reason = _why_left_out(settings, edition, classified) if edition else None
    return reason or "left out by the filters or the profile it had then"


def _why_left_out(settings: Settings, edition: Edition, classified: ClassifiedItem) -> str | None:
    """Explain why the edition's settings leave a paper out; None if they accept it now."""
    if not filters.accepts_item(edition, classified.item, classified.topic):
        return "left out by the edition's filters"
    compiled = profile.compile_profile(settings.profile_of(edition))
    muted_by = profile.mute_reason(compiled, classified.item)
    return f"muted by {muted_by}" if muted_by else None
