"""Sentence vectors by a model on this machine, in the extra `ml`. Nothing is ever fetched.

A model is a folder as sentence-transformers and Hugging Face's Optimum export it:

    model.onnx, or onnx/model.onnx     inputs: input_ids, attention_mask, perhaps token_type_ids, (batch, length).
                                       An output (batch, size) is the vector; of one (batch, length, size) it is
                                       the mean over the tokens that are no padding.
    tokenizer.json                     of the `tokenizers` package
"""

import hashlib
import importlib
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_MODELS: Final = ("model.onnx", "onnx/model.onnx")
_TOKENIZER: Final = "tokenizer.json"
_MOST_TOKENS: Final = 256
"""Of a text; facts are shorter."""
_BATCH: Final = 32
_INSTALL: Final = 'pip install "headroom-local[ml]"'


class NoModel(ValueError):
    """A folder has no model that can be used; the message says what is missing, and what to do."""


class LocalModel:
    """A model that was opened.

    Args:
        folder: with the files named above.

    Raises NoModel.
    """

    def __init__(self, folder: Path) -> None:
        model = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
        if model is None or not (folder / _TOKENIZER).is_file():
            missing = _TOKENIZER if model else _MODELS[0]
            raise NoModel(f"memory.model: there is no {missing} in {folder}")
        try:
            onnxruntime: Any = importlib.import_module("onnxruntime")
            tokenizers: Any = importlib.import_module("tokenizers")
        except ImportError as error:
            raise NoModel(f"memory.model needs the extra `ml` ({error.name} is missing): {_INSTALL}") from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            providers = ["CPUExecutionProvider"]
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=providers)
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / _TOKENIZER))
        except Exception as error:  # noqa: BLE001 - both raise classes of their own, and bare Exception
            raise NoModel(f"memory.model: {folder} cannot be used: {type(error).__name__}: {error}") from None
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._tokenizer.enable_padding()
        self._inputs = {each.name for each in self._session.get_inputs()}
        unknown = self._inputs - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown:
            raise NoModel(f"memory.model: {model} asks for {', '.join(sorted(unknown))}: it is no sentence model")
        self.name = _name(model)

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector of length 1 for each text, as `array("f")` writes it."""
        return [vector for at in range(0, len(texts), _BATCH) for vector in self._batch(texts[at : at + _BATCH])]

    def _batch(self, texts: Sequence[str]) -> list[bytes]:
        import numpy

        read = self._tokenizer.encode_batch(list(texts))
        given = {
            "input_ids": numpy.array([each.ids for each in read], dtype=numpy.int64),
            "attention_mask": numpy.array([each.attention_mask for each in read], dtype=numpy.int64),
            "token_type_ids": numpy.array([each.type_ids for each in read], dtype=numpy.int64),
        }
        made = self._session.run(None, {name: given[name] for name in self._inputs})
        found = next((each for each in made if each.ndim == 2), made[0])
        if found.ndim == 3:
            mask = given["attention_mask"][:, :, None]
            found = (found * mask).sum(axis=1) / mask.sum(axis=1).clip(min=1)
        lengths = numpy.linalg.norm(found, axis=1, keepdims=True).clip(min=1e-12)
        return [array("f", row.tolist()).tobytes() for row in found / lengths]


def _name(model: Path) -> str:
    """Name a model by what it is: its size and its first and last bytes, which hold names and weights."""
    size = model.stat().st_size
    with model.open("rb") as file:
        beginning = file.read(1 << 16)
        file.seek(max(0, size - (1 << 16)))
        end = file.read()
    return hashlib.sha256(b"%d\0" % size + beginning + end).hexdigest()[:16]
