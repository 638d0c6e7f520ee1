"""Do work in the background: at once when it is woken, else when the work asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self

from digest.errors import DigestError
from digest.pipeline.progress import StepLogger

_LONGEST = 60.0  # seconds between two looks: the clock may have been put back

Work = Callable[[threading.Event], float]


class Wakeful:
    """A thread that works during a ``with`` block, from its beginning on.

    ``work`` gets an event that is set when it is to stop, and returns after how many seconds it
    wants to be called again at the latest. What is being done at the end of the block is finished.
    Errors are logged under ``step``. ``pause`` is how many seconds after it was woken it begins:
    so that it slows down no answer to the request that woke it, by which one could tell that it
    has work to do.
    """

    def __init__(
        self, work: Work, wake: threading.Event, log: StepLogger, step: str, *, pause: float = 0.0
    ) -> None:
        self._work, self._wake, self._log, self._step = work, wake, log, step
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=step)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            wait = _LONGEST
            try:
                wait = self._work(self._stop)
            except (DigestError, OSError) as error:
                self._log(self._step, level="warning", reason=str(error))
            except Exception as error:  # noqa: BLE001 - one fault must not end all later work
                # Without the words of the error, which may hold an address.
                reason = f"a fault of the program: {type(error).__name__}"
                self._log(self._step, level="error", reason=reason)
            if self._wake.wait(min(wait, _LONGEST)):
                self._stop.wait(self._pause)
