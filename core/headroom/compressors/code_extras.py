"""Languages beyond the table of code_languages: those of tree-sitter-language-pack, by one generic rule.

What a grammar calls a function or method and gives a body is left out like any other. What stands in for it
depends only on how the language writes comments, and every result is parsed again, so that a language in which
the rule does not fit stays verbatim.
"""

import importlib.util
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from headroom.compressors.code_languages import Language
from headroom.types import PassThrough

if TYPE_CHECKING:
    import tree_sitter

PACK: Final = "tree_sitter_language_pack"
_INSTALL: Final = "pip install 'headroom-local[languages]'"

_COMMENTS: Final[dict[tuple[str, str], str]] = {
    ("/* ", " */"): (
        "kotlin .kt .kts; swift .swift; scala .scala .sc; dart .dart; groovy .groovy .gradle; objc .m .mm; d .d; "
        "zig .zig; v .v; odin .odin; solidity .sol; haxe .hx; apex .cls .trigger; actionscript .as; hack .hack; "
        "cuda .cu .cuh; glsl .glsl .vert .frag; hlsl .hlsl; wgsl .wgsl; ispc .ispc; arduino .ino; pony .pony; "
        "hare .ha; squirrel .nut; qmljs .qml; cairo .cairo; gleam .gleam; verilog .sv .svh"
    ),
    ("# ", ""): (
        "elixir .ex .exs; r .r; julia .jl; perl .pl .pm; nim .nim; fish .fish; tcl .tcl; powershell .ps1 .psm1; "
        "starlark .bzl .star; gdscript .gd; cmake .cmake; nix .nix"
    ),
    ("-- ", ""): "lua .lua; luau .luau; haskell .hs; elm .elm; purescript .purs; ada .adb .ads; vhdl .vhd .vhdl",
    ("% ", ""): "erlang .erl .hrl",
    ("! ", ""): "fortran .f90 .f95 .f03",
    ("(* ", " *)"): "ocaml .ml; ocaml_interface .mli",
    ("{ ", " }"): "pascal .pas .pp",
    ("// ", ""): "fsharp .fs .fsx",
    ("; ", ""): "clojure .clj .cljs .cljc; commonlisp .lisp; scheme .scm; racket .rkt; elisp .el; fennel .fnl",
}
"""Which languages, with their extensions, write a comment so."""
_BY_EXTENSION: Final = {
    extension: (row.split()[0], comment)
    for comment, rows in _COMMENTS.items()
    for row in rows.split("; ")
    for extension in row.split()[1:]
}

_FUNCTION: Final = re.compile(
    r"(?!.*(?:call|type|signature|reference|name|macro|modifier|parameter|argument|import|apply|application))"
    r".*(?:function|method|procedure|subroutine|constructor|(?:^|_)(?:func|fn|proc|sub|def|defun)(?:_|$)).*"
)
_BODY_FIELDS: Final = ("body", "block")
_BODY_KINDS: Final = (
    "function_body",
    "block",
    "body",
    "statement_block",
    "compound_statement",
    "code_block",
    "script_block",
)


def by_extension(extension: str) -> Language | None:
    """Return the language of the pack that files with an extension are written in; None when none is known.

    Args:
        extension: in lower case, with its dot.

    Raises PassThrough where it is known and the pack is not installed.
    """
    known = _BY_EXTENSION.get(extension)
    if known is None:
        return None
    name, comment = known
    if importlib.util.find_spec(PACK) is None:
        raise PassThrough(f"{name} needs {_INSTALL}")
    return Language(name, PACK, "", (extension,), entry=name, body="any", comment=comment)


def grammar(name: str) -> "tree_sitter.Language":
    """Return a grammar of the pack. Raises LookupError when it has none of this name."""
    pack = importlib.import_module(PACK)
    found: tree_sitter.Language = pack.get_language(name)
    return found


@cache
def patterns(name: str) -> str:
    """Return the generic patterns that fit a grammar of the pack."""
    from tree_sitter import Query, QueryError

    language = grammar(name)
    kinds = {
        kind
        for number in range(language.node_kind_count)
        if language.node_kind_is_named(number) and (kind := language.node_kind_for_id(number))
    }
    functions = sorted(kind for kind in kinds if _FUNCTION.fullmatch(kind))
    candidates = [f"({kind} {field}: (_) @body) @function" for kind in functions for field in _BODY_FIELDS]
    candidates += [
        f"({kind} ({body}) @body) @function" for kind in functions for body in _BODY_KINDS if body in kinds
    ]
    if language.field_id_for_name("name"):
        candidates += [f"({kind} name: (_) @name) @function" for kind in functions]
    candidates += [f"({kind}) @comment" for kind in sorted(kinds) if kind.endswith("comment")]
    fitting = []
    for candidate in candidates:
        try:
            Query(language, candidate)
        except QueryError:
            continue
        fitting.append(candidate)
    return "\n".join(fitting)
