import pytest

from tests.provider.gemini_checks import in_camel_case, misshapen, problem, signature
from tests.provider.script import Json

COUNT = (
    "Please ensure that the number of function response parts is equal to the number of function call parts of "
    "the function call turn."
)
STRUCT = "(type.googleapis.com/google.protobuf.Struct)"
ONE_OF = "required oneof field 'data' must have one initialized field\n"
CALL: Json = {"name": "sh", "args": {"command": "ls"}}
SIGNED: Json = {"functionCall": CALL, "thoughtSignature": signature(CALL)}
BARE: Json = {"functionCall": CALL}
ANSWER: Json = {"functionResponse": {"name": "sh", "response": {"output": "a"}}}
TEXT: Json = {"text": "go"}


def ask(*contents: tuple[str, list[object]], model: str = "gemini-3-pro") -> Json:
    return {"model": model, "contents": [{"role": role, "parts": parts} for role, parts in contents]}


@pytest.mark.parametrize(
    "request_",
    [
        ask(("user", [TEXT])),
        {
            "model": "gemini-3-pro",
            "contents": [{"parts": [TEXT, {"inlineData": {"mimeType": "image/png", "data": ""}}]}],
        },
        ask(
            ("user", [TEXT]),
            ("model", [{"text": "hm", "thought": True}, SIGNED, BARE]),
            ("user", [ANSWER, ANSWER]),
        ),
        ask(("user", [TEXT]), ("model", [BARE]), ("user", [ANSWER]), model="gemini-2.5-pro"),
        # Only the current turn's calls need their signatures.
        ask(("user", [TEXT]), ("model", [BARE]), ("user", [ANSWER]), ("model", [TEXT]), ("user", [TEXT])),
        ask(
            ("user", [TEXT]),
            ("model", [{**BARE, "thoughtSignature": "skip_thought_signature_validator"}]),
            ("function", [ANSWER]),
        ),
    ],
)
def test_a_good_request_passes(request_: Json) -> None:
    assert misshapen(request_) == ""
    assert problem(request_) == ""


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"contents": 5}, "Invalid value at 'contents'"),
        ({"contents": [5]}, "Invalid value at 'contents[0]'"),
        (ask(("user", [5])), "Invalid value at 'contents[0].parts[0]'"),
        (ask(("user", [{"text": 5}])), "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING)"),
        (
            ask(("user", [{"txt": "a"}])),
            "Invalid JSON payload received. Unknown name \"txt\" at 'contents[0].parts[0]': Cannot find field.",
        ),
        (
            ask(("user", [{"functionResponse": {"name": "sh", "response": "a"}}])),
            f"Invalid value at 'contents[0].parts[0].functionResponse.response' {STRUCT}",
        ),
    ],
)
def test_what_cannot_be_read_is_named(request_: Json, message: str) -> None:
    assert misshapen(request_) == message


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (ask(), "* GenerateContentRequest.contents: contents is not specified\n"),
        (ask(("assistant", [TEXT])), "Please use a valid role: user, model."),
        (ask(("user", [])), "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n"),
        (
            ask(("user", [{"thought": True}])),
            f"* GenerateContentRequest.contents[0].parts[0].data: {ONE_OF}",
        ),
        (ask(("user", [TEXT]), ("model", [{**SIGNED, "thoughtSignature": "x"}])), "Corrupted thought signature."),
        (
            ask(("user", [TEXT]), ("model", [{**SIGNED, "functionCall": {**CALL, "args": {}}}])),
            "Corrupted thought signature.",
        ),
        (
            ask(("user", [ANSWER])),
            "Please ensure that function response turn comes immediately after a function call turn.",
        ),
        (ask(("user", [TEXT]), ("model", [SIGNED, BARE]), ("user", [ANSWER])), COUNT),
        (ask(("user", [TEXT]), ("model", [SIGNED]), ("user", [TEXT])), COUNT),
        (ask(("user", [TEXT]), ("model", [SIGNED])), COUNT),
    ],
)
def test_a_bad_request_is_refused_in_the_api_s_words(request_: Json, message: str) -> None:
    assert problem(request_) == message


def test_the_first_call_of_the_current_turn_needs_its_signature() -> None:
    request = ask(("user", [TEXT]), ("model", [BARE, SIGNED]), ("user", [ANSWER, ANSWER]))
    assert problem(request).startswith("Function call is missing a thought_signature in functionCall parts.")
    assert "function call `default_api:sh` , position 2." in problem(request)


def test_a_signature_may_come_back_in_the_other_alphabet() -> None:
    calls = [{"name": "sh", "args": {"n": n}} for n in range(99)]
    call = next(call for call in calls if {"+", "/"} <= set(signature(call)))
    other = {"functionCall": call, "thoughtSignature": signature(call).translate(str.maketrans("+/", "-_"))}
    assert problem(ask(("user", [TEXT]), ("model", [other]), ("user", [ANSWER]))) == ""


def test_both_spellings_are_read() -> None:
    request = {
        "system_instruction": {},
        "contents": [{"parts": [{"function_call": CALL, "thought_signature": "s"}, 5]}, 5],
    }
    assert in_camel_case(request) == {
        "systemInstruction": {},
        "contents": [{"parts": [{"functionCall": CALL, "thoughtSignature": "s"}, 5]}, 5],
    }
