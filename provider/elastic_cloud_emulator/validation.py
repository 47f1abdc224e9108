"""How a refused document is explained."""

from pydantic import ValidationError


def describe(error: ValidationError, where: str = "") -> str:
    """Return what is wrong with a document, one line a place, without repeating its values.

    Args:
        error: What the validation raised.
        where: The place of the document itself, put before each place in it.
    """
    return "\n".join(f"{_place(where, problem['loc'])}: {problem['msg']}" for problem in error.errors())


def _place(where: str, location: tuple[int | str, ...]) -> str:
    return where + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
