import pytest

from headroom.compressors import prose_words

ENGLISH = (
    "The scheduler keeps a list of the open tasks and passes them on to the workers that have room for more. "
    "When a worker does not answer for some time, its tasks are given to another one, so that nothing is lost. "
)
LANGUAGES = {
    "English": ENGLISH,
    "German": "Der Planer liest die Liste der offenen Aufgaben und verteilt sie an die Knoten. Wenn ein Knoten"
    " nicht antwortet, übernimmt ein anderer seine Aufgaben, und die Sicherung wird auf dem Rechner erneuert. ",
    "French": "Le serveur lit la liste des tâches et les donne aux clients qui sont libres. Si un client ne répond"
    " pas, une autre machine prend la place et le travail continue dans le même ordre pour tous les autres. ",
    "Spanish": "El servidor lee la lista de las tareas y las pasa a los clientes que están libres. Si un cliente"
    " no responde, otro toma su lugar y el trabajo sigue en el mismo orden para todos los demás. ",
    "Japanese": "スケジューラは未処理のタスクの一覧を読み、空いているワーカーに渡します。"
    "応答がないワーカーのタスクは別のワーカーに渡されます。",
}


@pytest.mark.parametrize("name", LANGUAGES)
def test_sentences_are_language(name: str) -> None:
    assert prose_words.is_language(LANGUAGES[name] * 6)


@pytest.mark.parametrize(
    "text",
    [
        "def read(path):\n    with open(path) as file:\n        return file.read()\n" * 20,
        "2026-01-05 10:00:01 INFO request GET /orders/17 200 in 12ms user=4711\n" * 30,
        "-rw-r--r-- 1 app app 4096 Jan 5 10:00 settings.toml\n" * 30,
        '{"name": "a", "value": 1}\n' * 40,
        "src/app.py:12: error: name 'x' is not defined\n" * 30,
        "word " * 400,
        "",
        "\x00" * 5000,
        f'"""{ENGLISH}"""\n\nimport os\n\n\ndef main() -> None:\n    run(os.getcwd())\n' * 4,
    ],
    ids=["code", "log", "listing", "json", "compiler", "one word", "empty", "nul", "docstring"],
)
def test_other_texts_are_not(text: str) -> None:
    assert not prose_words.is_language(text)


def test_code_in_fences_does_not_count() -> None:
    assert prose_words.is_language(ENGLISH * 4 + "\n```c\nint main(void) { return 0; }\n```\n" * 3)


def test_a_few_lines_of_sentences() -> None:
    assert prose_words.is_sentence_like("what the other side is told of the plan")
    assert not prose_words.is_sentence_like("GET /orders/17 HTTP/1.1")


def test_telling_words_are_without_the_little_ones() -> None:
    assert prose_words.telling("The worker and its queue") == {"worker", "queue"}


@pytest.mark.parametrize(
    "piece", ["[", "](", "`", "```\n", "* ", "a.", "if ", "x = ", "https://", "\u3042", "(", "'a"]
)
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    prose_words.is_language(ENGLISH + piece * 6_000)
