"""What a run knows of its readers' interest: earlier papers, the profile, the library."""

from __future__ import annotations

from collections.abc import Sequence

from digest.editorial import profile as editorial_profile
from digest.editorial import trending_terms
from digest.editorial.phrases import PaperText
from digest.editorial.profile import ProfileMatch
from digest.model.issues import Item
from digest.model.settings import Edition
from digest.pipeline import library as library_step
from digest.pipeline.context import RunContext


def before(state: RunContext, edition: Edition, day: str) -> list[PaperText]:
    """The papers of the edition's issues up to this day, to compare new ones with."""
    issues_before, papers_before = trending_terms.BEFORE, trending_terms.BEFORE_PAPERS
    return state.ledger.issues.words_before(edition.name, day, issues_before, papers_before)


def judged(
    state: RunContext, edition: Edition, items: Sequence[Item], earlier: Sequence[PaperText]
) -> dict[str, ProfileMatch]:
    """What the edition's profile says of each of these papers; nothing where there is none."""
    profile = state.settings.profile_of(edition)
    library = library_step.kept(state, profile.library) if profile.library and items else ()
    around = [(item.title, item.abstract) for item in items]
    taste = editorial_profile.compile_profile(
        profile, library, [*earlier, *around] if library else ()
    )
    if not taste.follow and not library:
        return {}
    return {item.guid: editorial_profile.match_profile(taste, item) for item in items}
