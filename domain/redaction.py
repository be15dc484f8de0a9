"""Secrets are taken out before anything is written: what is stored is stored for ever.

Rules go by the form of a value (tokens that announce themselves), by the name it is given
(`--password x`, `API_KEY=x`, a label named `…secret`), and by its place (`user:password@host`).
What they take out is replaced by a mark that names the rule, and counted by rule.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

KeyedHash = Callable[[str], str]
"""Gives a short digest of a value under a key of the store: a change shows, the value does not."""


class Rule(NamedTuple):
    """A form by which a secret is known; the group `secret` of the pattern is taken out."""

    name: str
    signs: tuple[str, ...]
    """Of these at least one is in every match, in lower case: most texts have none of them."""
    pattern: re.Pattern[str]


def _rule(name: str, signs: str, pattern: str, flags: int = 0) -> Rule:
    return Rule(name, tuple(signs.lower().split()), re.compile(pattern, flags))


SECRET_NAME = re.compile(
    r"pass(?:wd|word|phrase)?(?:$|[^a-z])|passw|pwd|secret|token|api[_.-]?key|access[_.-]?key"
    r"|private[_.-]?key|encryption[_.-]?key|signing[_.-]?key|credential|auth(?!or)|dsn|cookie"
    r"|session[_.-]?key|_key$|[_.-]key$|^key$|connection[_.-]?string|salt$",
    re.IGNORECASE,
)
"""Names whose values are secrets, of variables, options, labels and build arguments."""

_NAME_SIGNS: tuple[str, ...] = (
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "dsn",
    "cookie",
    "session",
)
_NAME_SIGNS += ("connection", "salt")

# Forms that the makers of the tokens publish. Lengths are theirs.
FORMS: tuple[Rule, ...] = (
    _rule(
        "private key",
        "-----begin",
        r"(?P<secret>-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
        r"(?:-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|\Z))",
    ),
    _rule("url password", "://", r"(?<=[a-z0-9+.-])://[^\s/:@]*+:(?P<secret>[^\s/@]++)@", re.I),
    _rule("url user", "://", r"https?://(?P<secret>[^\s/:@?#]{8,})@", re.IGNORECASE),
    _rule(
        "json web token",
        "eyj",
        r"(?<![\w-])(?=[\w-]*+\.eyJ[\w-]{8,}+\.)[\w-]*?"
        r"(?P<secret>\beyJ[\w-]{8,}+\.eyJ[\w-]{8,}+\.[\w-]*+)",
    ),
    _rule(
        "aws key id", "akia asia abia acca", r"(?P<secret>\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b)"
    ),
    _rule(
        "github token", "gh github_pat_", r"(?P<secret>\b(?:gh[pousr]_\w{36,}|github_pat_\w{22,}))"
    ),
    _rule("gitlab token", "gl", r"(?P<secret>\bgl(?:pat|dt|rt|ptt|agent|soat)-[\w-]{20,})"),
    _rule(
        "slack token", "xox xapp-", r"(?P<secret>\bxox[abeoprs]-[\w-]{10,}|\bxapp-\d-[\w-]{10,})"
    ),
    _rule(
        "slack webhook", "hooks.slack.com", r"hooks\.slack\.com/services/(?P<secret>\w+/\w+/\w+)"
    ),
    _rule("google api key", "aiza", r"(?P<secret>\bAIza[\w-]{35}\b)"),
    _rule("google oauth token", "ya29.", r"(?P<secret>\bya29\.[\w-]{20,})"),
    _rule("stripe key", "k_live_ k_test_", r"(?P<secret>\b(?:sk|rk|pk)_(?:live|test)_\w{16,})"),
    _rule("openai key", "sk-", r"(?P<secret>\bsk-[\w-]{20,})"),
    _rule("npm token", "npm_", r"(?P<secret>\bnpm_\w{36}\b)"),
    _rule("pypi token", "pypi-", r"(?P<secret>\bpypi-AgE[\w-]{50,})"),
    _rule("docker token", "dckr_", r"(?P<secret>\bdckr_(?:pat|oat)_[\w-]{20,})"),
    _rule("sendgrid key", "sg.", r"(?P<secret>\bSG\.[\w-]{16,}\.[\w-]{16,})"),
    _rule("twilio key", "sk ac", r"(?P<secret>\b(?:SK|AC)[0-9a-f]{32}\b)"),
    _rule(
        "azure key",
        "accountkey= sharedaccesskey= sig=",
        r"(?:AccountKey|SharedAccessKey|sig)=(?P<secret>[\w+/%-]{30,}={0,2})",
    ),
    _rule("digitalocean token", "_v1_", r"(?P<secret>\bdo[opr]_v1_[0-9a-f]{64}\b)"),
    _rule("hashicorp token", "hv", r"(?P<secret>\bhv[sbr]\.[\w-]{20,})"),
    _rule("telegram token", ":aa", r"(?P<secret>\b\d{8,10}:AA[\w-]{33}\b)"),
    _rule(
        "authorization",
        "bearer basic token",
        r"\b(?:Bearer|Basic|Token)\s+(?P<secret>[\w.~+/=-]{8,})",
        re.IGNORECASE,
    ),
)

# `--password=x`, `PASSWORD=x`, `password: x`, `"password": "x"` in running text.
_ASSIGNED = re.compile(
    r"(?<![\w.-])(?:(?![A-Za-z_])[\w.-])*+(?P<name>[A-Za-z_][\w.-]*+)"
    r"(?:[\"']?\s*=\s*[\"']?|[\"']?\s*:\s+[\"']?|[\"']\s*:\s*[\"'])"
)
_ASSIGNED_VALUE = re.compile(r"[^\s\"',;&]+")
# `--password x`; any word with a hyphen in it.
_LONG_OPTION = re.compile(r"(?<![\w.-])(?P<name>[\w.]*+-[\w.-]*+)[ =]")
_OPTION_VALUE = re.compile(r"[^\s\"'-]\S*")
# mysql, mongo, redis-cli and others take the password right after the letter.
_SHORT_PASSWORD = re.compile(r"(?<!\S)-(?P<name>[pa])(?P<secret>(?!\d{1,5}(?::|\s|$))[^\s-]\S+)")
# Elsewhere `-p` begins many words; those with a capital or digit after it are no options.
_ANY_SHORT_PASSWORD = re.compile(
    r"(?<!\S)-p(?P<secret>(?=\S*[A-Z0-9])(?!\d+(?:[:/\s]|$))[^\s:/=-][^\s:/=]{3,})(?=\s|$)"
)
# These take it as the next word.
_SEPARATE_PASSWORD = tuple(
    (re.compile(program), re.compile(rf"(?<=\s){option}\s++(?P<secret>\S+)"))
    for program, option in ((r"\bredis-cli\b", "-a"), (r"\bsshpass\b", "-p"), (r"\bldap\w", "-w"))
)
_TAKES_SHORT_PASSWORD = re.compile(
    r"\b(?:mysql\w*|mariadb\w*|mongo\w*|redis-cli|sshpass|7z|zip|psql|ldap\w+|smbclient)\b"
)
_CURL_USER = re.compile(r"(?<!\S)(?:-u|--user)[ =]?(?P<name>[^\s:]+):(?P<secret>\S+)")


_SHORT = 256


class Redacted(NamedTuple):
    """A text without its secrets, and how many were taken out by which rule."""

    text: str
    counts: Counter[str]


_MARK = "«redacted"


def mark(rule: str) -> str:
    """What stands where a secret stood."""
    return f"{_MARK}: {rule}»"


def redact(text: str) -> Redacted:
    """The text without what looks like a secret, by form or by the name before it."""
    # The same labels and commands come again and again, and looking takes 30 us.
    return _redact_short(text) if len(text) <= _SHORT else _redact(text)


@lru_cache(maxsize=8192)
def _redact_short(text: str) -> Redacted:
    return _redact(text)


def _redact(text: str) -> Redacted:
    counts: Counter[str] = Counter()
    lower = text.lower()
    for rule in FORMS:
        if any(sign in lower for sign in rule.signs):
            text = _replace(rule.pattern, text, rule.name, counts)
    if any(sign in lower for sign in _NAME_SIGNS):
        text = _replace_named(_ASSIGNED, _ASSIGNED_VALUE, text, counts)
        text = _replace_named(_LONG_OPTION, _OPTION_VALUE, text, counts)
    if "-" in text:
        text = _replace(_CURL_USER, text, "user option", counts)
        text = _replace(_ANY_SHORT_PASSWORD, text, "short option", counts)
        if _TAKES_SHORT_PASSWORD.search(text):
            text = _replace(_SHORT_PASSWORD, text, "short option", counts)
            text = "\n".join(_without_separate(line, counts) for line in text.split("\n"))
    return Redacted(text, counts)


def is_secret_name(name: str) -> bool:
    """Whether what has this name is a secret."""
    return _is_secret_name(name) if len(name) <= _SHORT else _looks_secret(name)


def _looks_secret(name: str) -> bool:
    return SECRET_NAME.search(name) is not None


_is_secret_name = lru_cache(maxsize=8192)(_looks_secret)


def redact_named(name: str, value: str) -> Redacted:
    """The value without secrets; all of it where its name says that it is one."""
    if value and is_secret_name(name):
        return Redacted(mark("name"), Counter({"name": 1}))
    return redact(value)


def redact_all(named: Mapping[str, str]) -> tuple[dict[str, str], Counter[str]]:
    """Labels, attributes or arguments without secrets."""
    counts: Counter[str] = Counter()
    clean = {}
    for name, value in named.items():
        redacted = redact_named(name, value)
        clean[name] = redacted.text
        counts += redacted.counts
    return clean, counts


def redact_words(words: Sequence[str]) -> tuple[tuple[str, ...], Counter[str]]:
    """A command line, word by word, without secrets: the value may be the next word."""
    counts: Counter[str] = Counter()
    clean: list[str] = []
    takes_short = any(_TAKES_SHORT_PASSWORD.search(word) for word in words[:3])
    secret_follows = False
    for word in words:
        if secret_follows and not word.startswith("-"):
            clean.append(mark("name"))
            counts["name"] += 1
            secret_follows = False
            continue
        redacted = redact(word)
        text = redacted.text
        counts += redacted.counts
        if takes_short:
            text = _replace(_SHORT_PASSWORD, text, "short option", counts)
        clean.append(text)
        option = word.lstrip("-")
        secret_follows = word.startswith("-") and "=" not in word and is_secret_name(option)
    return tuple(clean), counts


def _replace(pattern: re.Pattern[str], text: str, rule: str, counts: Counter[str]) -> str:
    def put_mark(match: re.Match[str]) -> str:
        if match["secret"].startswith(_MARK):
            return match[0]
        counts[rule] += 1
        start, end = match.span("secret")
        begin = match.start()
        return match[0][: start - begin] + mark(rule) + match[0][end - begin :]

    return pattern.sub(put_mark, text)


def _replace_named(
    naming: re.Pattern[str], value: re.Pattern[str], text: str, counts: Counter[str]
) -> str:
    """The text without the values that follow the names of secrets.

    What follows another name is looked at again: it may begin with the name of a secret itself.
    """
    kept: list[str] = []
    done = 0
    for named in naming.finditer(text):
        if named.start() < done or not is_secret_name(named["name"]):
            continue
        secret = value.match(text, named.end())
        if secret is not None and not secret[0].startswith(_MARK):
            kept += (text[done : named.end()], mark("name"))
            done = secret.end()
            counts["name"] += 1
    return "".join((*kept, text[done:]))


def _without_separate(line: str, counts: Counter[str]) -> str:
    for program, option in _SEPARATE_PASSWORD:
        if found := program.search(line):
            rest = _replace(option, line[found.end() :], "short option", counts)
            line = line[: found.end()] + rest
    return line
