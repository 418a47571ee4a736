"""The benchmarks are no part of the package that is installed: they are found beside it, after everything else."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent.parent))
