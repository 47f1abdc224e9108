"""Files that are read as files and nothing else, and replaced at once or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path


def read_file(path: Path) -> bytes:
    """Returns what is in a file; a pipe, on which one might wait for ever, and a device are refused.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be read; `strerror` says why.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return path.read_bytes()


def replace_file(path: Path, content: bytes, *, shared: bool = False) -> None:
    """Puts content in the place of a file: whenever this process ends, there is the old content or the new.

    The content is complete on the disk before it gets the name, and the name is on the disk when this returns. What a
    process that was killed left half written is taken away by the next; callers hold a lock.

    Args:
        path: The file; it need not be there.
        content: What it is to hold.
        shared: Whether it is somebody's own, so that whoever could read it still can and a link still leads to it; otherwise it
            is for its owner alone.

    Raises:
        OSError: It cannot be written; it is as it was.
    """
    path = Path(os.path.realpath(path)) if shared else path
    before = path.stat() if shared and path.exists() else None
    unfinished = path.with_name(path.name + ".new")
    try:
        unfinished.unlink(missing_ok=True)  # it may be a link to elsewhere
        handle = os.open(
            unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if shared and before is None else 0o600
        )
        with open(handle, "wb") as file:
            if before is not None and os.name == "posix":
                with suppress(PermissionError):
                    os.fchown(handle, before.st_uid, before.st_gid)
                os.fchmod(handle, stat.S_IMODE(before.st_mode))
            file.write(content)
            file.flush()
            os.fsync(handle)
        unfinished.replace(path)
        _sync_directory(path.parent)
    except BaseException:  # Ctrl-C as well
        with suppress(OSError):
            unfinished.unlink()
        raise


def make_private(directory: Path) -> None:
    """Makes a directory, and those above it that are missing, for their owner alone, whatever the process's umask, and not for Git.

    Args:
        directory: The directory; it may be there, and is then left as it is.

    Raises:
        OSError: It cannot be made.
    """
    if directory.is_dir():
        return
    topmost = directory.parent.is_dir()
    make_private(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)
    if topmost and not (ignored := directory / ".gitignore").exists():
        replace_file(ignored, b"*\n")


def _sync_directory(directory: Path) -> None:
    """Makes a rename outlast a loss of power, where the system has directories that can be opened."""
    with suppress(PermissionError):  # Windows has none
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
