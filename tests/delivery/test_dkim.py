"""Signatures by DKIM: the same again for the same mail, and good for those who check them."""

from __future__ import annotations

from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from digest.delivery.dkim import signer
from digest.errors import SettingsError
from digest.model.mail_settings import Mail

MESSAGE = (
    b"From: Papers <papers@example.org>\r\nTo: ada@example.net\r\nSubject: 3 papers\r\n"
    b"List-Unsubscribe: <mailto:unsubscribe@example.org?subject=t>\r\n\r\nOne\r\n"
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a key in both forms that openssl writes, and its public part."""
    folder, key = tmp_path_factory.mktemp("keys"), rsa.generate_private_key(65537, 2048)
    old, new = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8
    for name, form in (("old.pem", old), ("new.pem", new)):
        (folder / name).write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public.pem").write_bytes(public)
    return folder


def settings(key: str = "old.pem", selector: str | None = "s1") -> Mail:
    """Return settings with this key."""
    return Mail(
        sender="Papers <papers@ex\u00e4mple.org>", dkim_key=f"file:{key}", dkim_selector=selector
    )


@pytest.mark.parametrize("key", ["old.pem", "new.pem"])
def test_a_signed_mail_can_be_checked(key: str, keys: Path) -> None:
    """By the public key at the name of selector and domain, which is in punycode."""
    signed = signer(settings(key), keys)(MESSAGE)
    lines = (keys / "public.pem").read_text("ascii").splitlines()[1:-1]
    record = f"v=DKIM1; k=rsa; p={''.join(lines)}".encode()
    asked: list[bytes] = []

    def look_up(name: bytes, **_: int) -> bytes:
        asked.append(name)
        return record

    assert dkim.verify(signed, dnsfunc=look_up)
    assert [b"s1._domainkey.xn--exmple-cua.org."] == asked
    assert signed.endswith(MESSAGE)
    forged = signed.replace(b"\r\n\r\n", b"\r\nList-Unsubscribe-Post: x\r\n\r\n", 1)
    assert not dkim.verify(forged, dnsfunc=look_up)


def test_the_same_mail_gets_the_same_signature(keys: Path) -> None:
    """A copy that is sent again is the same in every byte, so no moment is in it."""
    sign = signer(settings(), keys)
    first = sign(MESSAGE)
    assert first == signer(settings(), keys)(MESSAGE)
    assert b" t=" not in first
    assert all(len(line) < 79 for line in first.split(b"\r\n"))


def test_a_key_that_cannot_be_used_is_refused(keys: Path) -> None:
    """With what to do, and without what stands in it."""
    (keys / "bad.pem").write_text("hunter2\n")
    with pytest.raises(SettingsError, match=r"holds no usable RSA key \(openssl") as caught:
        signer(settings("bad.pem"), keys)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingsError, match="file:none cannot be read"):
        signer(settings("none"), keys)
    with pytest.raises(SettingsError, match="dkim_selector: is missing"):
        signer(settings(selector=None), keys)
