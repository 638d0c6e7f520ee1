"""List all routes. Each module of a subject names its own in ``ROUTES``."""

from __future__ import annotations

from digest.web import (
    confirm,
    health,
    hub,
    metrics,
    preferences,
    search,
    status_pages,
    subscribe,
    unsubscribe,
)
from digest.web.data import api, own_feed
from digest.web.route import WebRoute

ROUTES: tuple[WebRoute, ...] = (
    *api.ROUTES,
    *confirm.ROUTES,
    *health.ROUTES,
    *hub.ROUTES,
    *metrics.ROUTES,
    *own_feed.ROUTES,
    *preferences.ROUTES,
    *search.ROUTES,
    *status_pages.ROUTES,
    *subscribe.ROUTES,
    *unsubscribe.ROUTES,
)
