"""Several roster files as one, so that each team's people are in a file of their own with reviewers of its own.

Sections and lists add up, the mode may be repeated, and everything else stands in one file only. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_elastic_org.roster_file.yaml_source import Mapping, Mistake, Sequence, Text


def merge(files: Iterable[Mapping]) -> tuple[Mapping, list[Mistake]]:
    """Makes one mapping of the mappings of several files.

    Args:
        files: What each file holds, with marks that name the file.

    Returns:
        The mapping, and each contradiction at its second place. Of contradicting values the first holds.
    """
    merged, mistakes = Mapping(), list[Mistake]()
    for file in files:
        for key, value in file.items():
            if merged.get(key) is None:
                # a collection of its own, that can grow without the file's own growing
                merged[key] = type(value)() if isinstance(value, Mapping | Sequence) else value
                merged.marks[key] = file.marks[key]
            if isinstance(value, Mapping) and isinstance(merged[key], Mapping):
                _add(merged[key], value, mistakes)
            elif isinstance(value, Sequence) and isinstance(merged[key], Sequence):
                merged[key] += value
                merged[key].marks += value.marks
            elif value is not None and value != merged[key]:
                here, there = file.marks[key], merged.marks[key]
                what = f"'{key}' is something else on {there.seen_from(here)}; keep one of the two"
                mistakes.append(Mistake(*here, what))
    return merged, mistakes


def _add(into: Mapping, section: Mapping, mistakes: list[Mistake]) -> None:
    key: Text
    for key, value in section.items():
        if key not in into:
            into[key] = value
            into.marks[key] = section.marks[key]
        else:
            here, there = section.marks[key], into.marks[key]
            mistakes.append(Mistake(*here, f"'{key}' is already on {there.seen_from(here)}; keep one of the two"))
