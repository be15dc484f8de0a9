"""What the code may not even be able to do, held against its syntax.

Only the named modules reach an engine; nothing is run or imported because data says so; and no
widget guesses whether a foreign text is markup.
"""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Which modules may know what of the outside world; those of other names know nothing of it.
NETWORK = {
    "adapters/engines/connection.py": {"docker", "requests", "urllib3"},
    "adapters/engines/transports.py": {"docker", "requests", "socket", "urllib3"},
    "adapters/engines/ssh.py": {"docker.transport", "socket", "urllib3"},
    "adapters/engines/ssh_socket.py": {"select", "socket", "subprocess"},
    "adapters/engines/pipes.py": {"docker", "requests", "urllib3"},
    "adapters/engines/reasons.py": {"socket", "ssl", "urllib3.exceptions"},
    "adapters/engines/certificates.py": {"docker.tls"},
    "adapters/engines/contexts.py": {"docker.constants", "docker.errors", "docker.tls"},
    "adapters/engines/endpoints.py": {"docker.errors", "docker.tls"},
    "adapters/engines/buildkit/calls.py": {"grpc"},
    "adapters/engines/buildkit/lines.py": {"grpc", "socket"},
    "adapters/engines/buildkit/upgrade.py": {"socket"},
}
NETWORK_MODULES = words(
    "docker requests urllib urllib3 http socket socketserver ssl grpc asyncio selectors select "
    "ftplib smtplib poplib imaplib telnetlib nntplib xmlrpc wsgiref aiohttp httpx httplib2 "
    "websocket websockets paramiko asyncssh pycurl psycopg"
)
HARMLESS = frozenset({"urllib.parse"})
"""It cuts texts into parts and opens nothing."""

NETWORK_TOOLS = words(
    "curl wget nc ncat netcat socat ssh scp sftp telnet rsync git docker podman nerdctl"
)

RUNS_DATA = words(
    "pickle cPickle _pickle marshal shelve dill cloudpickle joblib jsonpickle yaml runpy code "
    "codeop pdb ctypes cffi pty"
)

FORBIDDEN_CALLS = words(
    "os.system os.popen os.execl os.execle os.execlp os.execv os.execve os.execvp os.execvpe "
    "os.posix_spawn os.posix_spawnp os.spawnl os.spawnv os.spawnve os.spawnvp os.fork "
    "subprocess.getoutput subprocess.getstatusoutput"
)
FORBIDDEN_NAMES = frozenset({"eval", "exec", "compile", "__import__", "breakpoint"})
FORBIDDEN_ATTRIBUTES = frozenset(
    ["from_env", "DockerClient", "enable_load_extension", "load_extension", "resolve_topic"]
)

PLAIN_TEXT = "app/desktop/plain_text.py"
GUESSES_MARKUP = words(
    "QLabel QMessageBox QErrorMessage QToolTip QWhatsThis QTextDocument QTextEdit QTextBrowser "
    "QGraphicsTextItem QProgressDialog QSplashScreen"
)

GUESSING_METHODS = words(
    "setToolTip setWhatsThis setStatusTip setHtml setMarkdown setTextFormat appendHtml insertHtml "
    "showText setDetailedText setInformativeText"
)
PLAIN_ALREADY = {"app/desktop/static_texts.py": {"setTextFormat"}}
"""It tells Qt to take its texts as they are."""
REACHES_OUT = words(
    "QDesktopServices QNetworkAccessManager QTcpSocket QSslSocket QLocalSocket QProcess "
    "QSqlDatabase QWebEngineView QPluginLoader QLibrary QQmlEngine QQuickView"
)


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax of every module, by its path."""
    packages = ("app", "adapters", "domain")
    files = [file for package in packages for file in TOP.glob(f"{package}/**/*.py")]
    return {file.relative_to(TOP).as_posix(): ast.parse(file.read_text()) for file in files}


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """All that every module consists of, with the module's path."""
    return [(name, node) for name, tree in trees().items() for node in ast.walk(tree)]


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports, or the names out of them."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def dotted(node: ast.AST) -> str:
    """`os.system` of an attribute or name; nothing of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def is_within(module: str, allowed: Iterable[str]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in allowed)


def test_the_whole_program_is_looked_at():
    assert len(trees()) > 300
    assert set(NETWORK) < set(trees())


def unexpected(name: str, node: ast.AST) -> list[str]:
    """What a statement imports that its module is not to know."""
    known = HARMLESS | NETWORK.get(name, set())
    return [
        module
        for module in imported(node)
        if module.split(".")[0] in NETWORK_MODULES and not is_within(module, known)
    ]


def test_only_the_named_modules_know_how_to_reach_anything():
    assert [(name, found) for name, node in nodes() if (found := unexpected(name, node))] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("app/desktop/sample.py", "import socket"),
        ("app/cli/report.py", "from urllib.request import urlopen"),
        ("app/cli/report.py", "from urllib import request"),
        ("adapters/reports/html.py", "import http.client"),
        ("adapters/reports/html.py", "from http import client"),
        ("adapters/engines/contexts.py", "import docker"),
        ("adapters/engines/contexts.py", "from docker import APIClient"),
        ("adapters/engines/connection.py", "import socket"),
        ("domain/book.py", "import grpc"),
    ],
)
def test_any_other_way_to_the_network_would_be_noticed(name, code):
    (statement,) = ast.parse(code).body
    assert unexpected(name, statement)


def test_only_the_connection_makes_a_client_of_the_docker_sdk():
    assert who_names("APIClient") == {"adapters/engines/transports.py"}
    assert who_names("new_client") == {
        "adapters/engines/connection.py",
        "adapters/engines/transports.py",
    }


def who_names(what: str) -> set[str]:
    """The modules that define, import or call something of this name."""
    return {
        name
        for name, node in nodes()
        if (isinstance(node, ast.FunctionDef) and node.name == what)
        or (isinstance(node, ast.Name | ast.Attribute) and dotted(node).endswith(what))
        or any(module.endswith(f".{what}") for module in imported(node))
    }


def test_a_process_is_started_by_no_network_tool():
    starting = {
        name for name, node in nodes() if any(is_within(m, {"subprocess"}) for m in imported(node))
    }
    tools = {
        (name, node.value)
        for name, node in nodes()
        if name in starting - {"adapters/engines/ssh_socket.py"}
        and isinstance(node, ast.Constant)
        and node.value in NETWORK_TOOLS
    }
    assert tools == set()
    assert not any(name.startswith("domain/") for name in starting)


def test_no_process_is_given_to_a_shell():
    shells = [
        name for name, node in nodes() if isinstance(node, ast.keyword) and node.arg == "shell"
    ]
    assert shells == []


def test_nothing_that_runs_what_it_reads_is_imported():
    strange = {
        (name, module)
        for name, node in nodes()
        for module in imported(node)
        if module.split(".")[0] in RUNS_DATA
    }
    assert strange == set()


def test_nothing_is_evaluated_and_nothing_is_run_by_a_shell():
    strange = {
        (name, dotted(node.func))
        for name, node in nodes()
        if isinstance(node, ast.Call) and (dotted(node.func) in FORBIDDEN_CALLS | FORBIDDEN_NAMES)
    }
    assert strange == set()


def test_names_that_open_engines_or_load_code_do_not_occur():
    strange = {
        (name, dotted(node))
        for name, node in nodes()
        if isinstance(node, ast.Attribute | ast.Name)
        and dotted(node).rpartition(".")[2] in FORBIDDEN_ATTRIBUTES
    }
    assert strange == set()


def test_a_module_is_imported_by_a_name_that_stands_in_the_code():
    calls = [
        (name, node)
        for name, node in nodes()
        if isinstance(node, ast.Call) and dotted(node.func).endswith("import_module")
    ]
    assert calls
    assert all(
        len(node.args) == 1 and isinstance(node.args[0], ast.Constant) for _, node in calls
    ), calls


def test_no_array_is_read_with_objects_in_it():
    strange = [
        name
        for name, node in nodes()
        if isinstance(node, ast.keyword)
        and node.arg == "allow_pickle"
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    assert strange == []


def qt_names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {alias.name for alias in node.names}
    return (
        {dotted(node).rpartition(".")[2]} if isinstance(node, ast.Name | ast.Attribute) else set()
    )


def test_what_guesses_whether_a_text_is_markup_is_used_in_one_module_only():
    users = {name for name, node in nodes() if qt_names(node) & GUESSES_MARKUP}
    assert users == {PLAIN_TEXT}


def test_texts_that_qt_may_take_for_markup_are_set_in_one_module_only():
    users = {
        name
        for name, node in nodes()
        if isinstance(node, ast.Attribute)
        and node.attr in GUESSING_METHODS - PLAIN_ALREADY.get(name, set())
    }
    assert users == {PLAIN_TEXT}


def test_the_window_has_nothing_that_reaches_out():
    users = {(name, *found) for name, node in nodes() if (found := qt_names(node) & REACHES_OUT)}
    assert users == set()
