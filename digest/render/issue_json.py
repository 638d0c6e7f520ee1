"""Write an issue as the JSON file beside its page."""

from __future__ import annotations

from typing import Any

import msgspec

from digest.model.issues import Issue
from digest.render import escape

_encoder = msgspec.json.Encoder()


def document(issue: Issue) -> bytes:
    """Return an issue as JSON, in one line."""
    try:
        # As a list of one line: only `encode_lines` ends the file with a line feed.
        return escape.json_document(_encoder.encode_lines([issue]))
    except UnicodeEncodeError:
        # A lone surrogate cannot be encoded. Issues read from the ledger have none.
        return escape.json_document(
            _encoder.encode_lines([_without_surrogates(msgspec.to_builtins(issue))])
        )


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return escape.json_text(value)
    if isinstance(value, dict):
        return {
            _without_surrogates(name): _without_surrogates(part) for name, part in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_without_surrogates(part) for part in value]
    return value
