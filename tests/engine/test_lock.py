"""The lock of a stack, and signals."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pulumi_embedded import lock
from pulumi_embedded.port import EngineError


class Interrupting:
    """Sends Ctrl-C before one instruction of the lock, as long as that is being taken."""

    def __init__(self, instruction: int) -> None:
        self.left = instruction

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != lock.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.left -= 1
            if self.left == 0:
                signal.raise_signal(signal.SIGINT)
        return self.trace


def test_ctrl_c_while_the_lock_is_taken_leaves_none_behind(tmp_path: Path) -> None:
    path = tmp_path / "dev.lock"
    before, tracing = signal.signal(signal.SIGINT, signal.default_int_handler), sys.gettrace()
    try:
        for instruction in range(1, 10_000):
            interrupting = Interrupting(instruction)
            try:
                sys.settrace(interrupting.trace)
                with lock.held(path, "up"):
                    sys.settrace(None)
                    assert path.exists()
            except KeyboardInterrupt:
                sys.settrace(None)
            assert not path.exists(), instruction
            if interrupting.left > 0:
                break  # it was taken before the instruction came
    finally:
        sys.settrace(tracing)
        signal.signal(signal.SIGINT, before)
    assert instruction > 100


def test_a_lock_that_is_held_stays_and_so_do_the_handlers_of_signals(tmp_path: Path) -> None:
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with lock.held(tmp_path / "dev.lock", "up"):
        assert handlers == (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))
        with pytest.raises(EngineError, match="The stack is locked"), lock.held(tmp_path / "dev.lock", "refresh"):
            pass
        assert (tmp_path / "dev.lock").exists()
    assert handlers == (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))
