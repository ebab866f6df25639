"""Random reports: lines that tools print, their like, and lines that try to be mistaken for something else."""

from pathlib import Path

from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures"
REAL = sorted({file.read_bytes() for name in ("tests", "builds") for file in (FIXTURES / name).glob("*.in")})
_LINES = sorted({line for text in REAL for line in text.decode().split("\n")})
_NAMES = st.sampled_from(
    ["test_a", "test_b[1]", "test_b[2]", "test_b[x y]", "T::test_c", "test_d[a; b]", "test_e[«]", ":x"]
)
_FILES = st.sampled_from(["tests/test_a.py", "tests/test_b.py", "a/b.c", "x.ts"])
_VERDICTS = st.sampled_from(["PASSED", "FAILED", "SKIPPED (no; net)", "XPASS", "ERROR"])
_MADE = st.one_of(
    st.builds("{}::{} {}".format, _FILES, _NAMES, _VERDICTS),
    st.builds("{}::{} {} [{:3d}%]".format, _FILES, _NAMES, _VERDICTS, st.integers(0, 100)),
    st.builds(
        "{}:{}:{}: {}: boom {}".format,
        *[_FILES, *[st.integers(1, 99)] * 2, st.sampled_from(["error", "warning"]), _NAMES],
    ),
    st.builds("{}({},{}): error TS{}: no".format, _FILES, *[st.integers(1, 99)] * 3),
    st.builds("   Compiling {} v{}.0".format, _NAMES, st.integers(0, 9)),
    st.builds("ok {} - {}".format, st.integers(1, 9), _NAMES),
    st.builds("    ✓ {} ({} ms)".format, _NAMES, st.integers(0, 9999)),
)
_ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "\t",
            ":12: x",
            "(3,4)",
            "[1]",
            "«a b»",
            "[... 3 lines: PASSED 3]",
            "x" * 700,
            "\x00",
            "a\rb",
            "é «",
        ),
        *("=" * 70, "=== FAILURES ===", "___ test_a ___", "1 passed in 0.01s", "FAIL: x", "E   assert 1 == 2"),
    ]
)


def _shares(file: str, tests: int, verdict: str, column: int) -> list[str]:
    lines = []
    for number in range(1, tests + 1):
        body = f"{file}::test_x[{number}] {verdict}"
        lines.append(body + f" [{number * 100 // tests:3d}%]".rjust(column - len(body)))
    return lines


def _slice(data: bytes, start: int, size: int) -> list[str]:
    lines = data.decode().split("\n")
    return lines[start % len(lines) :][:size]


def texts() -> st.SearchStrategy[str]:
    """Return a strategy of reports."""
    line = st.one_of(st.sampled_from(_LINES), _MADE, _MADE, _ODD, st.text(max_size=20).map(_one_line))
    some = st.one_of(
        line.map(lambda one: [one]),
        st.builds(lambda one, n: [one] * n, _MADE, st.integers(1, 9)),
        st.lists(_MADE),
    )
    many = st.one_of(
        st.builds(_slice, st.sampled_from(REAL), st.integers(0, 10_000), st.integers(1, 80)),
        st.builds(_shares, _FILES, st.integers(3, 40), _VERDICTS, st.integers(20, 80)),
        st.builds(lambda f, n: [f"{f}:{k}:1: error: no {k % 7}" for k in range(n)], _FILES, st.integers(1, 30)),
        st.builds(lambda one, n: [one] * n, _MADE, st.integers(20, 60)),
    )
    parts = st.lists(st.one_of(many, some), max_size=7)
    return parts.map(lambda parts: "\n".join(line for part in parts for line in part))


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
