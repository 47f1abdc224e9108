"""Runs a Pulumi program, or its dynamic providers, against an engine: the process of either.

It is a script that needs nothing but the SDK, because the program's interpreter may be another one than the engine's. The engine
holds standard input open for as long as it lives; a program is sent its settings there, as one line of JSON. The SDK is
configured as Pulumi's own language host does it.
"""

import sys

sys.path.pop(0)  # this script's directory, which is none of the program's business

import asyncio
import gc
import json
import logging
import os
import runpy
import signal
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pulumi.runtime

_GRACE_SECONDS = 30.0
"""How long what has begun may take to come to an end when the engine is gone."""


def main() -> int:
    """Runs the program, or the module that is named; the exit code is 0 when it succeeded."""
    what, *arguments = sys.argv[1:]
    engine = _take_standard_input()
    gc.freeze()  # what is loaded stays until the end
    if what == "program":
        with open(engine, "rb", closefd=False) as settings:
            line = settings.readline()
        _end_with(engine)
        return _run_program(json.loads(line)) if line else 1
    _end_with(engine)
    sys.path.insert(0, os.getcwd())  # as `python -m` does, which is how Pulumi starts it
    sys.argv = [what, *arguments]
    runpy.run_module(what, run_name="__main__", alter_sys=True)
    return 0


def _take_standard_input() -> int:
    """The file to which the engine holds the other end; nothing else in this process reads it, or passes it on."""
    engine = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return engine


def _end_with(engine: int) -> None:
    """Ends this process as Ctrl-C does once the engine is gone, also when it was killed: then its end of the file is closed."""

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a provider that watches the engine too says it again
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)

    def watch() -> None:
        while os.read(engine, 1):
            pass
        if os.name == "posix":
            os.kill(os.getpid(), signal.SIGINT)  # wakes the main thread, which `raise_signal` does not
        else:
            signal.raise_signal(signal.SIGINT)
        threading.Event().wait(_GRACE_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _run_program(order: dict[str, Any]) -> int:
    os.environ.update(order["environment"])
    program = order["program"]
    sys.argv = [program]
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(pulumi.runtime.Settings(**order["settings"]))
    # After a failure some of the program's futures are never awaited, which asyncio would complain about.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with ThreadPoolExecutor(order["settings"]["parallel"] * 4) as executor:
        loop.set_default_executor(executor)
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run(program)))
        except pulumi.RunError as error:
            pulumi.log.error(str(error))
            return 1
        except Exception as error:
            pulumi.log.error(f"Program failed with an unhandled exception:\n{_own_frames(error, program)}")
            return 1
        finally:
            loop.close()
            gc.freeze()  # and so does the rest: nobody needs the memory of a process that ends
    return 0


def _run(program: str) -> None:
    runpy.run_path(program, run_name="__main__")


def _own_frames(error: Exception, program: str) -> str:
    """The traceback from the program's first line on, without what started the program."""
    main_file = os.path.realpath(os.path.join(program, "__main__.py") if os.path.isdir(program) else program)
    frames = traceback.extract_tb(error.__traceback__)
    first = next((i for i, frame in enumerate(frames) if os.path.realpath(frame.filename) == main_file), 0)
    return "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=first - len(frames)))


if __name__ == "__main__":
    sys.exit(main())
