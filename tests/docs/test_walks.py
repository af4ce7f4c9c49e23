import ast

import pytest
from tests.walks import SOURCE, walk

LONGEST = {"A list": 25, "A version": 18, "An event": 14}


def names_of(file):
    """Qualified names of the functions of a file."""
    tree = ast.parse((SOURCE / file).read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    functions = [("", node) for node in tree.body]
    functions += [(f"{each.name}.", node) for each in classes for node in each.body]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {before + node.name for before, node in functions if isinstance(node, kinds)}


@pytest.mark.parametrize("title", LONGEST)
def test_walk_names_functions_that_there_are(title):
    missing = [(file, name) for file, name in walk(title) if name not in names_of(file)]
    assert missing == []


@pytest.mark.parametrize(("title", "most"), LONGEST.items())
def test_walk_goes_through_each_file_once_and_few(title, most):
    files = [file for file, _ in walk(title)]
    assert len(files) == len(set(files))
    assert 10 <= len(files) <= most
