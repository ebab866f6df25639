"""Random outputs of searches, for the laws."""

from hypothesis import strategies as st

USUAL = ("src/api/users.py", "src/api/orders.py", "src/web/app.ts", "src/web/[id]/page.tsx", "README.md", "./x.py")
ODD = (
    *(
        "docs/old notes/plan one.md",
        "a-12-b/c-3-d.py",
        "a-12-b/c.py",
        "2024-01-15-post.md",
        "/srv/x/y.go",
        "Makefile",
    ),
    *("C:\\src\\main.cs", "C:\\src\\lib\\util.cs", "..\\up.c", "src/ü/ß.rs", "x:y.py", "> odd.py", "--", "src/"),
)
WORDS = st.sampled_from(
    [
        "def get(user):",
        "  return x",
        "",
        " ",
        "\t",
        "a:1:b",
        "12:3",
        "9",
        "-",
        "--",
        "error: no",
        "x" * 600,
        "\r",
        "é",
        "> y",
    ]
)
NUMBERS = st.integers(0, 12000)
MESSAGES = st.sampled_from(
    [
        "grep: src/x: Is a directory",
        "Binary file b.bin matches",
        "",
        "--",
        "> note",
        "Found 3 files",
        "src/api/",
        "5:x",
    ]
)


@st.composite
def searches(draw: st.DrawFn) -> str:
    """Return what grep or one of its kin could have written, and sometimes what none would."""
    form = draw(st.sampled_from(["{p}:{n}:{t}", "{p}:{n}:{c}:{t}", "{p}:{t}", "heading"]))
    lines: list[str] = []
    paths = st.sampled_from(draw(st.sampled_from([USUAL, USUAL, USUAL + ODD[:6], USUAL + ODD])))
    for path in draw(st.lists(paths, min_size=1, max_size=8)):
        if form == "heading":
            lines += [""] * bool(lines) + [path]
        for _ in range(draw(st.integers(2, 5))):
            number, text = draw(NUMBERS), draw(WORDS)
            is_context = draw(st.integers(0, 4)) == 0
            if form == "heading":
                lines.append(f"{number}{'-' if is_context else ':'}{text}")
            elif is_context:
                lines.append(f"{path}-{number}-{text}" if "{n}" in form else f"{path}-{text}")
            else:
                lines.append(form.format(p=path, n=number, c=7, t=text))
        if draw(st.integers(0, 9)) == 0:
            lines.append(draw(MESSAGES))
    return "\n".join(lines) + "\n" * draw(st.booleans())
