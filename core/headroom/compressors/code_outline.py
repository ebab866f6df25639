"""What a source consists of, as far as it can be left out: its functions by name, comments, long literals."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from headroom.compressors import code_bodies, code_parse
from headroom.compressors.code_bodies import Code, Elision
from headroom.compressors.code_languages import Language

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARED_NAME: Final = re.compile(r"((?>(?:[\w~$]++(?>(?:<[^<>()]*+>)?)::)*)[\w~$]++)\s*+\(")
_DIRECTIVE: Final = re.compile(rb"//[a-z]++:\S|#!|#[ \t]*+pragma|/// *+<(?:reference|amd)")
"""Comments that a compiler or a shell reads."""
_EXPORTS: Final = re.compile(rb"__all__|\bexports\b|\bexport default \{")
_NAME_BYTES: Final = 120

_CONTAINER_ROWS: Final = 12
_CONTAINER_SHARE: Final = 0.6
"""A function that consists of other functions is looked into: it is a module or a test suite in disguise."""


class Function(NamedTuple):
    """A function of a source."""

    name: str
    """Empty for one without a name."""
    qualified: str
    """With the names of the classes, modules and functions around it, by dots."""
    start: int
    """In bytes, as its end."""
    end: int
    first_row: int
    last_row: int
    elision: Elision | None
    """What stands in for its body; None when that cannot be left out."""
    is_container: bool
    """Whether it mostly consists of other functions."""


class Outline(NamedTuple):
    """A source's parts in order, inner ones after those they stand in."""

    functions: tuple[Function, ...]
    comments: tuple[Elision, ...]
    literals: tuple[Elision, ...]


class _Found(NamedTuple):
    """What the patterns captured, by the captured nodes' ids."""

    functions: dict[int, "Node"]
    bodies: dict[int, "Node"]
    macros: dict[int, "Node"]
    names: dict[int, str]
    scopes: dict[int, "Node"]
    docs: dict[int, "Node"]
    literals: list["Node"]
    comments: list["Node"]


def outline(code: Code, language: Language, root: "Node") -> Outline:
    """Return what a source consists of.

    Args:
        root: of the source's syntax tree, which has no error.
    """
    found = _find(code_parse.matches(language, root), code.data)
    functions = _functions(code, language, found)
    strings = [elision for node in found.docs.values() if (elision := code_bodies.doc(code, node))]
    comments = [*_comments(code, language, found.comments), *strings]
    return Outline(
        tuple(functions),
        tuple(sorted(comments)),
        tuple(_literals(code, language, found.literals, functions)),
    )


def _find(matches: Iterable[Mapping[str, list["Node"]]], data: bytes) -> _Found:
    found = _Found({}, {}, {}, {}, {}, {}, [], [])
    for match in matches:
        for kind, into in (("function", found.functions), ("scope", found.scopes)):
            for node in match.get(kind, ()):
                into[node.id] = node
                name = _name(match, data)
                if name or node.id not in found.names:
                    found.names[node.id] = name
                for body in match.get("body", ()):
                    found.bodies[node.id] = body
                for value in match.get("macro", ()):
                    found.macros[node.id] = value
        found.literals.extend(match.get("data", ()))
        found.comments.extend(match.get("comment", ()))
        found.docs.update({node.start_byte: node for node in match.get("doc", ())})
    return found


def _name(match: Mapping[str, list["Node"]], data: bytes) -> str:
    """Return the name that a match captured: of a declaration in C what it declares, of a method with its type."""
    nodes = match.get("name")
    text = _text(nodes[0], data) if nodes else ""
    declared = _DECLARED_NAME.search(text)
    name = (declared[1] if declared else text).replace("::", ".").strip("'\"")
    owner = match.get("owner")
    if owner:
        words = re.findall(r"\w+", _text(owner[0], data).split("[")[0])
        return f"{words[-1]}.{name}" if words else name
    return name


def _text(node: "Node", data: bytes) -> str:
    return data[node.start_byte : min(node.end_byte, node.start_byte + _NAME_BYTES)].decode(errors="replace")


def _functions(code: Code, language: Language, found: _Found) -> list[Function]:
    nodes = {key: node for key, node in found.functions.items() if key in found.bodies or key in found.macros}
    ordered = sorted([*nodes.values(), *found.scopes.values()], key=lambda node: (node.start_byte, -node.end_byte))
    around: list[Node] = []
    inner_rows: dict[int, int] = {}
    qualified: dict[int, str] = {}
    for node in ordered:
        while around and around[-1].end_byte <= node.start_byte:
            around.pop()
        if around:
            rows = node.end_point.row - node.start_point.row + 1
            inner_rows[around[-1].id] = inner_rows.get(around[-1].id, 0) + rows
        outer = qualified[around[-1].id][-_NAME_BYTES:] if around else ""
        qualified[node.id] = ".".join(filter(None, (outer, found.names[node.id])))
        around.append(node)
    result = []
    for node in ordered:
        if node.id not in nodes:
            continue
        rows = node.end_point.row - node.start_point.row + 1
        is_container = rows >= _CONTAINER_ROWS and inner_rows.get(node.id, 0) >= _CONTAINER_SHARE * rows
        name = re.split(r"[.:#]", found.names[node.id])[-1]
        first, last = node.start_point.row, code_bodies.last_row(node)
        elision = _elision(code, language, node, found)
        result.append(
            Function(name, qualified[node.id], node.start_byte, node.end_byte, first, last, elision, is_container)
        )
    return result


def _elision(code: Code, language: Language, node: "Node", found: _Found) -> Elision | None:
    if node.id in found.macros:
        return code_bodies.macro(code, found.macros[node.id])
    body = found.bodies[node.id]
    return code_bodies.body(code, language, body, found.docs.get(body.start_byte))


def _comments(code: Code, language: Language, nodes: list["Node"]) -> list[Elision]:
    """Return what stands in for long comments: blocks, and runs of lines that are comments."""
    result = []
    runs: list[list[int]] = []
    columns: list[int] = []
    for node in nodes:
        first, last = node.start_point.row, code_bodies.last_row(node)
        start = code.starts[first]
        if code.data[start : node.start_byte].strip() or code.data[node.end_byte : code.end_of(last)].strip():
            continue
        if code.data.startswith(b"/*", node.start_byte):
            if last > first and (elision := code_bodies.comment(code, language, first, last, is_block=True)):
                result.append(elision)
        elif first != last or _DIRECTIVE.match(code.data, node.start_byte):
            continue
        elif runs and runs[-1][1] == first - 1 and columns[-1] == node.start_byte - start:
            runs[-1][1] = first
        else:
            runs.append([first, first])
            columns.append(node.start_byte - start)
    for first, last in runs:
        if last > first and (elision := code_bodies.comment(code, language, first, last, is_block=False)):
            result.append(elision)
    return result


def _literals(code: Code, language: Language, nodes: list["Node"], functions: list[Function]) -> Iterable[Elision]:
    """Return what stands in for the outermost long literals that have no functions in them."""
    starts = [function.start for function in functions]
    end = 0
    for node in sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte)):
        if node.start_byte < end or node.end_point.row - node.start_point.row < 2:
            continue
        if bisect_left(starts, node.start_byte) != bisect_left(starts, node.end_byte):
            continue
        row = node.start_point.row
        if _EXPORTS.search(code.data, code.starts[row], node.start_byte + 1):
            continue
        elision = code_bodies.literal(code, language, node)
        if elision:
            end = node.end_byte
            yield elision
