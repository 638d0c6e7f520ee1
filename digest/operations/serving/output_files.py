"""Find the file of the output that an address asks for."""

from __future__ import annotations

from pathlib import Path

from digest.render import paths


def find_file(output: Path, path: str) -> str | None:
    """Return the path below ``output`` of the file for the path of a request, decoded already.

    A folder stands for its `index.html`; if its address lacks the slash at the end, the path of
    the folder with a slash is returned. None if there is no such file, if it or a folder on its
    way is hidden, or if a link leads out of ``output``, which must be resolved itself.
    """
    path = path.lstrip("/")
    if not path or path.endswith("/"):
        path += paths.INDEX
    try:
        file = (output / path).resolve(strict=True)
        below = file.relative_to(output)
    except (OSError, ValueError, RuntimeError):  # the last is a loop of links
        return None
    if any(part.startswith(".") for part in below.parts):
        return None
    if file.is_dir():
        return f"{below.as_posix()}/" if (file / paths.INDEX).is_file() else None
    return below.as_posix() if file.is_file() else None
