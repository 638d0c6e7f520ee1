"""Say who wrote the line under a title.

A sentence of the abstract and a listing's own summary are quotations. What a language model wrote
when it was asked is none, and is marked wherever it shows.
"""

from __future__ import annotations

from digest.model.issues import Teaser
from digest.model.results import SummaryReport
from digest.text import counting

_SAID_BY = {"abstract": "from the abstract", "summary": "AI summary of the listing"}


def is_quotation(line: Teaser) -> bool:
    """Return whether the line is quoted from the paper or its listing."""
    return not line.model


def said_by(line: Teaser) -> str:
    """Return where the line is from: "from the abstract", or "summary by" and the model."""
    return f"summary by {line.model}" if line.model else _SAID_BY.get(line.source, line.source)


def marked(line: Teaser | None) -> str:
    """Return the line for a place that names no sources, with that of a model in brackets.

    "" without a line.
    """
    if line is None:
        return ""
    return line.text if is_quotation(line) else f"{line.text} ({said_by(line)})"


def describe_summaries(report: SummaryReport) -> str:
    """Return what a language model gave in a run: "16 of 17 papers by MODEL; 17 calls ..."."""
    shown = report.stored + report.written
    parts = [f"{shown:,} of {counting.count(report.papers, 'paper')} by {report.model}"]
    if report.calls:
        tokens = counting.count(report.tokens, "token")
        parts.append(f"{counting.count(report.calls, 'call')}, {tokens}")
    if report.refused:
        parts.append(f"{report.refused:,} refused")
    return "; ".join([*parts, *([report.reason] if report.reason else [])])
