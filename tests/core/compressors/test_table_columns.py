from headroom.compressors import table_columns


def read(text: str) -> list[list[str]] | None:
    found = table_columns.read(text.split("\n"))
    return found and [found.header, *found.rows]


def test_left_and_right_aligned_columns() -> None:
    text = (
        "Package  Current  Wanted  Latest\n"
        "chalk      3.0.0   3.0.0   5.6.2\n"
        "lodash   4.17.20  4.17.2  4.18.1\n"
        "zod       3.22.4  3.22.4   4.6.7"
    )
    assert read(text) == [
        ["Package", "Current", "Wanted", "Latest"],
        ["chalk", "3.0.0", "3.0.0", "5.6.2"],
        ["lodash", "4.17.20", "4.17.2", "4.18.1"],
        ["zod", "3.22.4", "3.22.4", "4.6.7"],
    ]


def test_cells_of_several_words_and_empty_cells() -> None:
    text = (
        "CONTAINER ID   STATUS         PORTS   NAMES\n"
        "8fa0115b46d1   Up 4 hours     80/tcp  web 1\n"
        "b0701656e770   Up 4 hours             db\n"
        "c0701656e770   Exited (137)   81/tcp  job"
    )
    rows = read(text)
    assert rows is not None
    assert rows[2] == ["b0701656e770", "Up 4 hours", "", "db"]
    assert rows[3][1] == "Exited (137)"


def test_words() -> None:
    head = "USER   PID %CPU %MEM STAT  START COMMAND\n"
    rows = read(
        head
        + "root     1  0.0  0.1 Ss    08:00 /sbin/init --x\n"
        + "ada     22  1.0  0.1 S     08:01 vi  a b\n" * 3
    )
    assert rows is not None
    assert rows[1] == ["root", "1", "0.0", "0.1", "Ss", "08:00", "/sbin/init --x"]
    assert rows[2][-1] == "vi  a b"
    # A start of two words would push the command into another column.
    assert read(head + "root     1  0.0  0.1 Ss   Nov 20 /sbin/init --x\n" * 4) is None


def test_disks() -> None:
    rows = read(
        "Filesystem      Size  Used Avail Use% Mounted on\n"
        "/dev/a          1.0G  1.0G     0  99% /\n"
        "/dev/b          1.0G  1.0G     0  99% /b\n"
        "/dev/c          1.0G  1.0G     0   9% /c d\n"
    )
    assert rows is not None
    assert rows[0][-1] == "Mounted on"
    assert rows[3][-1] == "/c d"


def test_an_underlined_header() -> None:
    rows = read("Package Version\n------- -------\npip     24.0\nwheel   0.43\nsix     1.16")
    assert rows == [["Package", "Version"], ["pip", "24.0"], ["wheel", "0.43"], ["six", "1.16"]]


def test_refuses_what_is_not_clear() -> None:
    for text in (
        "Some words  and more\nin two columns  of prose\nthat are  not aligned\nat all  here",
        "NAME   AGE\na-very-long-name 3d\nb      4d\nc      5d",
        "def f():\n    return 1\n\ndef g():\n    return 2",
        "NAME   AGE\na\t3d\nb\t4d\nc\t5d",
        "",
    ):
        assert read(text) is None


def test_units_in_headings() -> None:
    text = "NAME     CPU(cores)   MEMORY(bytes)\n" + "\n".join(
        f"api-{at}    {at}00m         {at}Mi" for at in range(1, 6)
    )
    found = read(text)
    assert found is not None
    assert found[:2] == [["NAME", "CPU(cores)", "MEMORY(bytes)"], ["api-1", "100m", "1Mi"]]
