"""``digest preview``: the pages in a browser, from this machine only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from digest.cli import terminal
from digest.cli.context import paste_command

if TYPE_CHECKING:
    from digest.cli.context import CliContext


@click.command()
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65535),
    default=0,
    metavar="N",
    help="The port to use (default: any free one).",
)
@click.option("--no-open", is_flag=True, help="Print the address and open no browser.")
@click.pass_obj
def preview(context: CliContext, port: int, no_open: bool) -> None:
    """Show the pages in a browser, from this machine only.

    Serves the files of output/ on 127.0.0.1 until Ctrl-C, and opens the browser of the desktop
    if there is one. Pages of later runs are there after a reload.

    \b
    Example:
      digest preview
      digest preview --port 8000 --no-open
    """
    from digest.operations.preview import PreviewServer
    from digest.render import paths

    context.settings()  # raises if this is no working folder
    output = context.root / "output"
    if not (output / paths.INDEX).is_file():
        command = paste_command("run")
        message = f"there are no pages in {output}: drop dumps into the inbox, then: {command}"
        raise click.ClickException(message)
    try:
        server = PreviewServer(output, port)
    except OSError as error:
        message = f"port {port} cannot be used: {error.strerror}; without --port any free one is"
        raise click.ClickException(message) from error

    def announce() -> None:
        terminal.write_line(f"The pages are at {server.address} until you press Ctrl-C.")
        if not no_open:
            open_browser(server.address)

    with server:
        server.serve_until_stopped(announce)


def open_browser(address: str) -> bool:
    """Open an address in the browser of the desktop; return False if there is none.

    Returns at once. A browser that runs in the terminal is never started: it would take the
    terminal, and this command would wait for its end.
    """
    import threading
    import webbrowser

    on_desktop = sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    # `webbrowser` uses this class for browsers in the terminal and waits for their end. Its
    # subclasses start theirs in the background.
    if not on_desktop or type(browser) is webbrowser.GenericBrowser:
        return False
    threading.Thread(target=browser.open, args=(address,), daemon=True).start()
    return True
