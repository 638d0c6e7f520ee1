"""A small IMAP server on loopback, with TLS: one user and their folders."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

USER, PASSWORD = "papers", "correct horse, grün"
CUT = b"CUT"
_LOGIN = re.compile(rb'"?([^" ]*)"? "((?:[^"\\]|\\.)*)"')


class StoredMail:
    """A mail in a folder: its number, its bytes, its day and its flags."""

    def __init__(self, uid: int, message: bytes, day: date) -> None:
        self.uid, self.message, self.day, self.flags = uid, message, day, set[str]()


class ImapServer:
    """Serves the folder INBOX and, by its name on the wire, others.

    ``lines`` are the commands so far. ``acts`` are what it does in place of an answer, by verb:
    bytes to send, which may end in `CUT`: then the connection is closed. ``mechanisms`` are those
    it offers.
    """

    def __init__(self, tls: ssl.SSLContext, mechanisms: str = "AUTH=PLAIN AUTH=XOAUTH2") -> None:
        self.tls, self.mechanisms = tls, mechanisms
        self.folders: dict[str, list[StoredMail]] = {"INBOX": []}
        self.validity, self.lines = 7, list[str]()
        self.acts: dict[str, bytes] = {}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address for the configuration, without a folder."""
        return f"imaps://{USER}@localhost:{self.port}"

    def put(self, *messages: bytes, day: date = date(2026, 11, 20), folder: str = "INBOX") -> None:
        """Put mails into a folder."""
        stored = self.folders.setdefault(folder, [])
        for message in messages:
            uid = stored[-1].uid + 1 if stored else 1
            stored.append(StoredMail(uid, message.replace(b"\n", b"\r\n"), day))

    def fetched(self) -> int:
        """Return how many mails were fetched so far."""
        return sum("BODY" in line for line in self.lines)

    def stop(self) -> None:
        """Take no more connections, and end the thread."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            connection.settimeout(10)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(OSError), self.tls.wrap_socket(connection, server_side=True) as secure:
                _Session(self, secure).run()
            connection.close()


class _Session:
    """One connection."""

    def __init__(self, server: ImapServer, connection: ssl.SSLSocket) -> None:
        self.server, self.connection = server, connection
        self.file = connection.makefile("rb")
        self.folder: list[StoredMail] = []

    def run(self) -> None:
        self.send(self.server.acts.get("greeting", b"* OK ready\r\n"))
        while line := self.file.readline():
            tag, _, command = line.strip().partition(b" ")
            self.server.lines.append(command.decode("latin-1"))
            verb = self.verb(command)
            if verb in self.server.acts:
                act = self.server.acts[verb]
                self.send(act.replace(b"TAG", tag).removesuffix(CUT))
                if act.endswith(CUT):
                    return
                continue
            answer = self.handlers()[verb](command)
            self.send(tag + b" " + answer + b"\r\n")
            if verb == "LOGOUT":
                return
        self.file.close()

    def verb(self, command: bytes) -> str:
        words = command.decode("latin-1").upper().split(" ")
        return " ".join(words[:2]) if words[0] == "UID" else words[0]

    def handlers(self) -> dict[str, Callable[[bytes], bytes]]:
        return {
            "CAPABILITY": self.capability, "LOGIN": self.login, "AUTHENTICATE": self.authenticate,
            "SELECT": self.select, "UID SEARCH": self.search, "UID FETCH": self.fetch,
            "UID STORE": self.store, "LOGOUT": self.logout,
        }  # fmt: skip

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def capability(self, _: bytes) -> bytes:
        self.send(f"* CAPABILITY IMAP4rev1 {self.server.mechanisms}\r\n".encode())
        return b"OK done"

    def login(self, command: bytes) -> bytes:
        found = _LOGIN.search(command.partition(b" ")[2])
        return self.judge(found is not None and found[2].decode() == "plain words")

    def authenticate(self, command: bytes) -> bytes:
        self.send(b"+ \r\n")
        answer = base64.b64decode(self.file.readline()).decode()
        if command.upper().endswith(b"PLAIN"):
            return self.judge(answer == f"\0{USER}\0{PASSWORD}")
        is_right = answer == f"user={USER}\x01auth=Bearer {PASSWORD}\x01\x01"
        if not is_right:
            self.send(b"+ " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
            self.file.readline()
        return self.judge(is_right)

    def judge(self, is_right: bool) -> bytes:
        return b"OK welcome" if is_right else b"NO [AUTHENTICATIONFAILED] who are you"

    def select(self, command: bytes) -> bytes:
        name = command.partition(b" ")[2].decode().strip('"')
        if name not in self.server.folders:
            return b"NO no such folder"
        self.folder = self.server.folders[name]
        self.send(f"* {len(self.folder)} EXISTS\r\n".encode())
        self.send(f"* OK [UIDVALIDITY {self.server.validity}] ok\r\n".encode())
        return b"OK [READ-WRITE] done"

    def search(self, command: bytes) -> bytes:
        words = command.decode().split(" ")[2:]
        found = [stored for stored in self.folder if r"\Deleted" not in stored.flags]
        if words[0] == "SINCE":
            first = datetime.strptime(f"{words[1]} +0000", "%d-%b-%Y %z").date()
            found = [stored for stored in found if stored.day >= first]
        else:
            start = int(words[1].partition(":")[0])
            last = found[-1:]
            # By RFC 3501 the last mail is in every range that ends in "*".
            found = [stored for stored in found if stored.uid >= start] or last
        self.send(f"* SEARCH {' '.join(str(stored.uid) for stored in found)}".strip().encode())
        self.send(b"\r\n")
        return b"OK done"

    def find(self, command: bytes) -> tuple[int, StoredMail] | None:
        uid = int(command.split(b" ")[2])
        rows = enumerate(self.folder, start=1)
        return next((row for row in rows if row[1].uid == uid), None)

    def fetch(self, command: bytes) -> bytes:
        if found := self.find(command):
            place, stored = found
            if b"SIZE" in command:
                row = f"* {place} FETCH (RFC822.SIZE {len(stored.message)} UID {stored.uid})\r\n"
                self.send(row.encode())
            else:
                head = f"* {place} FETCH (UID {stored.uid} BODY[] {{{len(stored.message)}}}\r\n"
                self.send(head.encode() + stored.message + b")\r\n")
                if b"BODY[]" in command:  # without PEEK it is read
                    stored.flags.add(r"\Seen")
        return b"OK done"

    def store(self, command: bytes) -> bytes:
        if found := self.find(command):
            found[1].flags.update(re.findall(r"\\\w+", command.decode()))
        return b"OK done"

    def logout(self, _: bytes) -> bytes:
        self.send(b"* BYE\r\n")
        return b"OK done"
