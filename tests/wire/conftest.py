from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    folder = tmp_path / "state"
    monkeypatch.setenv("HEADROOM_HOME", str(folder))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    return folder
