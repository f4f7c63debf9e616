"""How much does each news article copy the others?

The calls most people need: `run` a whole folder, `explore` a finished run, `align` two texts. Everything else is in
the modules, in the order of the data flow (see CONTRIBUTING.md).
"""

from typing import Any

__all__ = ["align", "explore", "run"]


def __dir__() -> list[str]:
    """What completion offers: these names, which are not there before they are used."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Load `run` and `align` when they are first used: importing a module of the package stays quick."""
    if name == "align":
        from helpers.alignment import align

        return align
    if name == "explore":
        from helpers.explorer import explore

        return explore
    if name == "run":
        from helpers.pipeline import run

        return run
    raise AttributeError(f"module 'helpers' has no attribute {name!r}")
