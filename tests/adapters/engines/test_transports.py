"""That there is one way out to engines, whatever its kind."""

import ast
from pathlib import Path

import pytest

import adapters

TOP = Path(adapters.__file__).parents[1]


@pytest.fixture(scope="module")
def users_of():
    """Gives the modules that import one of these names, or call it as something's own."""
    used = {
        file.relative_to(TOP).as_posix(): set().union(
            *map(named, ast.walk(ast.parse(file.read_text())))
        )
        for package in ("app", "adapters", "domain")
        for file in (TOP / package).rglob("*.py")
    }
    return lambda *names: {file for file, those in used.items() if those & set(names)}


def named(node):
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return {name}
        case ast.ImportFrom(names=aliases) | ast.Import(names=aliases):
            return {alias.name for alias in aliases}
    return set()


def test_only_a_connection_makes_a_client_and_only_the_builders_door_dials(users_of):
    transports = {"adapters/engines/transports.py"}
    assert users_of("APIClient", "DockerClient", "from_env") == transports
    assert users_of("SshAdapter", "SshSocket") == transports
    assert users_of("new_client") == {"adapters/engines/connection.py"}
    assert users_of("dial") == {"adapters/engines/buildkit/upgrade.py"}
