"""List all routes. Each module of a subject names its own in ``ROUTES``."""

from __future__ import annotations

from digest.web import confirm, health, preferences, search, subscribe, unsubscribe
from digest.web.route import WebRoute

ROUTES: tuple[WebRoute, ...] = (
    *confirm.ROUTES,
    *health.ROUTES,
    *preferences.ROUTES,
    *search.ROUTES,
    *subscribe.ROUTES,
    *unsubscribe.ROUTES,
)
