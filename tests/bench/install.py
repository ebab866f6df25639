"""How long the default install takes and how large it is, in a new virtual environment.

python -m tests.bench.install
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def size_mb(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder) / "venv"
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        empty = size_mb(venv)
        began = time.perf_counter()
        subprocess.run(
            [str(venv / "bin" / "pip"), "install", "--quiet", str(ROOT)], check=True, capture_output=True
        )
        took = time.perf_counter() - began
        print(f"default install: {took:.0f} s, {size_mb(venv) - empty:.0f} MB beyond an empty environment")


if __name__ == "__main__":
    main()
