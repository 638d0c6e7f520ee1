"""Leave a fetch to itself when its process is to end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from digest.model.fetching import FetchReport
from digest.pipeline.progress import StepLogger, WaitForStop

_PAUSE = 0.2  # seconds between two looks


class Leaving:
    """Runs a fetch in a thread of its own, and returns without it when ``wait`` says to stop.

    ``log`` is the logger for the fetch. The thread ends with the process, at any moment: what a
    fetch writes is as safe from that as from SIGKILL.
    """

    def __init__(self, wait: WaitForStop, log: StepLogger) -> None:
        self._wait, self._log = wait, log
        self._report, self._failure = FetchReport(), list[BaseException]()
        self._is_left = False

    def log(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        """Log a step, unless the fetch was left to itself."""
        if not self._is_left:
            self._log(step, level=level, **facts)

    def run(self, fetch: Callable[[], FetchReport]) -> FetchReport:
        """Return what ``fetch`` returns, or an empty report after the order to stop.

        Raises what it raises.
        """

        def work() -> None:
            try:
                self._report = fetch()
            except BaseException as error:  # noqa: BLE001 - raised again below
                self._failure.append(error)

        # A daemon, because no request can be broken off at once: it may resolve a name, shake
        # hands or wait for a slow answer.
        thread = threading.Thread(target=work, name="fetch", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(_PAUSE)
            if self._wait(0):
                self._is_left = thread.is_alive()
                break
        if self._failure:
            raise self._failure[0]
        return FetchReport() if self._is_left else self._report
