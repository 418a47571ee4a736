"""What a person has settled for good: theme, policy, budgets, keys. Read once at start, never written by memview.

Without a file this costs a look at the disk: pydantic and YAML are imported only when there is something to read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from memview.model.errors import MemviewError

if TYPE_CHECKING:
    from memview.model.session import Session

CONFIG_VARIABLE = "MEMVIEW_CONFIG"
"""Environment variable that names another settings file."""

DEFAULT_THEME = "memview-dark"
DEFAULT_POLICY = "importance-recency"
NORMAL, COMPACT = "normal", "compact"
SPACINGS = (NORMAL, COMPACT)


class SettingsError(MemviewError):
    """A settings file that cannot be read: names file and key, and how to mend it."""


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """Token budgets that take the place of the session's own; None keeps the session's."""

    core: int | None = None
    window: int | None = None
    retrieval: int | None = None

    def applied_to(self, session: Session) -> Session:
        """`session` with these budgets in place of its own; a policy's and the command line's still go before them."""
        own = session.budgets
        budgets = replace(
            own,
            core=own.core if self.core is None else self.core,
            window=own.window if self.window is None else self.window,
            retrieval=own.retrieval if self.retrieval is None else self.retrieval,
        )
        return session if budgets == own else replace(session, budgets=budgets)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. `play_speed` is turns per second; `source` the file they came from, None for defaults."""

    theme: str = DEFAULT_THEME
    policy: str = DEFAULT_POLICY
    budgets: BudgetSettings = BudgetSettings()
    keymap: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    spacing: str = "normal"
    play_speed: float = 2.0
    source: Path | None = None


def settings_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The file that `load_settings` reads: `MEMVIEW_CONFIG`, or `config.yaml` in the user's configuration directory.

    Raises `SettingsError` when `MEMVIEW_CONFIG` starts with the home of a user who does not exist.
    """
    named = environ.get(CONFIG_VARIABLE)
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError:
            raise SettingsError(f"{CONFIG_VARIABLE}: {named}: no such user; name the file in full") from None
    import platformdirs

    return platformdirs.user_config_path("memview", appauthor=False) / "config.yaml"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The user's settings, or the defaults when there is no file.

    Raises `SettingsError` for a file that cannot be read or holds a wrong key or value, and for a `MEMVIEW_CONFIG` that
    names no file.
    """
    path = settings_path(environ)
    if not path.exists() and not environ.get(CONFIG_VARIABLE):
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise SettingsError(f"{path}: settings cannot be read ({reason}); mend the file or unset it") from error
    from memview.settings_schema import parse_settings

    return parse_settings(text, path)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` with the nearest known name, or "" when none is near."""
    import difflib

    near = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
