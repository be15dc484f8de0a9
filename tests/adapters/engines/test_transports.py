"""That there is one way out to engines, whatever its kind."""

import ast
from pathlib import Path

import adapters

TOP = Path(adapters.__file__).parents[1]


def users_of(*names):
    """The modules that import one of these names, or call it as something's own."""
    return {
        file.relative_to(TOP).as_posix()
        for package in ("app", "adapters", "domain")
        for file in (TOP / package).rglob("*.py")
        if any(name in file.read_text() for name in names)
        and any(named(node) & set(names) for node in ast.walk(ast.parse(file.read_text())))
    }


def named(node):
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return {name}
        case ast.ImportFrom(names=aliases) | ast.Import(names=aliases):
            return {alias.name for alias in aliases}
    return set()


def test_only_a_connection_makes_a_client_and_only_the_builders_door_dials():
    transports = {"adapters/engines/transports.py"}
    assert users_of("APIClient", "DockerClient", "from_env") == transports
    assert users_of("SshAdapter") == transports
    assert users_of("SshSocket") == transports | {"adapters/engines/ssh.py"}
    assert users_of("new_client") == {"adapters/engines/connection.py"}
    assert users_of("dial") == {"adapters/engines/buildkit/upgrade.py"}


def test_ssh_is_the_only_program_that_the_way_to_an_engine_starts():
    starting = {name for name in users_of("subprocess") if name.startswith("adapters/engines/")}
    assert starting == {"adapters/engines/ssh_socket.py"}
