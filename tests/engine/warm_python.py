"""A Python that has loaded the Pulumi SDK already: an interpreter that starts in a few milliseconds.

Half a second of every run of a small Pulumi program is spent on loading the SDK, in the program's process and again in that of its
providers. A warm Python is a process that has loaded it and forks for each start: `command` is a file that takes the arguments
of `python` and runs as a process of its own, with the same streams, environment, directory, exit code and signals.
"""

from __future__ import annotations

import io
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

# Started for each process instead of Python, with as little of Python as there can be: no site packages, no environment.
_CLIENT = """\
#!{python} -IS
import os, signal, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect({address!r})
parts = [os.getcwd(), *(f"{{key}}={{value}}" for key, value in os.environ.items()), "", *sys.argv[1:]]
text = "\\0".join(parts).encode(errors="surrogateescape")
socket.send_fds(link, [len(text).to_bytes(8, "big")], [0, 1, 2])
link.sendall(text)
answers = link.makefile("r")
pid = int(answers.readline())
def pass_on(number, frame):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass  # it has ended
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, pass_on)
code = answers.readline()
os._exit(int(code) if code else 1)
"""


@contextmanager
def warm_python(directory: Path) -> Iterator[Path]:
    """Starts one, and ends it on leaving.

    Args:
        directory: Where its files are made; its path has to be short, as that of a socket.

    Yields:
        The command that starts Python.
    """
    address = directory / "warm.socket"
    command = directory / "python"
    command.write_text(_CLIENT.format(python=sys.executable, address=str(address)))
    command.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        listening.listen(64)
        starting = [sys.executable, __file__, str(listening.fileno())]
        serving = subprocess.Popen(starting, stdin=subprocess.PIPE, pass_fds=[listening.fileno()])
    with serving:  # closes its standard input on leaving, and waits
        yield command


def _serve(listening: socket.socket) -> None:
    """Forks for each connection, and tells each client when its process has ended; until standard input is closed."""
    import dill  # type: ignore[import-untyped]  # noqa: F401
    import grpc  # type: ignore[import-untyped]  # noqa: F401
    import pulumi.dynamic
    import pulumi.runtime  # noqa: F401

    waking, woken = os.pipe()
    os.set_blocking(waking, False)
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # the end of a process wakes the loop
    clients: dict[int, socket.socket] = {}  # by process
    while True:
        watched: list[Any] = [sys.stdin, listening, waking, *clients.values()]
        ready, _, _ = select.select(watched, [], [])
        if sys.stdin in ready:
            return
        if waking in ready:
            os.read(waking, 4096)
        for pid in [pid for pid, client in clients.items() if client in ready]:
            os.kill(pid, signal.SIGKILL)  # its client was killed: nothing else ends the link, or is said over it
        if listening in ready:
            client, _ = listening.accept()
            if pid := _fork(client, [listening, *clients.values()]):
                clients[pid] = client
        for pid, client in list(clients.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                with suppress(OSError):
                    client.sendall(f"{os.waitstatus_to_exitcode(status) % 256}\n".encode())
                client.close()
                del clients[pid]


def _fork(client: socket.socket, others: list[socket.socket]) -> int:
    """Starts the process that a client asks for; 0 when the client has gone."""
    try:
        size, streams, _, _ = socket.recv_fds(client, 8, 3)
        with client.makefile("rb") as reading:
            text = reading.read(int.from_bytes(size, "big")).decode(errors="surrogateescape")
    except OSError:
        text = ""
    if not text:
        client.close()
        return 0
    pid = os.fork()
    if pid == 0:
        for link in (client, *others):
            link.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        _run(text.split("\0"))
    for stream in streams:
        os.close(stream)
    with suppress(OSError):
        client.sendall(f"{pid}\n".encode())
    return pid


def _run(parts: list[str]) -> None:
    """Becomes the process that was asked for."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    end = parts.index("", 1)
    os.chdir(parts[0])
    os.environ.clear()
    os.environ.update({name: value for name, _, value in (item.partition("=") for item in parts[1:end])})
    sys.stdin, sys.stdout, sys.stderr = _stream(0), _stream(1), _stream(2)
    code = 0
    try:
        _interpret(parts[end + 1 :])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _interpret(arguments: list[str]) -> None:
    """What `python ARGUMENTS` does."""
    while arguments[0] in ("-u", "-I", "-B"):
        arguments = arguments[1:]
    match arguments:
        case ["-m", module, *rest]:
            sys.argv, sys.path[0] = [module, *rest], os.getcwd()
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", code, *rest]:
            sys.argv, sys.path[0] = ["-c", *rest], ""
            exec(compile(code, "<string>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
        case ["--version"]:
            sys.stdout.write(f"Python {sys.version.split()[0]}\n")
        case [script, *rest]:
            sys.argv, sys.path[0] = [script, *rest], str(Path(script).resolve().parent)
            _run_script(script)


def _run_script(script: str) -> None:
    """Runs a script as the module `__main__`, as Python does; `runpy` would put that module back when it has ended."""
    main: Any = type(sys)("__main__")
    main.__file__ = script
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    exec(compile(Path(script).read_bytes(), script, "exec"), main.__dict__)


def _stream(number: int) -> io.TextIOWrapper:
    """A standard stream, unbuffered as with `python -u`."""
    binary = open(number, "rb" if number == 0 else "wb", buffering=-1 if number == 0 else 0, closefd=False)  # noqa: SIM115
    return io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace", write_through=True)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as _listening:
        _serve(_listening)
