"""What is taken out of a builder's texts."""

import pytest

from adapters.engines.buildkit.masking import (
    argument_values,
    concealer,
    secret_values,
    settings_of,
    without_user,
)


def keep(text: str) -> str:
    return text


def redact(text: str) -> str:
    name, equals, _ = text.partition("=")
    return f"{name}=«redacted»" if equals and "TOKEN" in name and "\n" not in text else text


@pytest.mark.parametrize(
    ("values", "text", "shown"),
    [
        ({"TOKEN": "s3cret"}, "[2/3] RUN login s3cret", "[2/3] RUN login $TOKEN"),
        ({"TOKEN": "s3cret"}, "xs3crety", "x$TOKENy"),
        ({"TOKEN": "s3cret", "LONG": "s3cret-and-more"}, "s3cret-and-more", "$LONG"),
        ({"TOKEN": 'pa"ss'}, r'process "sh -c pa\"ss"', 'process "sh -c $TOKEN"'),
        ({"KEY": "BEGIN KEY\nabcdef\n"}, "[1/2] COPY abcdef /", "[1/2] COPY $KEY /"),
        ({"A": "a.*b"}, "aXXb a.*b", "aXXb $A"),
        ({"VERSION": "2"}, "[2/2] RUN echo 2", "[2/2] RUN echo 2"),
        ({"DEBUG": "false"}, "[2/2] RUN false", "[2/2] RUN false"),
        ({"EMPTY": ""}, "[2/2] RUN true", "[2/2] RUN true"),
        (
            {},
            "fetch https://u:p@host/a and ssh://git@host/b",
            "fetch https://host/a and ssh://host/b",
        ),
    ],
)
def test_values_of_arguments_are_put_back_to_their_names(
    values: dict[str, str], text: str, shown: str
) -> None:
    assert concealer(values.items(), [], keep)(text) == shown


def test_what_is_put_in_is_not_taken_for_a_value() -> None:
    conceal = concealer([("TOKEN", "abcdef"), ("KIND", "TOKEN")], [], keep)
    assert conceal("abcdef of kind TOKEN") == "$TOKEN of kind $KIND"


def test_in_a_flood_of_values_the_secrets_come_first() -> None:
    flood = [(f"ARG{number}", f"value {number}") for number in range(10_000, 20_000)]
    conceal = concealer(flood, [("TOKEN", "s3cret")], keep)
    assert conceal("[2/3] RUN login s3cret") == "[2/3] RUN login $TOKEN"
    assert conceal("value 10000 and value 19999") == "$ARG10000 and value 19999"


def test_short_values_of_secrets_are_found_where_they_stand_alone() -> None:
    conceal = concealer([], [("PIN", "12")], keep)
    assert conceal("unlock 12 of 123 or 12") == "unlock $PIN of 123 or $PIN"


def test_the_callers_redaction_has_the_last_word() -> None:
    assert concealer([], [], str.upper)("quiet") == "QUIET"


def test_secrets_are_what_the_callers_redaction_does_not_let_through() -> None:
    pairs = [("SHOP_TOKEN", "abc"), ("VERSION", "2"), ("SHOP_TOKEN", "def")]
    assert secret_values(pairs, redact) == [("SHOP_TOKEN", "abc"), ("SHOP_TOKEN", "def")]


def test_arguments_are_read_from_the_frontends_attributes() -> None:
    attrs = {"build-arg:A": "1", "build-arg:B:C": "2", "target": "x", "label:build-arg:D": "3"}
    assert argument_values(attrs) == [("A", "1"), ("B:C", "2")]


def test_settings_are_read_from_a_dockerfile() -> None:
    text = (
        "ARG NONE\nARG ONE=1\n  env TWO=\"2 2\" THREE='3'\nENV OLD the old way\n"
        "RUN export FOUR=4\nARG LATE=$ONE\nENV A=a \\\n  B=b `\r\n  C=c\nRUN x \\\n  D=d\n"
    )
    assert settings_of(text) == [
        ("ONE", "1"),
        ("TWO", "2 2"),
        ("THREE", "3"),
        ("OLD", "the old way"),
        ("LATE", "$ONE"),
        ("A", "a"),
        ("B", "b"),
        ("C", "c"),
    ]


@pytest.mark.parametrize("text", ["ENV " + "a" * 250_000, 'ENV A="' * 40_000, "ENV a " * 40_000])
def test_a_hostile_dockerfile_is_read_in_one_go(text: str) -> None:
    assert len(settings_of(text)) <= 40_000


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://skipper:pw@host/shop.git#main", "https://host/shop.git#main"),
        ("https://token@host/shop.git", "https://host/shop.git"),
        ("git@host:shop.git", "git@host:shop.git"),
        ("https://host/@scope/x", "https://host/@scope/x"),
        ("https://host/shop.git", "https://host/shop.git"),
    ],
)
def test_urls_lose_their_users(url: str, shown: str) -> None:
    assert without_user(url) == shown
