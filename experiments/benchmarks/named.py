"""What compiled loops name of the tables they open, read from their sources.

Only plain forms are followed, so that nothing can be named unseen: ``dens = opened("dens", columns)``, alone or
several side by side; ``dens.status`` anywhere; a table, or ``columns``, handed to another loop by position. All else
is refused.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Iterator
from types import CodeType
from typing import Any

from numba.core.dispatcher import Dispatcher

OPENERS = ("opened", "opened_wide")


class NotFollowedError(AssertionError):
    """A loop, or who calls it, does with tables what cannot be followed."""


def columns_named(loop: Dispatcher, **tables: str) -> set[str]:
    """Return the columns, as ``table.column``, that a loop and those it calls name.

    Parameters
    ----------
    loop : compiled function
    **tables : str
        Its parameters that are opened tables, by the name of the table.

    Raises
    ------
    NotFollowedError
        If it does with tables what cannot be followed.
    """
    return set(_named(loop, tuple(sorted(tables.items()))))


@functools.cache
def _named(loop: Dispatcher, given: tuple[tuple[str, str], ...]) -> frozenset[str]:
    function = loop.py_func
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tables, plain = {**dict(given), "columns": ""}, set()
    for target, value in _assigned(tree):
        if table := _opens(value):
            if not isinstance(target, ast.Name) or tables.get(target.id, table) != table:
                raise NotFollowedError(f"{function.__name__}: {ast.unparse(target)} = {ast.unparse(value)}")
            tables[target.id] = table
            plain |= {id(target), id(value)}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base = node.value
            table = _opens(base) or (tables.get(base.id, "") if isinstance(base, ast.Name) else "")
            found |= {f"{table}.{node.attr}"} if table else set()
            plain |= {id(base)} if table else set()
        elif isinstance(node, ast.Call) and _opens(node):
            plain.add(id(node.args[1]))
        elif isinstance(node, ast.Call) and isinstance(called := _called(node, function.__globals__), Dispatcher):
            handed = list(zip(inspect.signature(called.py_func).parameters, node.args, strict=False))
            passed = {name: tables[value.id] for name, value in handed
                      if isinstance(value, ast.Name) and value.id in tables}
            _same_name(function, passed)
            plain |= {id(value) for name, value in handed if name in passed}
            found |= columns_named(called, **{name: table for name, table in passed.items() if table})
    _all_plain(function, tree, tables, plain)
    return frozenset(found)


def _all_plain(function: Any, tree: ast.AST, tables: dict[str, str], plain: set[int]) -> None:
    """Refuse every other use of a table, of ``columns`` and of what opens tables."""
    for node in ast.walk(tree):
        used = node.id in tables if isinstance(node, ast.Name) else bool(_opens(node))
        if used and id(node) not in plain:
            raise NotFollowedError(f"{function.__name__}: {ast.unparse(node)}, line {node.lineno}")


def _same_name(function: Any, passed: dict[str, str]) -> None:
    wrong = [name for name, table in passed.items() if (not table) != (name == "columns")]
    if wrong:
        raise NotFollowedError(f"{function.__name__}: hands what is not columns as columns, or columns as {wrong[0]}")


def _assigned(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Go through targets and what is assigned to them, one by one where several stand side by side."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            yield from zip(target.elts, value.elts, strict=True) if both else [(target, value)]


def _opens(node: ast.AST) -> str:
    """Return the table that an expression opens, '' where it opens none."""
    opens = isinstance(node, ast.Call) and getattr(node.func, "id", "") in OPENERS
    return str(ast.literal_eval(node.args[0])) if opens else ""  # type: ignore[attr-defined]


def _called(node: ast.Call, names: dict[str, Any]) -> Any:
    """Return what a call calls, by the names that a module knows; None where these do not say."""
    parts = ast.unparse(node.func).split(".")
    called = names.get(parts[0])
    for part in parts[1:]:
        called = getattr(called, part, None)
    return called


def loops_given_columns(code: CodeType, names: dict[str, Any]) -> list[Dispatcher]:
    """Return the loops to which a function hands ``state.columns``; ``names`` are those its module knows.

    Raises
    ------
    NotFollowedError
        If it does anything else with them than to hand them to a loop, as the first argument.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "columns"]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args and node.args[0] in uses]
    loops = [_called(node, names) for node in calls]
    if len(calls) != len(uses) or not all(isinstance(loop, Dispatcher) for loop in loops):
        raise NotFollowedError(f"{code.co_name}: does something else with columns than to hand them to a loop")
    return loops
