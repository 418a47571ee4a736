"""Packages with policies in them, made on the spot: a module, and the metadata that an installer leaves."""

from __future__ import annotations

from pathlib import Path


def install(site: Path, module: str, code: str, entries: dict[str, str], version: str = "1.0") -> None:
    """Put a package into `site` as an installer does; `entries` maps entry points to `module:object`."""
    site.mkdir(parents=True, exist_ok=True)
    (site / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = site / f"{module}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n", encoding="utf-8")
    lines = "".join(f"{name} = {target}\n" for name, target in entries.items())
    (metadata / "entry_points.txt").write_text(f"[memview.policies]\n{lines}", encoding="utf-8")


GOOD = """
from memview.policies import PolicyPlugin, PolicySpec, ScoredEviction

class Worth(ScoredEviction):
    def __init__(self, weight: float = 1.0) -> None:
        super().__init__()
        self.weight = weight

    def score(self, page, turn):
        return self.weight * page.importance

def spec(name="worth", version="1", **fields):
    return PolicySpec(name, version, summary="By worth.", **fields)

WORTH = PolicyPlugin(spec(parameters={"weight": 2.0}), eviction=Worth)

def made():
    return PolicyPlugin(spec("made", "2", eviction="lru", provenance="a book"))
"""
