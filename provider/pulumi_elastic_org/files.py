"""Files that somebody names: read as what they are said to be, and no further."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
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
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "no file has such a name", str(path))
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


def rewrite(path: Path, text: str) -> None:
    """Puts a text, as UTF-8, in the place of a file of somebody's own: at any time it holds the old text or the new.

    Whoever could read it still can, and a link still leads to it.

    Args:
        path: The file; it need not be there.
        text: What it is to hold, its ends of lines as they are.

    Raises:
        OSError: It cannot be written; it is as it was.
    """
    _put(path, text, None)


def write_private(path: Path, text: str, *, new: bool = False) -> None:
    """Does what `rewrite` does, with a file that its owner alone may read from then on: it names people.

    Args:
        path: The file; a pipe or a terminal takes the text as it comes.
        text: What it is to hold.
        new: Whether there must be no such file.

    Raises:
        FileExistsError: There is one, and it must be new.
        OSError: It cannot be written; it is as it was.
    """
    if new:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _put(path, text, 0o600)
    except BaseException:  # Ctrl-C as well
        if new:
            path.unlink()
        raise


def _put(path: Path, text: str, mode: int | None) -> None:
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
        return
    before = target.stat() if target.exists() else None
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        unfinished.unlink(missing_ok=True)  # of a process that was killed, and had the same number
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if before or mode else 0o666)
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            if before is not None and os.name == "posix":
                with suppress(PermissionError):
                    os.fchown(descriptor, before.st_uid, before.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode) if mode is None else mode)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        unfinished.replace(target)
    except BaseException as error:  # Ctrl-C as well
        with suppress(OSError):
            unfinished.unlink()
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


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
