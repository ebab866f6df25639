"""Corrections in six languages, sentence by sentence; an empty rule is none."""

import json

import pytest

from headroom.learn.finders.correction_words import LANGUAGES
from tests.core.learn.finders.sessions import CASES, found

SENTENCES = json.loads((CASES / "corrections.json").read_text(encoding="utf-8"))
BEFORE = [{"user": "add a login page"}, {"run": "npm install x", "says": "ok"}, {"assistant": "Done."}]


@pytest.mark.parametrize(("sentence", "rule"), SENTENCES.items())
def test_a_sentence_that_follows_the_agents_work(sentence: str, rule: str) -> None:
    assert found([*BEFORE, {"user": sentence}]) == ([["correction", rule]] if rule else [])


@pytest.mark.parametrize("sentence", [sentence for sentence, rule in SENTENCES.items() if rule])
def test_the_same_in_the_first_message_is_a_task(sentence: str) -> None:
    assert found([{"user": sentence}, {"run": "ls", "says": "a"}]) == []


def test_every_language_is_in_the_table() -> None:
    assert {language.name for language in LANGUAGES} >= {"en", "de", "fr", "es", "ja", "zh"}
