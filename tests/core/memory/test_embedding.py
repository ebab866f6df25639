"""A sentence model from a folder: a tiny one of the test's own, which counts words into a vector."""

import importlib.util
import json
import math
from array import array
from pathlib import Path
from typing import Any

import pytest

from headroom.memory.embedding import LocalModel, NoModel
from headroom.memory.likeness import cosine

WORDS = ["[PAD]", "[UNK]", "colour", "hue", "red", "tests", "make"]
MISSING = [
    name for name in ("onnxruntime", "tokenizers", "onnx", "numpy") if importlib.util.find_spec(name) is None
]
needs_ml = pytest.mark.skipif(
    bool(MISSING), reason=f"the extra ml, or onnx, is not installed: {', '.join(MISSING)}"
)
TABLE = [[0.0, 0.0], [0.1, 0.1], [1.0, 0.0], [0.9, 0.1], [0.8, 0.3], [0.0, 1.0], [0.1, 0.9]]


def make(folder: Path, *, pooled: bool = False, extra: str = "") -> Path:
    """Write a model that looks each token up in a table, and takes the mean of them itself if it is pooled."""
    import onnx
    from onnx import TensorProto, helper

    folder.mkdir(parents=True, exist_ok=True)
    names = ["input_ids", "attention_mask", *([extra] if extra else [])]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "l"]) for name in names]
    table = helper.make_tensor("table", TensorProto.FLOAT, [len(TABLE), 2], [n for row in TABLE for n in row])
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    shape: list[Any] = ["b", "l", 2]
    output = "last_hidden_state"
    if pooled:
        axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
        nodes.append(helper.make_node("ReduceSum", [output, "axes"], ["sentence_embedding"], keepdims=0))
        output, shape = "sentence_embedding", ["b", 2]
    result = helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "tiny", inputs, [result], [table, *([axes] if pooled else [])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (folder / "onnx").mkdir(exist_ok=True)
    onnx.save(model, folder / "onnx" / "model.onnx")
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = {
        "version": "1.0",
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        "pre_tokenizer": {"type": "Whitespace"},
        "added_tokens": [],
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    return folder


@needs_ml
@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("extra", ["", "token_type_ids"])
def test_texts_become_vectors_of_length_1(tmp_path: Path, pooled: bool, extra: str) -> None:
    model = LocalModel(make(tmp_path, pooled=pooled, extra=extra))
    made = model.vectors(["colour red", "hue", "make tests", "colour red and much more that is not known"] * 20)
    assert len(made) == 80
    for vector in made:
        assert math.isclose(sum(n * n for n in array("f", vector)), 1, rel_tol=1e-5)
    assert cosine(made[0], made[1]) > 0.98
    assert cosine(made[0], made[2]) < 0.4
    # A text's vector is its own, whatever it is made together with: padding does not count.
    assert cosine(made[1], model.vectors(["hue"])[0]) > 0.9999
    assert model.vectors([]) == []


@needs_ml
def test_a_model_is_named_by_what_it_is(tmp_path: Path) -> None:
    one, same, other = make(tmp_path / "a"), make(tmp_path / "b"), make(tmp_path / "c", pooled=True)
    names = [LocalModel(folder).name for folder in (one, same, other)]
    assert names[0] == names[1] != names[2]


@needs_ml
def test_what_is_no_sentence_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="asks for pixels"):
        LocalModel(make(tmp_path / "a", extra="pixels"))
    make(tmp_path / "b")
    (tmp_path / "b" / "onnx" / "model.onnx").write_bytes(b"no model")
    with pytest.raises(NoModel, match="cannot be used"):
        LocalModel(tmp_path / "b")
    make(tmp_path / "c")
    (tmp_path / "c" / "tokenizer.json").write_text("{}")
    with pytest.raises(NoModel, match="cannot be used"):
        LocalModel(tmp_path / "c")


def test_a_folder_without_a_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match=r"no model\.onnx in"):
        LocalModel(tmp_path)
    (tmp_path / "model.onnx").touch()
    with pytest.raises(NoModel, match=r"no tokenizer\.json in"):
        LocalModel(tmp_path)


def test_without_the_extra_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).touch()
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(NoModel, match=r"onnxruntime is missing.*headroom-local\[ml\]"):
        LocalModel(tmp_path)
