"""Render mails of invented papers, to find what compiling their templates does not find."""

from __future__ import annotations

from digest.model.people import MailContent
from digest.model.settings import Settings
from digest.render.mail import content
from digest.render.site import notes, trial
from digest.render.site.templates import Templates


def render_samples(settings: Settings, templates: Templates) -> tuple[MailContent, ...]:
    """Return the mail of an issue with papers, of one without, and of one with nothing of a wish.

    Raises `SettingsError` for a template that cannot be filled.
    """
    note = notes.render_note("A note.")
    return (
        content.render_content(trial.ISSUE, settings, templates, note=note),
        content.render_content(trial.EMPTY, settings, templates),
        content.render_nothing(trial.ISSUE, settings, templates),
    )
