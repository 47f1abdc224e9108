"""Runs a Pulumi program against an engine: the process of the program.

It is a script that needs nothing but the SDK, because the program's interpreter may be another one than the engine's.
The engine writes its settings, as JSON, to standard input. The SDK is configured as Pulumi's own language host does it.
"""

import sys

sys.path.pop(0)  # this script's directory, which is none of the program's business

import asyncio
import gc
import json
import logging
import os
import runpy
import traceback
from concurrent.futures import ThreadPoolExecutor

import pulumi
import pulumi.runtime


def main() -> int:
    """Runs the program; the exit code is 0 when it succeeded."""
    gc.freeze()  # what is loaded stays until the end
    order = json.load(sys.stdin)
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
