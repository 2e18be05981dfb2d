"""What compiled loops name of the tables they open, read from their sources."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Iterator
from types import CodeType
from typing import Any

from numba.core.dispatcher import Dispatcher


def columns_named(loop: Dispatcher, **tables: str) -> set[str]:
    """Return the columns, as ``table.column``, that a loop and those it calls name.

    Parameters
    ----------
    loop : compiled function
    **tables : str
        Its parameters that are opened tables, by the name of the table.
    """
    return set(_named(loop, tuple(sorted(tables.items()))))


@functools.cache
def _named(loop: Dispatcher, given: tuple[tuple[str, str], ...]) -> frozenset[str]:
    function = loop.py_func
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tables = {**dict(given), **{name: table for name, value in _assigned(tree) if (table := _opens(value))}}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            table = _opens(node.value) or tables.get(getattr(node.value, "id", ""))
            found |= {f"{table}.{node.attr}"} if table else set()
        elif isinstance(node, ast.Call) and isinstance(called := _called(node, function.__globals__), Dispatcher):
            handed = zip(inspect.signature(called.py_func).parameters, node.args, strict=False)
            passed = {name: tables[value.id] for name, value in handed if getattr(value, "id", "") in tables}
            found |= columns_named(called, **passed)
    return frozenset(found)


def _assigned(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Go through names and what is assigned to them, one by one where several are assigned at once."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            pairs = zip(target.elts, value.elts, strict=True) \
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) else [(target, value)]
            yield from ((one.id, of) for one, of in pairs if isinstance(one, ast.Name))


def _opens(node: ast.expr) -> str:
    """Return the table that an expression opens, '' where it opens none."""
    opens = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("opened", "opened_wide")
    return str(ast.literal_eval(node.args[0])) if opens else ""  # type: ignore[attr-defined]


def _called(node: ast.Call, names: dict[str, Any]) -> Any:
    """Return what a call calls, by the names that a module knows; None where these do not say."""
    parts = ast.unparse(node.func).split(".")
    called = names.get(parts[0])
    for part in parts[1:]:
        called = getattr(called, part, None)
    return called


def loops_given_columns(code: CodeType, names: dict[str, Any]) -> list[Dispatcher]:
    """Return the loops to which a function hands ``state.columns``; ``names`` are those its module knows."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)
             and any(getattr(value, "attr", "") == "columns" for value in node.args)]
    return [_called(node, names) for node in calls]
