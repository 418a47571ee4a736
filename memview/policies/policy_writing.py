"""Writing a policy as the YAML of a policy file. What is read back is the same policy, or nothing is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec

_ALWAYS = ("name", "version")
_ABOUT = frozenset({"family", "provenance", "summary"})


def policy_yaml(spec: PolicySpec) -> str:
    """The text of a policy file that says `spec`; what is the default is left out."""
    import yaml

    return yaml.safe_dump({"policy": _body(spec)}, sort_keys=False, allow_unicode=True, width=110)


def write_policy(spec: PolicySpec, target: Path) -> None:
    """Write `spec` to the new file `target`: whole or not at all, and never over another one.

    Raises PolicyError for a policy that no file can say (a plugin's own algorithms), and when `target` exists or cannot
    be written.
    """
    from memview.policies.registry import load_policy

    if os.path.lexists(target):
        raise PolicyError(f"{target} exists already; choose another name")
    try:
        with tempfile.TemporaryDirectory(prefix=".memview-", dir=target.parent) as directory:
            draft = Path(directory) / "policy.yaml"
            draft.write_text(policy_yaml(spec), encoding="utf-8")
            if not says_the_same(load_policy(str(draft)), spec):
                raise PolicyError(f"{spec.label} cannot be kept as a policy file: it needs code of its own")
            _move(draft, target)
    except FileExistsError:
        raise PolicyError(f"{target} exists already; choose another name") from None
    except OSError as error:
        raise PolicyError(f"{target}: cannot be written ({error.strerror}); check the directory") from None


def _move(draft: Path, target: Path) -> None:
    """Give `draft` the name `target`; a link, unlike a rename, fails when somebody else was faster."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        draft.rename(target)


def says_the_same(one: PolicySpec, other: PolicySpec) -> bool:
    """Whether both decide alike under one label; what is said about them does not count."""
    names = [field.name for field in fields(PolicySpec) if field.name not in _ABOUT]
    return all(_plain(getattr(one, name)) == _plain(getattr(other, name)) for name in names)


def _body(spec: PolicySpec) -> dict[str, object]:
    body: dict[str, object] = {}
    for field in fields(PolicySpec):
        value = getattr(spec, field.name)
        default = field.default if field.default is not MISSING else None
        is_empty = value is None or (isinstance(value, Mapping) and not value)
        if field.name in _ALWAYS or (value != default and not is_empty):
            body[field.name] = _plain(value)
    return body


def _plain(value: Any) -> object:
    """A part of a policy as YAML can say it."""
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: list(part) if isinstance(part, tuple) else part for name, part in asdict(value).items()}
    return value
