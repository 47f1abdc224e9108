"""Files that somebody names: read as what they are said to be, and no further."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

LONGEST = 64 * 1024 * 1024
"""How many bytes a file may have; a roster of ten thousand people has one or two million."""


def file_error(error: OSError) -> str:
    """Returns what a system call failed at, without its number: the file and the reason.

    Args:
        error: Of any system call.
    """
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def read_bytes(path: Path) -> bytes:
    """Returns what is in a regular file; a pipe, on which one would wait for ever, and a device are refused.

    Args:
        path: The file.

    Raises:
        OSError: It is not a regular file, is too large, or cannot be read; `strerror` says which.
    """
    # Without O_NONBLOCK, opening a pipe waits until somebody writes into it.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise OSError(errno.EFBIG, f"it is larger than {LONGEST // 1024**2} MiB", str(path))
    return content


def read_text(path: Path) -> str:
    """Returns the text in a regular file in UTF-8, with or without a byte order mark, and with ``\\n`` for every end of a line.

    Args:
        path: The file.

    Raises:
        OSError: As for `read_bytes`, or it is not UTF-8; `strerror` says which.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OSError(errno.EILSEQ, "it is not UTF-8: save it as UTF-8", str(path)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shipped(name: str) -> Path:
    """Returns a directory of examples: in the package where it was installed from a wheel, else in the repository.

    Args:
        name: The directory's name.

    Raises:
        FileNotFoundError: This installation is without it.
    """
    package = Path(__file__).parent
    candidates = (package / name, package.parents[1] / "examples" / name)
    found = next((path for path in candidates if path.is_dir()), None)
    if found is None:
        raise FileNotFoundError(errno.ENOENT, "it is missing from this installation", name)
    return found


def write_private(path: Path, text: str, *, new: bool = False) -> None:
    """Writes a text, as UTF-8, to a file that its owner alone may read from then on: it names people.

    Args:
        path: The file.
        text: What it is to hold.
        new: Whether there must be no such file.

    Raises:
        FileExistsError: There is one, and it must be new.
        OSError: It cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC), 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        if os.name == "posix" and stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)
        file.write(text)


def append_line(descriptor: int, line: str) -> None:
    """Appends a line, whole: behind whatever others append, and never as a part of one that a crash or a full disk has cut off.

    Args:
        descriptor: A file that was opened to append; to read as well, where that is allowed, for a line that was cut off.
        line: Without its end.

    Raises:
        OSError: It cannot be written.
    """
    rest = f"{line}\n".encode()
    if _is_torn(descriptor):
        rest = b"\n" + rest
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _is_torn(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    try:
        return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    except OSError:  # it may be written and not read
        return False
