import pytest

from headroom.learn.transcripts.codex_output import unwrapped

HEAD = "Script completed\nWall time 0.1 seconds\nOutput:\n"


def parts(*texts: str) -> list[dict[str, str]]:
    return [{"type": "input_text", "text": text} for text in texts]


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("plain", ("plain", False, None)),
        ("unsupported call: shell", ("unsupported call: shell", True, None)),
        ("exec command rejected by user", ("exec command rejected by user", True, None)),
        ("`rm -rf /` rejected: blocked by policy", ("`rm -rf /` rejected: blocked by policy", True, None)),
        (parts(HEAD, "patch rejected by user"), ("patch rejected by user", True, None)),
        ("Output:\nof its own", ("Output:\nof its own", False, None)),
        ('{"output": "no", "metadata": {"exit_code": 2, "duration_seconds": 0.1}}', ("no", True, 2)),
        ('{"output": "a file of its own"}', ('{"output": "a file of its own"}', False, None)),
        ("Exit code: 1\nWall time: 0.2 seconds\nOutput:\nbad", ("bad", True, 1)),
        ("Chunk ID: ab\nWall time: 0.05 seconds\nProcess exited with code 0\nOutput:\nfine", ("fine", False, 0)),
        (parts(HEAD, "a", "b"), ("ab", False, None)),
        (parts(HEAD), ("", False, None)),
        (
            parts("Script failed\nWall time 0.0 seconds\nOutput:\n", "Script error:\nnot found"),
            ("not found", True, None),
        ),
        (
            parts(HEAD, '{"chunk_id":"1","exit_code":127,"output":"no such command"}'),
            ("no such command", True, 127),
        ),
        ({"content": "denied", "success": False}, ("denied", True, None)),
        ({"content": parts("x"), "success": True}, ("x", False, None)),
        (None, ("", False, None)),
        ([3, {"text": 4}], ("", False, None)),
    ],
)
def test_wrappings(output: object, told: tuple[str, bool, int | None]) -> None:
    assert unwrapped(output) == told
