from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import folders

FOLDERS = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "..", "."]), max_size=5).map(
        lambda parts: "".join(part + "/" for part in parts)
    ),
    min_size=1,
    max_size=30,
    unique=True,
)


@given(FOLDERS, st.integers(1, 20), st.booleans())
def test_every_folder_is_told_on_its_own_line_or_on_one_above_it(
    names: list[str], limit: int, rooted: bool
) -> None:
    names = ["/" + name for name in names] if rooted else names
    line_of = folders.lines_for({name: at for at, name in enumerate(names)}, limit)
    assert line_of.keys() == set(names)
    for name, line in line_of.items():
        assert line == name or (line.endswith("**") and name.startswith(line.removesuffix("**")))
    # No folder is told twice: none has a line of its own and is below another's **.
    deep = [line.removesuffix("**") for line in line_of.values() if line.endswith("**")]
    own = [line for line in line_of.values() if not line.endswith("**")]
    assert not [line for line in own for above in deep if line.startswith(above)]


def test_it_keeps_to_the_limit_and_opens_the_heaviest() -> None:
    weights = {f"src/{group}/{at}/": 1 for group in "abc" for at in range(10)} | {"src/b/0/": 50}
    lines = folders.lines_for(weights, 12)
    assert len(set(lines.values())) <= 12
    assert lines["src/b/0/"] == "src/b/0/"
    assert lines["src/a/1/"] == "src/a/**"


def test_few_folders_have_a_line_each() -> None:
    assert folders.lines_for({"a/": 1, "": 2}, 5) == {"a/": "a/", "": ""}


def test_the_folder_of_a_path() -> None:
    cases = {"a/b.py": "a/", "b.py": "", "/b": "/", "C:\\a\\b": "C:\\a\\", "a/b/": "a/b/"}
    assert {path: folders.folder_of(path) for path in cases} == cases


def test_what_folders_share() -> None:
    assert folders.shared(["a/b/c/", "a/b/d/"]) == "a/b/"
    assert folders.shared(["a/bc/", "a/bd/"]) == "a/"
    assert folders.shared(["a/b/", "a/b/"]) == "a/b/"
    assert folders.shared(["a/", ""]) == ""
    assert folders.shared([]) == ""
