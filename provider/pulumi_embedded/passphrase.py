"""Secrets by passphrase, in the form of Pulumi's own passphrase secrets provider.

A key is derived from the passphrase by PBKDF2-SHA256 (1,000,000 iterations, 8 bytes of salt); values are encrypted by
AES-256-GCM as `v1:NONCE:CIPHERTEXT`, base64. The salt is kept beside the data as `v1:SALT:CHECK`, where CHECK is the
encrypted word `pulumi`, by which a wrong passphrase is told from damaged data
(https://github.com/pulumi/pulumi, `pkg/secrets/passphrase`).
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .files import read_file
from .port import EngineError

_ITERATIONS = 1_000_000
_CHECK = "pulumi"
_VARIABLES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
_HOW_TO_SET = "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE."


class Passphrase:
    """Encrypts and decrypts with the passphrase of an environment; derives the key only when one is needed.

    Args:
        environment: Where `PULUMI_CONFIG_PASSPHRASE` or `PULUMI_CONFIG_PASSPHRASE_FILE` is looked up.
        salt: The salt of existing data; `None` makes one with the first encryption.
    """

    def __init__(self, environment: Mapping[str, str], salt: str | None) -> None:
        self._environment = environment
        self.salt = salt

    def encrypt(self, text: str) -> str:
        """The text, encrypted.

        Raises:
            EngineError: No passphrase is set, or it is not that of the salt.
        """
        return _encrypt(self._cipher, text)

    def decrypt(self, ciphertext: str) -> str:
        """The text that was encrypted.

        Raises:
            EngineError: No passphrase is set, it is not that of the salt, or the ciphertext is damaged.
        """
        if self.salt is None:
            raise EngineError("There are encrypted values but no salt to decrypt them with: the file is incomplete.")
        text = _decrypt(self._cipher, ciphertext)
        if text is None:
            raise EngineError("A secret cannot be decrypted: it is damaged, or was encrypted for another stack.")
        return text

    def check(self) -> None:
        """Makes sure that something can be encrypted.

        Raises:
            EngineError: No passphrase is set, or it is not that of the salt.
        """
        if self.salt is None:
            self._passphrase()
        else:
            self._cipher  # noqa: B018 - deriving the key compares it

    @property
    def is_set(self) -> bool:
        """Whether the environment names a passphrase, or a file that holds it."""
        return any(self._environment.get(name) is not None for name in _VARIABLES)

    @cached_property
    def _cipher(self) -> AESGCM:
        passphrase = self._passphrase()
        if self.salt is None:
            salt = os.urandom(8)
            cipher = _derive(passphrase, salt)
            self.salt = f"v1:{b64encode(salt).decode()}:{_encrypt(cipher, _CHECK)}"
            return cipher
        version, _, rest = self.salt.partition(":")
        encoded, _, check = rest.partition(":")
        if version != "v1":
            raise EngineError("The salt of the secrets has an unknown form; `v1:...` is expected.")
        try:
            cipher = _derive(passphrase, b64decode(encoded, validate=True))
        except BadBase64:
            raise EngineError("The salt of the secrets is damaged.") from None
        if _decrypt(cipher, check) != _CHECK:
            raise EngineError(f"The passphrase is wrong: the secrets were encrypted with another one. {_HOW_TO_SET}")
        return cipher

    def _passphrase(self) -> str:
        passphrase = self._environment.get("PULUMI_CONFIG_PASSPHRASE")
        if passphrase is not None:
            return passphrase
        path = self._environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
        if not path:
            raise EngineError(f"There are secrets, and no passphrase to keep them with. {_HOW_TO_SET}")
        try:
            return read_file(Path(path)).decode().strip()
        except UnicodeDecodeError:
            raise EngineError(f"The passphrase file {path} cannot be read: it is not text. {_HOW_TO_SET}") from None
        except OSError as error:
            raise EngineError(f"The passphrase file {path} cannot be read: {error.strerror}. {_HOW_TO_SET}") from None


@lru_cache(maxsize=8)
def _derive(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, _ITERATIONS, 32))


def _encrypt(cipher: AESGCM, text: str) -> str:
    nonce = os.urandom(12)
    return f"v1:{b64encode(nonce).decode()}:{b64encode(cipher.encrypt(nonce, text.encode(), None)).decode()}"


def _decrypt(cipher: AESGCM, ciphertext: str) -> str | None:
    """The text, or `None` when the ciphertext is damaged or was made with another key."""
    try:
        _version, nonce, data = ciphertext.split(":")
        return cipher.decrypt(b64decode(nonce), b64decode(data), None).decode()
    except (InvalidTag, ValueError):
        return None
