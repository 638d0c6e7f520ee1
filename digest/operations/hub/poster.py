"""Send feeds to the subscribers of our own hub, as long as the web side answers.

Not with the mails: subscribers may be anybody's programs, of which many may be slow, and no mail
and no run may wait for them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import repeat

from digest.editorial import delivery_times
from digest.model.hub import HubSubscription
from digest.model.people import Delivery, DeliveryState, SendOutcome
from digest.model.settings import Settings
from digest.pipeline.mailing import hub_posts, settling
from digest.pipeline.progress import StepLogger
from digest.storage import lock
from digest.storage.people import People, database
from digest.storage.people.hub_posts import subscription_of

LOCK = "hub.lock"  # the file in the state folder that the process holds which sends feeds
_LOOK = 15.0  # seconds until it is looked whether a run has ordered something
_BATCH, _AT_ONCE = 200, 8
_ENDED = "the subscription has ended"


class _TakenBack(Exception):
    """A delivery does not wait to be sent any more."""


class HubPoster:
    """Sends feeds, each time it is called; the work of a `Wakeful`.

    Only one process of a folder does. A host that does not answer is not asked again in the same
    pass. Logs how many there were, and the hosts of those that failed.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime], log: StepLogger) -> None:
        self._settings, self._clock, self._log = settings, clock, log

    def __call__(self, stop: threading.Event) -> float:
        """Send what is due, and return how many seconds later to look again.

        Raises `Busy`, `PeopleError` and `OSError`.
        """
        state = self._settings.state_folder
        if not database.exists(state):
            return _LOOK
        with lock.hold_file(state / LOCK, 0.0):
            with database.opened(state) as people:
                now = self._clock()
                hub_posts.settle_interrupted(people, self._settings.mail, now)
                due = people.hub_posts.list_due(delivery_times.spell(now), _BATCH)
            hub_pass = _HubPass(self._settings, self._clock, self._log)
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                # By `list`, so that errors are raised here.
                list(pool.map(hub_pass.post, due, repeat(stop)))
        if hub_pass.reached:
            counts = {str(state): number for state, number in hub_pass.reached.items()}
            self._log("hub", level="info", **counts)
        return 0.0 if len(due) == _BATCH else _LOOK


class _HubPass:
    """One pass: what its threads share."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], log: StepLogger) -> None:
        self._settings, self._clock, self._log = settings, clock, log
        self._lock = threading.Lock()
        self._silent = set[str]()
        self.reached = Counter[DeliveryState]()

    def post(self, delivery: Delivery, stop: threading.Event) -> None:
        """Send one feed, unless it is too late, its subscription has ended, or all is to stop."""
        if stop.is_set():
            return
        state: DeliveryState | None
        with database.opened(self._settings.state_folder) as people:
            moment = delivery_times.spell(self._clock())
            subscription = people.hub.find(subscription_of(delivery))
            if subscription is None or subscription.until <= moment:
                state = self._end(people, delivery, "cancelled", _ENDED)
            elif self._is_too_late(delivery):
                state = self._end(people, delivery, "late", delivery.reason)
            else:
                state = self._try(people, delivery, subscription)
        if state is not None:
            with self._lock:
                self.reached[state] += 1

    def _is_too_late(self, delivery: Delivery) -> bool:
        not_after = self._settings.mail.not_after
        return delivery_times.is_too_late(delivery.planned, not_after, self._clock())

    def _end(
        self, people: People, delivery: Delivery, state: DeliveryState, reason: str | None
    ) -> DeliveryState:
        """Put a delivery that is not to be tried into a state that ends it."""
        moment = delivery_times.spell(self._clock())
        people.deliveries.set_state(delivery.id, state, moment, reason)
        return state

    def _try(
        self, people: People, delivery: Delivery, subscription: HubSubscription
    ) -> DeliveryState | None:
        """Send a feed, and return the state that follows; None if it was taken back meanwhile."""

        def mark() -> None:
            moment = delivery_times.spell(self._clock())
            if not people.deliveries.mark_sending(delivery.id, moment):
                raise _TakenBack

        host = subscription.host
        if host in self._silent:
            outcome = SendOutcome("deferred", f"{host}: did not answer another time")
        else:
            try:
                outcome = hub_posts.send_feed(self._settings, people, subscription, mark)
            except _TakenBack:
                return None
            except OSError as error:
                outcome = SendOutcome("deferred", f"the feed cannot be read: {error.strerror}")
            else:
                if outcome.code is None:
                    self._silent.add(host)
        if outcome.state != "sent":
            self._log("hub", level="debug", host=host, state=outcome.state, reason=outcome.reply)
        with people.transaction():
            return settling.settle(people, self._settings.mail, delivery, outcome, self._clock())
