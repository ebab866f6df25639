import json

import pytest

from headroom.compressors import code_extras, code_files
from headroom.types import PassThrough


def test_the_path_tells_the_language_and_else_the_first_line() -> None:
    read = json.dumps({"file_path": "/srv/a.go"})
    assert [row.name for row in code_files.languages(read, "#!/bin/sh\n")] == ["go"]
    assert [row.name for row in code_files.languages('{"command": "cat run"}', "#!/bin/sh\n")] == ["bash"]
    assert [row.name for row in code_files.languages('{"command": "cat src/a.rs"}', "")] == ["rust"]


def test_nothing_is_guessed() -> None:
    with pytest.raises(PassThrough, match="no known language"):
        code_files.languages('{"command": "make"}', "def f():\n    pass\n")


def test_an_extra_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_extras, "PACK", "no_such_module")
    with pytest.raises(PassThrough, match=r"kotlin needs pip install 'headroom-local\[languages\]'"):
        code_files.languages('{"path": "a.kt"}', "")


@pytest.mark.parametrize(
    ("tool_input", "expected"),
    [
        ('{"file_path": "/a.py"}', False),
        ('{"file_path": "/a.py", "offset": 1}', False),
        ('{"file_path": "/a.py", "offset": 40}', True),
        ('{"file_path": "/a.py", "limit": 40}', True),
        ('{"path": "/a.py", "view_range": [1, 20]}', True),
        ('{"path": "/a.py", "view_range": null}', False),
        ('{"command": "cat a.py"}', False),
        ('{"command": "cat -n a.py"}', False),
        ('{"command": "cat a.py 2>/dev/null"}', False),
        ('{"command": "cat a.py > b.py"}', True),
        ('{"command": "cat -A a.py"}', True),
        ('{"command": "cat a.py | head -20"}', True),
        ('{"command": "sed -n 1,20p a.py"}', True),
        ('{"command": "cd src && cat a.py"}', False),
        ("cat a.py", False),
        ('{"file_path": ', True),
        ("", False),
    ],
)
def test_is_part(tool_input: str, expected: bool) -> None:
    assert code_files.is_part(tool_input) is expected
