"""Hand out deliveries to the threads that send them, at the pace that the settings allow."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from digest.editorial import delivery_times
from digest.model.mail_settings import Mail
from digest.model.people import Delivery
from digest.pipeline.progress import WaitForStop
from digest.storage.people import People

Clock = Callable[[], datetime]

_BATCH = 100  # deliveries read at a time: what is frozen or cancelled meanwhile is seen soon
_MINUTE = timedelta(minutes=1)


class DeliveryQueue:
    """What is to be sent in one pass, for several threads.

    ``refresh`` is called before more is read: it freezes the audiences of new issues.
    ``wait`` waits for so many seconds, and returns whether the pass is to stop. ``limit`` is how
    many mails are sent at most.
    """

    def __init__(
        self,
        mail: Mail,
        clock: Clock,
        wait: WaitForStop,
        refresh: Callable[[People], None],
        limit: int | None = None,
    ) -> None:
        self._mail, self._clock, self._wait, self._refresh = mail, clock, wait, refresh
        self._left = limit
        self._lock = threading.Lock()
        self._listed = deque[Delivery]()
        self._taken = set[int]()
        self._next_mail: datetime | None = None
        self._takes_mails = True  # False once the server takes none, or no more may be sent
        self._is_closed = False

    def take(self, people: People) -> Delivery | None:
        """Return a delivery that is due; None if there is none any more, or the pass is to stop.

        The caller gives it back by `done`.
        """
        with self._lock:
            if self._is_closed or self._wait(0):
                return None
            # Posts may be due behind the listed mails that are not sent any more.
            while self._listed or self._read(people):
                delivery = self._listed.popleft()
                if delivery.channel or self._takes_mails:
                    self._taken.add(delivery.id)
                    return delivery
            return None

    def done(self, delivery: Delivery) -> None:
        """Give a delivery back, whose new state is committed."""
        with self._lock:
            self._taken.discard(delivery.id)

    def stop_mails(self) -> None:
        """Hand out no more mails, but posts."""
        with self._lock:
            self._takes_mails = False

    def close(self) -> None:
        """Hand out nothing any more."""
        with self._lock:
            self._is_closed, self._takes_mails = True, False

    def wait_for_turn(self) -> bool:
        """Wait until one more mail may be sent; return False if none may be any more."""
        with self._lock:
            if self._left == 0 or not self._takes_mails:
                self._takes_mails = False
                return False
            self._left = None if self._left is None else self._left - 1
            now = self._clock()
            turn = max(now, self._next_mail or now)
            self._next_mail = turn + _MINUTE / self._mail.per_minute
        return not self._wait((turn - now).total_seconds()) and self._takes_mails

    def _read(self, people: People) -> bool:
        """List what is due; return whether there is any."""
        self._refresh(people)
        now = self._clock()
        most = _BATCH
        if self._mail.ramp:
            today = delivery_times.spell(now)[:10]
            allowed = delivery_times.most_on_day(self._mail.ramp, people.mailings.count_days(today))
            if allowed is not None:
                left = allowed - people.deliveries.count_sent(today) - len(self._taken)
                self._takes_mails &= left > 0
                most = min(most, max(left, 1))
        due = people.deliveries.list_due(
            delivery_times.spell(now), most + len(self._taken), chat_only=not self._takes_mails
        )
        self._listed.extend(each for each in due if each.id not in self._taken)
        return bool(self._listed)
