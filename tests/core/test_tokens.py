import gzip
import hashlib
import subprocess
import sys
import threading
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import tokens

DIGESTS = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}


@pytest.mark.parametrize("encoding", tokens.ENCODINGS)
def test_the_shipped_vocabularies_are_tiktokens_own(encoding: str) -> None:
    file = resources.files("headroom") / "data" / f"{encoding}.tiktoken.gz"
    assert hashlib.sha256(gzip.decompress(file.read_bytes())).hexdigest() == DIGESTS[encoding]


@pytest.mark.parametrize(
    ("text", "o200k", "cl100k"),
    [
        # As OpenAI's cookbook gives them.
        ("antidisestablishmentarianism", 6, 6),
        ("2 + 2 = 4", 7, 7),
        ("お誕生日おめでとう", 8, 9),
        ("", 0, 0),
    ],
)
def test_counts(text: str, o200k: int, cl100k: int) -> None:
    assert (tokens.count(text), tokens.count(text, "cl100k_base")) == (o200k, cl100k)


def test_special_tokens_count_as_the_text_they_are() -> None:
    assert tokens.count("<|endoftext|>") > 1
    assert tokens.count("<|endofprompt|>", "cl100k_base") > 1


def test_an_unknown_encoding_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="o200k_base, cl100k_base"):
        tokens.count("x", "gpt2")
    with pytest.raises(ValueError, match="gpt2"):
        tokens.warm("gpt2")


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb" * 2000, "\ud83c\udf89"])
def test_lone_surrogates_do_not_raise(text: str) -> None:
    assert tokens.count(text) > 0


WORDS = st.sampled_from(
    (
        *("foo", "Bar's", "'ll", "12345", "_x", "/", "\n", "\r\n", "\n\n  ", "\t", " ", "   ", "}", '",', "é"),
        *("e\u0301", "中文", "，", "!!!", "\u00a0", "https://a.b/c?d=e", "x=1;", "-", "'"),
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=20, max_size=120), st.sampled_from(tokens.ENCODINGS))
def test_pieces_count_as_the_whole_does(words: list[str], encoding: str) -> None:
    text = ("".join(words) + "foo ") * 1200
    tokens.warm(encoding)
    pieces = tokens.pieces(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) < 140_000
    assert tokens.count(text, encoding) == len(tokens._loaded[encoding].encode_ordinary(text))


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=20, max_size=120), st.integers(17_000, 40_000))
def test_a_text_is_counted_in_halves_as_in_one(words: list[str], size: int) -> None:
    text = (("".join(words) + "foo ") * 1200)[:size]
    tokens.warm()
    halves = tokens.pieces(text)
    assert "".join(halves) == text
    assert len(halves) == (2 if len(text) >= 17_000 else 1)
    assert max(map(len, halves)) <= len(text) // 2 + 2048
    assert tokens.count(text) == len(tokens._loaded["o200k_base"].encode_ordinary(text))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        " " * 1_000_000 + "x",
        "=" * 1_000_000,
        "\n" * 1_000_000,
        "中文，" * 300_000,
        "1" * 1_000_000,
    ],
    ids=["letters", "blanks", "dashes", "line ends", "chinese", "digits"],
)
def test_a_megabyte_of_one_word_takes_linear_time(text: str) -> None:
    tokens.warm()
    whole = tokens.count(text)
    tenth = tokens.count(text[: len(text) // 10])
    assert whole == pytest.approx(10 * tenth, rel=0.01)


def test_many_threads_load_it_once() -> None:
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(tokens.count("hello world"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [2] * 8


def test_nothing_is_downloaded() -> None:
    script = """
import sys
def refuse(event, args):
    if event.startswith("socket.") or event.startswith("urllib."):
        raise SystemExit(f"{event}: {args}")
sys.addaudithook(refuse)
from headroom import tokens
tokens.warm()
print(tokens.count("hello world"), tokens.count("hello world", "cl100k_base"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2 2\n"), done.stderr
