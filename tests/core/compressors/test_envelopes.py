"""What agents put around outputs is cut off, as they send it; the pieces put together are the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import envelopes
from headroom.compressors.envelopes import Piece

SAID = "commit 1\ncommit 2\nError: not this one\ncommit 3"

QWEN = (
    f"Command: git log -n 3\nDirectory: (root)\nOutput: {SAID}\n"
    "Error: (none)\nExit Code: 0\nSignal: 0\nProcess Group PGID: 8646"
)
CODEX_CUT = """\
Script completed
Wall time 0.2 seconds
Output:
Warning: truncated output (original token count: 13895)
Total output lines: 1

"""
GEMINI_CUT = "Output too large. Showing first 8,000 and last 32,000 characters. For full output see: /h/x.txt\n"
QWEN_CUT = """\
Tool output was too large and has been truncated.
The full output has been saved to: /h/x.output
To read the complete output, use the read_file tool with the absolute file path above.
The truncated output below shows the beginning and end of the content.

Truncated part of the output:
"""
COPILOT_CUT = """\
Output too large to read at once (78.9 KB). Saved to: /h/x.txt
Consider using tools like grep (for searching), head/tail (for viewing start/end).

Preview (first 500 chars):
"""
WRAPPED = {
    "qwen": (QWEN, "git log -n 3"),
    "qwen, a command of several lines": (QWEN.replace("-n 3", "<<'X'\nOutput x\nX"), "git log <<'X'\nOutput x\nX"),
    "qwen, an error of several lines": (QWEN.replace("(none)", "no\n  at x.js:3\n  at y.js:4"), "git log -n 3"),
    "gemini": (f"<untrusted_context>\nOutput: {SAID}\nExit Code: 2\nSignal: 9\n</untrusted_context>", ""),
    "gemini, without tags": (f"Output: {SAID}\nProcess Group PGID: 8453", ""),
    "codex, exec": (f"Script completed\nWall time 0.1 seconds\nOutput:\n{SAID}", ""),
    "codex, shell_command": (f"Exit code: 0\nWall time: 0 seconds\nTotal output lines: 4\nOutput:\n{SAID}\n", ""),
    "codex, exec_command": (
        f"Chunk ID: 1\nWall time: 0.0 seconds\nProcess exited with code 0\nOutput:\n{SAID}",
        "",
    ),
    "codex, cut by itself": (f"Total output lines: 802\n\n{SAID}", ""),
    "codex, cut by code mode": (CODEX_CUT + SAID, ""),
    "gemini, cut": (f"{GEMINI_CUT}<untrusted_context>\nOutput: {SAID}\nSignal: 9\n</untrusted_context>", ""),
    "qwen, cut": (QWEN_CUT + QWEN, "git log -n 3"),
    "copilot, cut": (f"{COPILOT_CUT}{SAID}\n<shellId: 0 completed with exit code 0>", ""),
    "cline": (f"[Command exited with code 2]\n{SAID}", ""),
    "copilot": (f"{SAID}\n<shellId: 3 completed with exit code 2>", ""),
    "openhands": (
        f"{SAID}\n[Current working directory: /w]\n[Python interpreter: /p]\n[Command finished with exit code 0]",
        "",
    ),
    "mini-swe-agent": (f"<returncode>0</returncode>\n<output>\n{SAID}\n</output>", ""),
    "two streams": (f"<stdout>{SAID}</stdout>\n<stderr></stderr>\n<exit_code>1</exit_code>", ""),
    "vibe": (f"command: git log\nstdout: {SAID}\nstderr: \nreturncode: 0", "git log"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRAPPED)
def test_the_output_is_cut_out(name: str) -> None:
    text, command = WRAPPED[name]
    pieces = envelopes.cut(text)
    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text.strip("\n"), piece.command) for piece in pieces if piece.is_content] == [(SAID, command)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            SAID,
            "",
            "\n",
            "An output:\nOutput: x",
            "Warning: truncated output",
            "Output too large.\n",
            "Exit Code: 3",
            f"{SAID}\nExit Code: 3\nSignal: 0",
        ),
        *("<file>\n00001| def f():\n</file>", "<path>/a.py</path>\n<content>\n1: import os\n</content>"),
        *(
            "<output>never closed",
            f"<output>x</output>{'y' * 3000}",
            "<html><body>\n<output>1</output>" + "z" * 3000,
        ),
        *("Warning: truncated output", "Output too large.\n"),
        *("Exit code: 0\nWall time: 0 seconds\nno label", "Command: a\nOutput, it says\n"),
    ],
)
def test_another_text_is_one_content(text: str) -> None:
    assert envelopes.cut(text) == [Piece(text, is_content=True)]


def test_both_streams_are_contents() -> None:
    text = "<returncode>1</returncode>\n<stdout>\na\n</stdout>\n<stderr>\nb\n</stderr>"
    assert [piece.text for piece in envelopes.cut(text) if piece.is_content] == ["\na\n", "\nb\n"]


def test_an_error_that_the_output_tells_is_a_part_of_it() -> None:
    pieces = envelopes.cut("Output: one\nError: two\nthree\nExit Code: 1")
    assert [piece.text for piece in pieces] == ["Output: ", "one\nError: two\nthree", "\nExit Code: 1"]


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "Command: ls",
                "Directory: (root)",
                "Output: ",
                "\n",
                "\r\n",
                "Error: (none)",
                "Exit Code: 0",
                "text",
            ),
            *("<output>", "</output>", "<untrusted_context>", "</untrusted_context>", "<stdout>", "</stdout>"),
            *(
                "[Command exited with code 2]",
                "<shellId: 1 completed with exit code 0>",
                "Total output lines: 3\n\n",
            ),
            *("stdout: ", "stderr: ", "returncode: 1", "\ud800", "\0", "\u2028"),
        ]
    ),
    max_size=14,
).map("".join)


@given(PIECES)
def test_nothing_is_lost(text: str) -> None:
    pieces = envelopes.cut(text)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces) or pieces == [Piece("", is_content=True)]


@pytest.mark.parametrize(
    "text",
    [
        *("<output>" * 500_000, "<output>\n" * 500_000 + "</output>", "<stdout>x</stdout>\n" * 300_000),
        *("Output: " * 500_000, "Command: " * 500_000, "Command: a\n" * 300_000, "\n" * 3_000_000),
        *("Output: x" + "\nExit Code: 0" * 300_000, "Output: x" + "\nError: " * 500_000 + "\nExit Code: 0"),
        *("[" * 3_000_000, "x\n" + "<a exit code " * 300_000, "Exit code: 0\n" * 300_000, "<" + " " * 3_000_000),
    ],
)
def test_hostile_texts_take_no_long_time(text: str) -> None:
    assert "".join(piece.text for piece in envelopes.cut(text)) == text
