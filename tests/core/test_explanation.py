"""What would happen, and why, said in plain words."""

import json
from pathlib import Path

import pytest

from headroom.explanation import explain_json, explain_text
from headroom.library import compress
from headroom.policy import Policy
from tests.laws.conversations import OUTPUTS, conversation, log, rows, source


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEADROOM_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HEADROOM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "state"


READ_APP = json.dumps({"file_path": "/srv/app/main.py"})


@pytest.mark.parametrize(
    ("text", "tool", "tool_input", "policy", "why"),
    [
        ("short", "Bash", "", Policy(), "shorter than the floor of 200 tokens"),
        (rows(50), "Read", "", Policy(protected_tools=("Read",)), "results of Read are protected"),
        (rows(50), "Grep", "", Policy(tools=("Grep=off",)), "switched off for Grep"),
        (rows(50), "", "", Policy(enabled=False), "switched off for all tools"),
        (
            "import os\n" * 200,
            "",
            READ_APP,
            Policy(),
            "may be edited stays verbatim: /srv/app/main.py",
        ),
        (source(100), "", READ_APP, Policy(), "verbatim"),
        (rows(50), "Bash", '{"command": "headroom retrieve 0123456789ab"}', Policy(), "asked for again"),
        ("\ud800" * 1000, "X", "", Policy(), "lone surrogates"),
    ],
)
def test_why_a_block_stays_as_it_is(text: str, tool: str, tool_input: str, policy: Policy, why: str) -> None:
    explained = explain_text(text, tool=tool, tool_input=tool_input, policy=policy)
    assert why in explained.why
    assert explained.text == text
    assert explained.parts == ()


def test_a_row_that_passes_gives_its_reason() -> None:
    explained = explain_text('[{"a": 1}, {"a": ' + "x" * 2000, policy=Policy())
    assert explained.decision.text is None
    assert explained.why == explained.decision.reason != ""


def test_a_changed_text_is_told_part_by_part(home: Path) -> None:
    text = f"$ orders\n{rows(100)}\n$ tail app.log\n{log(300)}\n"
    explained = explain_text(text, policy=Policy())
    assert explained.why == ""
    assert "".join(part.original for part in explained.parts) == text
    assert "".join(part.text for part in explained.parts) == explained.text
    assert {"json_rows", "logs"} <= {part.compressor for part in explained.parts}
    assert not home.exists()


def test_a_request_is_told_block_by_block_as_it_would_be_sent(home: Path) -> None:
    messages = conversation(sorted(OUTPUTS) * 2)
    explained = explain_json(json.dumps({"messages": messages}).encode())
    assert not home.exists()
    result = compress(messages)
    assert [(e.decision.compressor, e.decision.tokens_after) for e in explained] == [
        (b.compressor, b.tokens_after) for b in result.blocks
    ]
    for one in explained:
        assert bool(one.why) is (one.decision.text is None)
        assert bool(one.parts) is (one.decision.text is not None and one.decision.compressor != "reread")


def test_code_mode_sees_what_was_touched() -> None:
    text = "".join(f"def f{n}(a):\n    b = a + {n}\n    c = b * 2\n    return c\n\n\n" for n in range(80))
    policy = Policy(code_mode=True)
    assert explain_text(text, tool="Read", tool_input=READ_APP, policy=policy).text.startswith(
        ("def", "[headroom")
    )
