from pathlib import Path

import pytest

from tests.agents.claude import Claude
from tests.agents.desk import Desk, needs


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.under(tmp_path)


@pytest.fixture
def claude(tmp_path: Path) -> Claude:
    needs("claude")
    return Claude.under(tmp_path)
