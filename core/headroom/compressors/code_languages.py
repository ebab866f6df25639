"""The languages whose code can be shortened: one row each, with what a function is in its grammar.

A pattern is a tree-sitter query. What it captures says what may be done:

    @function   a function, method or lambda, with its @name and its @body (of a macro: @macro)
    @owner      the receiver of a method that stands outside its type
    @scope      what encloses functions and lends them its @name: a class, a module, an implementation
    @data       a literal that may be long
    @doc        a string that documents what it stands in
    @comment    a comment
"""

import re
from typing import Final, Literal, NamedTuple

BodyStyle = Literal["braces", "indented", "end", "shell", "any"]
"""How a body is written, and so what may stand in for it: code_bodies says what each one means."""


class Language(NamedTuple):
    """How to read one language, and what in it may be left out."""

    name: str
    module: str
    """The module with its grammar."""
    patterns: str
    extensions: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Names of files without an extension of their own."""
    shebangs: tuple[str, ...] = ()
    """Interpreters of scripts, without their version."""
    entry: str = "language"
    """The module's function that returns the grammar."""
    body: BodyStyle = "braces"
    comment: tuple[str, str] = ("/* ", " */")
    """What opens and closes a comment; one that ends with its line is closed by nothing."""


_PYTHON: Final = """
(function_definition name: (_) @name body: (block) @body) @function
(class_definition name: (_) @name) @scope
(module . (comment)* . (expression_statement (string) @doc))
(class_definition body: (block . (comment)* . (expression_statement (string) @doc)))
(function_definition body: (block . (expression_statement (string) @doc)))
(assignment right: [(dictionary) (list) (set) (tuple) (string) (concatenated_string)] @data)
(assignment right: (call arguments: (argument_list [(dictionary) (list) (set) (tuple)] @data)))
(comment) @comment
"""
_JAVASCRIPT: Final = """
(function_declaration name: (_) @name body: (_) @body) @function
(generator_function_declaration name: (_) @name body: (_) @body) @function
(method_definition name: (_) @name body: (_) @body) @function
(function_expression body: (_) @body) @function
(generator_function body: (_) @body) @function
(arrow_function body: (_) @body) @function
(class_static_block body: (_) @body) @function
(variable_declarator name: (_) @name value: (_) @function)
(assignment_expression left: (_) @name right: (_) @function)
(pair key: (_) @name value: (_) @function)
(class_declaration name: (_) @name) @scope
(class name: (_) @name) @scope
[(object) (array) (template_string)] @data
(comment) @comment
"""
_JAVASCRIPT_FIELDS: Final = "(field_definition property: (_) @name value: (_) @function)\n"
_TYPESCRIPT: Final = """
(public_field_definition name: (_) @name value: (_) @function)
(abstract_class_declaration name: (_) @name) @scope
(internal_module name: (_) @name) @scope
"""
_GO: Final = """
(function_declaration name: (_) @name body: (_) @body) @function
(method_declaration receiver: (_) @owner name: (_) @name body: (_) @body) @function
(func_literal body: (_) @body) @function
(composite_literal body: (_) @data)
(raw_string_literal) @data
(comment) @comment
"""
_RUST: Final = """
(function_item name: (_) @name body: (_) @body) @function
(closure_expression body: (block) @body) @function
(macro_definition name: (_) @name (macro_rule right: (_) @body) @function)
(impl_item type: (_) @name) @scope
(trait_item name: (_) @name) @scope
(mod_item name: (_) @name body: (_)) @scope
(array_expression) @data
(struct_expression body: (_) @data)
[(line_comment) (block_comment)] @comment
"""
_JAVA: Final = """
(method_declaration name: (_) @name body: (_) @body) @function
(constructor_declaration name: (_) @name body: (_) @body) @function
(compact_constructor_declaration name: (_) @name body: (_) @body) @function
(lambda_expression body: (block) @body) @function
(static_initializer (block) @body) @function
(class_declaration name: (_) @name) @scope
(interface_declaration name: (_) @name) @scope
(enum_declaration name: (_) @name) @scope
(record_declaration name: (_) @name) @scope
[(array_initializer) (element_value_array_initializer) (string_literal)] @data
[(line_comment) (block_comment)] @comment
"""
_C: Final = """
(function_definition declarator: (_) @name body: (compound_statement) @body) @function
(preproc_function_def name: (_) @name value: (_) @macro) @function
(initializer_list) @data
(comment) @comment
"""
_CPP: Final = """
(lambda_expression body: (_) @body) @function
(class_specifier name: (_) @name) @scope
(struct_specifier name: (_) @name) @scope
(namespace_definition name: (_) @name) @scope
(raw_string_literal) @data
"""
_C_SHARP: Final = """
(method_declaration name: (_) @name body: (block) @body) @function
(constructor_declaration name: (_) @name body: (block) @body) @function
(destructor_declaration name: (_) @name body: (block) @body) @function
(local_function_statement name: (_) @name body: (block) @body) @function
(operator_declaration body: (block) @body) @function
(conversion_operator_declaration body: (block) @body) @function
(accessor_declaration body: (block) @body) @function
(lambda_expression body: (block) @body) @function
(anonymous_method_expression (block) @body) @function
(class_declaration name: (_) @name) @scope
(struct_declaration name: (_) @name) @scope
(interface_declaration name: (_) @name) @scope
(record_declaration name: (_) @name) @scope
(namespace_declaration name: (_) @name) @scope
[(initializer_expression) (verbatim_string_literal) (raw_string_literal)] @data
(comment) @comment
"""
_RUBY: Final = """
(method name: (_) @name body: (_) @body) @function
(singleton_method name: (_) @name body: (_) @body) @function
(class name: (_) @name) @scope
(module name: (_) @name) @scope
[(hash) (array)] @data
(comment) @comment
"""
_PHP: Final = """
(function_definition name: (_) @name body: (_) @body) @function
(method_declaration name: (_) @name body: (_) @body) @function
(anonymous_function body: (_) @body) @function
(class_declaration name: (_) @name) @scope
(interface_declaration name: (_) @name) @scope
(trait_declaration name: (_) @name) @scope
(enum_declaration name: (_) @name) @scope
(array_creation_expression) @data
(comment) @comment
"""
_BASH: Final = """
(function_definition name: (_) @name body: (compound_statement) @body) @function
(array) @data
(comment) @comment
"""
_LINE: Final = ("# ", "")

LANGUAGES: Final[tuple[Language, ...]] = (
    Language(
        *("python", "tree_sitter_python", _PYTHON, (".py", ".pyi", ".pyw")),
        shebangs=("python", "pypy"),
        body="indented",
        comment=_LINE,
    ),
    Language(
        *(
            "javascript",
            "tree_sitter_javascript",
            _JAVASCRIPT + _JAVASCRIPT_FIELDS,
            (".js", ".mjs", ".cjs", ".jsx"),
        ),
        shebangs=("node", "bun", "deno"),
    ),
    Language(
        *("typescript", "tree_sitter_typescript", _JAVASCRIPT + _TYPESCRIPT, (".ts", ".mts", ".cts")),
        shebangs=("ts-node", "tsx"),
        entry="language_typescript",
    ),
    Language(
        *("tsx", "tree_sitter_typescript", _JAVASCRIPT + _TYPESCRIPT, (".tsx", ".js", ".jsx")),
        entry="language_tsx",
    ),
    Language("go", "tree_sitter_go", _GO, (".go",)),
    Language("rust", "tree_sitter_rust", _RUST, (".rs",)),
    Language("java", "tree_sitter_java", _JAVA, (".java",)),
    Language("c", "tree_sitter_c", _C, (".c", ".h")),
    Language(
        *("c++", "tree_sitter_cpp", _C + _CPP),
        (".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".h"),
    ),
    Language("c#", "tree_sitter_c_sharp", _C_SHARP, (".cs", ".csx")),
    Language(
        *("ruby", "tree_sitter_ruby", _RUBY, (".rb", ".rake", ".gemspec", ".ru")),
        files=("Rakefile", "Gemfile", "Vagrantfile", "Podfile"),
        shebangs=("ruby",),
        body="end",
        comment=_LINE,
    ),
    Language(
        *("php", "tree_sitter_php", _PHP, (".php", ".phtml", ".inc")), shebangs=("php",), entry="language_php"
    ),
    Language(
        *("bash", "tree_sitter_bash", _BASH, (".sh", ".bash", ".bats", ".ebuild")),
        files=(".bashrc", ".bash_profile", ".bash_aliases", ".profile"),
        shebangs=("bash", "sh", "dash"),
        body="shell",
        comment=_LINE,
    ),
)
"""Where several rows claim an extension, the first whose grammar reads the file without an error is right."""

_SHEBANG: Final = re.compile(
    r"#!\s*+(?:\S*/)?env\s++(?>(?:-\S++\s++)*)(?:\S*/)?([\w.+-]++)|#!\s*+(?:\S*/)?([\w.+-]++)"
)
_VERSION: Final = re.compile(r"[\d.]++$")


def by_path(path: str) -> tuple[Language, ...]:
    """Return the languages that a file may be written in, by its name; none when the name does not tell."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    extension = suffix(name)
    return tuple(row for row in LANGUAGES if name in row.files or (extension and extension in row.extensions))


def by_shebang(text: str) -> tuple[Language, ...]:
    """Return the languages that a script's first line names."""
    match = _SHEBANG.match(text[:200].split("\n", 1)[0])
    if not match:
        return ()
    interpreter = _VERSION.sub("", match[1] or match[2])
    return tuple(row for row in LANGUAGES if interpreter in row.shebangs)


def suffix(path: str) -> str:
    """Return the extension of a file's name in lower case, with its dot; empty when it has none."""
    _, dot, extension = path.replace("\\", "/").rsplit("/", 1)[-1].rpartition(".")
    return dot + extension.lower() if dot else ""
