"""List all routes. Each module of a subject names its own in ``ROUTES``."""

from __future__ import annotations

from digest.web import confirm, health, subscribe
from digest.web.route import WebRoute

ROUTES: tuple[WebRoute, ...] = (*subscribe.ROUTES, *confirm.ROUTES, *health.ROUTES)
