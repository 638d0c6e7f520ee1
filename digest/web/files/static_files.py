"""Answer with the files of the output, as the last publication left them.

Every file was put in its place by a rename, so an answer is one whole version of it.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from werkzeug import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wsgi import wrap_file

from digest.model.settings import Site
from digest.operations.serving.output_files import find_file
from digest.render import paths
from digest.render.feeds import live_paths
from digest.render.media_types import media_type
from digest.render.web.pages import WebPages
from digest.web import answers
from digest.web.files.file_cache import FileCache

_PRIVATE = {paths.STATUS, paths.STATUS_DATA}
_METHODS = ("GET", "HEAD")
_NOTHING_YET = ("Nothing is published yet", "The first issue will be here.")


class StaticFiles:
    """Serves the files below ``output``; used by several threads.

    No hidden file, no listing of a folder, nothing outside. Pages of the status are served only
    if it ``is_private``. Before the first publication the style sheet comes from the templates.
    Live feeds name the hub of ``site``.
    """

    def __init__(self, output: Path, pages: WebPages, site: Site, *, is_private: bool) -> None:
        self._output, self._pages, self._is_private = output, pages, is_private
        self._site = site
        self._cache = FileCache()

    def __call__(self, request: Request) -> Response:
        """Return the file a request asks for. Raises `NotFound` and `MethodNotAllowed`."""
        found = find_file(self._output.resolve(), request.path)
        if found is None or not self._may_show(found):
            return self._asset(request)
        if request.method not in _METHODS:
            raise MethodNotAllowed(_METHODS)
        if found.endswith("/"):
            return Response(status=301, headers={"Location": f"{self._pages.root}{quote(found)}"})
        return self._file(request, found)

    def _may_show(self, path: str) -> bool:
        # Some file systems find a file by a name in other letters.
        return self._is_private or path.casefold() not in _PRIVATE

    def _asset(self, request: Request) -> Response:
        asset = self._pages.find_asset(request.path.lstrip("/"))
        if request.method not in _METHODS:
            raise NotFound if asset is None else MethodNotAllowed(_METHODS)
        if asset is not None:
            return Response(asset.body, content_type=media_type(asset.path))
        if request.path == "/":
            return answers.page(self._pages.message(*_NOTHING_YET), NotFound.code)
        raise NotFound

    def _file(self, request: Request, path: str) -> Response:
        with ExitStack() as stack:
            try:
                file = stack.enter_context((self._output / path).open("rb"))
            except OSError as error:  # removed, or made unreadable, in this moment
                raise NotFound from error
            cached = self._cache.load(path, file)
            is_packed = cached.packed is not None and request.accept_encodings["gzip"] > 0
            body = cached.packed if is_packed else cached.body
            length = len(body) if body is not None else os.fstat(file.fileno()).st_size
            # A wrapped file is not copied for each client that reads it slowly.
            wrapped = wrap_file(request.environ, file if body is None else BytesIO(body))
            response = Response(wrapped, content_type=media_type(path), direct_passthrough=True)
            response.content_length = length
            response.set_etag(f"{cached.tag}-gz" if is_packed else cached.tag)
            response.last_modified = datetime.fromtimestamp(cached.seconds, UTC)
            response.headers["Cache-Control"] = "no-cache"  # kept, and asked for anew each time
            if cached.packed is not None:
                response.headers["Vary"] = "Accept-Encoding"
            if is_packed:
                response.headers["Content-Encoding"] = "gzip"
            if links := live_paths.links(self._site, path):
                response.headers["Link"] = links  # a feed in JSON has no other place for them
            response.make_conditional(request)
            if body is None and request.method == "GET" and response.status_code != 304:
                stack.pop_all()  # the server closes it when it is sent
            return response
