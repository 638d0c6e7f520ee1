"""A real nginx on loopback that speaks TLS in front of the web side, as a reverse proxy does."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import trustme

from tests.proof.mail_host import free_port

_NGINX = """
daemon off;
master_process off;
worker_processes 1;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    server_name localhost;
    ssl_certificate {place}/proxy.pem;
    ssl_certificate_key {place}/proxy.pem;
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""


class TlsProxy(NamedTuple):
    """A proxy that runs. ``behind`` is the port it passes requests on to."""

    url: str
    behind: int
    authority: Path


@contextlib.contextmanager
def tls_proxy() -> Iterator[TlsProxy]:
    """Run nginx for the block, before a web side that may be started later."""
    place = Path(tempfile.mkdtemp(prefix="tls-proxy-"))
    place.chmod(0o755)
    port, behind = free_port(), free_port()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(place / "authority.pem")
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(place / "proxy.pem")
    (place / "nginx.conf").write_text(_NGINX.format(place=place, port=port, behind=behind))
    program = subprocess.Popen(
        ["nginx", "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")]
    )
    try:
        wait_for_port(port)
        yield TlsProxy(f"https://localhost:{port}/", behind, place / "authority.pem")
    finally:
        program.terminate()
        program.wait()
        shutil.rmtree(place, ignore_errors=True)


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Wait until a program listens on this port of loopback."""
    deadline = time.monotonic() + seconds
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, f"nobody listens on port {port}"
        time.sleep(0.05)
