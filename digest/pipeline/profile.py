"""Match the papers of an issue against the profile and the library of its edition."""

from __future__ import annotations

from collections.abc import Sequence

from digest.editorial import trending_terms
from digest.editorial.phrases import PaperText
from digest.editorial.profile import ProfileMatch, compile_profile, match_profile
from digest.errors import SettingsError
from digest.model.issues import Item
from digest.model.papers import LibraryPaper
from digest.model.settings import Edition
from digest.pipeline.context import RunContext
from digest.pipeline.library import load_library


def list_earlier_papers(context: RunContext, edition: Edition, day: str) -> list[PaperText]:
    """Return title and abstract of papers in the edition's issues up to this day.

    They show which words are usual: those of the newest `BEFORE_PAPERS` papers, from the last
    `BEFORE` issues at most.
    """
    issues, papers = trending_terms.BEFORE, trending_terms.BEFORE_PAPERS
    return context.ledger.issues.words_before(edition.name, day, issues, papers)


def match_papers(
    context: RunContext, edition: Edition, items: Sequence[Item], earlier: Sequence[PaperText]
) -> dict[str, ProfileMatch]:
    """Return the match of each paper by its guid.

    Empty if the profile has neither something to follow nor a library. A library that cannot be
    read is left out, and entered into the context's ``unused_libraries``.
    """
    settings = context.settings.profile_of(edition)
    library = _library(context, settings.library) if settings.library and items else ()
    # Similarity weighs a word by how rare it is: in the library, in earlier papers and in these.
    texts = [*earlier, *((item.title, item.abstract) for item in items)] if library else ()
    profile = compile_profile(settings, library, texts)
    if not profile.follow and not library:
        return {}
    return {item.guid: match_profile(profile, item) for item in items}


def _library(context: RunContext, name: str) -> tuple[LibraryPaper, ...]:
    try:
        return load_library(context, name)
    except SettingsError as error:
        context.unused_libraries.setdefault(name, error)
        return ()
