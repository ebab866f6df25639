from headroom.compressors import listing_entries, long_listing, ls_blocks, path_lists, trees
from headroom.compressors.listing_entries import Entry


def names(entries: list[Entry]) -> list[tuple[str, str, bool]]:
    return [(entry.folder, entry.name, entry.is_folder) for entry in entries]


def test_paths() -> None:
    listing = listing_entries.of_paths(
        path_lists.read(".\n./a\n./a/b.py\n./c d\n./e/\nfind: './x': Permission denied\n./f")
    )
    assert names(listing.entries) == [
        ("./", ".", True),
        ("./", "a", True),
        ("./a/", "b.py", False),
        ("./", "c d", False),
        ("./", "e/", True),
        ("./", "f", False),
    ]
    assert listing.others == ["find: './x': Permission denied"]


def test_counts_and_sizes_stay_with_the_name() -> None:
    entries = listing_entries.of_paths(path_lists.read("".join(f"1.5K\t./a/f{at}\n" for at in range(6)))).entries
    assert entries[0].shown("./a/") == "f0:1.5K"
    assert entries[0].size == 1536


def test_rows() -> None:
    text = (
        ".:\ntotal 8\ndrwxr-xr-x 2 app app 4096 Jan  5 12:00 .\ndrwxr-xr-x 2 app app 4096 Jan  5 12:00 src\n"
        "-rwxr-xr-x 1 app app   17 Dec 31  2024 run.sh\n-rw-r--r-- 1 app app   12 Jan  5 12:00 a.py\n"
        "-rw-r--r-- 1 app app   12 Jan  6 12:00 b.py\nlrwxrwxrwx 1 app app   12 Jan  5 12:00 l -> a.py\n"
    )
    listing = listing_entries.of_rows(long_listing.read(text))
    assert names(listing.entries)[:2] == [("./", "src", True), ("./", "run.sh", False)]
    assert [entry.mark for entry in listing.entries] == ["", "executable", "", "", "link"]
    assert listing.usual == "-rw-r--r-- 1 app:app"
    assert listing.entries[1].shown("./") == "-rwxr-xr-x 1 17 Dec 31  2024 run.sh"
    assert listing.entries[1].time < listing.entries[2].time < listing.entries[3].time


def test_a_name_below_a_folder_that_is_counted_as_a_whole_keeps_its_path() -> None:
    entry = Entry("a/b/", "c d.py", False, "", "", -1, "", "")
    assert entry.shown("a/") == '"b/c d.py"'


def test_trees() -> None:
    docs = "├── docs\n│\xa0\xa0 ├── x\n│\xa0\xa0 │\xa0\xa0 └── guide.md\n│\xa0\xa0 └── l -> x\n"
    text = ".\n" + docs + "├── run.sh\n└── src\n    └── a.py\n"
    listing = listing_entries.of_tree(trees.read(text))
    assert names(listing.entries) == [
        ("./", "docs", True),
        ("./docs/", "x", True),
        ("./docs/x/", "guide.md", False),
        ("./docs/", "l -> x", False),
        ("./", "run.sh", False),
        ("./", "src", True),
        ("./src/", "a.py", False),
    ]


def test_the_list_of_an_agents_tool() -> None:
    listing = listing_entries.of_tree(trees.read("- /srv/shop/\n  - a.py\n  - docs/\n    - x.md\n    - y.md\n"))
    assert names(listing.entries)[1:] == [
        ("/srv/shop/", "a.py", False),
        ("/srv/shop/", "docs/", True),
        ("/srv/shop/docs/", "x.md", False),
        ("/srv/shop/docs/", "y.md", False),
    ]


def test_blocks() -> None:
    listing = listing_entries.of_blocks(ls_blocks.read(".:\na\nx.py\n\n./a:\nb.py\nc.py\nd.py\n"))
    assert names(listing.entries)[:3] == [("./", "a", True), ("./", "x.py", False), ("./a/", "b.py", False)]
