"""Write an issue as one post for a channel of a chat service.

`choose` takes the papers that a channel wants, `fields` writes them in the form of its service.
Sends nothing.
"""

from __future__ import annotations

from digest.render.chat.post import ChatPost, choose, make_test
from digest.render.chat.services import fields

__all__ = ["ChatPost", "choose", "fields", "make_test"]
