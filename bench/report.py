"""What every bench file ends with: one table for people, one JSON file for machines."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows that have the same keys, numbers to the right."""
    cells = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        texts = zip(row, widths, rows[0].values(), strict=True)
        print(
            "  ".join(text.ljust(w) if isinstance(first, str) else text.rjust(w) for text, w, first in texts).rstrip()
        )


def write(name: str, data: Any) -> Path:
    """Write `$DATA_DIR/reports/<name>.json`, and say where."""
    path = Path(os.environ.get("DATA_DIR") or ".data") / "reports" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2, default=str) + "\n")
    print(f"written to {path}")
    return path


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least that share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def _text(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
