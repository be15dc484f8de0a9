"""Notes are read by the rules of c2sp.org/signed-note, and by nothing looser."""

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.note import (
    SIGNATURE_LIMIT,
    Key,
    NoteRejected,
    parse_note,
    parse_vkey,
    sign_note,
    signers,
)

# The example of the specification, with the key of the Go library's own example.
EXAMPLE_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
)


def fake_sign(secret: bytes):
    return lambda data: sha256(secret + data).digest() * 2


def fake_check(public: bytes, signature: bytes, data: bytes) -> bool:
    return signature == sha256(public + data).digest() * 2


def key(name: str = "shipslog/1", secret: bytes = b"k" * 32) -> Key:
    return Key(name, secret)


def note(text: str = "text\n", by: Key | None = None) -> str:
    by = by or key()
    return sign_note(text, by, fake_sign(by.public))


def with_line(line: str) -> str:
    return f"text\n\n{line}\n"


def test_the_example_of_the_go_library_is_accepted():
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    def check(public, signature, data):
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
        except InvalidSignature:
            return False
        return True

    peter = parse_vkey(EXAMPLE_VKEY)
    assert peter.vkey == EXAMPLE_VKEY
    assert signers(parse_note(EXAMPLE_NOTE), [peter], check) == (peter,)
    with pytest.raises(NoteRejected):
        signers(parse_note(EXAMPLE_NOTE.replace("answer", "Answer")), [peter], check)


@given(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])),
    st.binary(min_size=32, max_size=32),
)
def test_what_was_signed_is_read_again_and_known_by_its_key(line, secret):
    signer = key("shipslog/é", secret)
    read = parse_note(note(f"{line}\nend\n", signer))
    assert read.text == f"{line}\nend\n"
    assert signers(read, [key("other"), signer], fake_check) == (signer,)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_read_again_from_its_text(public):
    signer = Key("shipslog/a", public)
    assert parse_vkey(signer.vkey) == signer


def test_a_text_may_have_blank_lines_of_its_own():
    assert parse_note(note("a\n\nb\n")).text == "a\n\nb\n"


def test_signatures_of_unknown_keys_are_ignored():
    stranger = Key("shipslog/1", b"s" * 32)
    assert signers(parse_note(note(by=stranger)), [key()], fake_check) == ()
    same_id_other_name = with_line(f"— other {base64.b64encode(key().id + b'x' * 64).decode()}")
    assert signers(parse_note(same_id_other_name), [key()], fake_check) == ()


def test_a_signature_that_claims_a_known_key_and_is_false_rejects_the_note():
    forged = with_line(f"— {key().name} {base64.b64encode(key().id + b'x' * 64).decode()}")
    with pytest.raises(NoteRejected, match="false"):
        signers(parse_note(forged), [key()], fake_check)


def test_a_signature_of_another_length_rejects_the_note():
    short = with_line(f"— {key().name} {base64.b64encode(key().id + b'x').decode()}")
    with pytest.raises(NoteRejected, match="false"):
        signers(parse_note(short), [key()], lambda *_: True)


def test_a_false_signature_next_to_a_true_one_rejects_the_note():
    forged = f"— {key().name} {base64.b64encode(key().id + b'x' * 64).decode()}\n"
    with pytest.raises(NoteRejected, match="false"):
        signers(parse_note(note() + forged), [key()], fake_check)


def test_sixteen_signatures_are_accepted_and_ten_thousand_are_not():
    line = note().split("\n")[-2]
    assert len(parse_note("text\n\n" + f"{line}\n" * 16).signatures) == 16
    with pytest.raises(NoteRejected, match=str(SIGNATURE_LIMIT)):
        parse_note("text\n\n" + f"{line}\n" * 10_000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        note()[:-1],
        note().replace("\n", "\r\n"),
        note().replace("\n\n", "\n"),
        note("te\x00xt\n"),
        note("te\txt\n"),
        "te\ud800xt\n\n— a eHh4eHh4\n",
        note().replace("— ", "- "),
        note().replace("— ", "—  "),
        note().replace("shipslog/1 ", "shipslog/1"),
        with_line("— a+b eHh4eHh4"),
        with_line("—  eHh4eHh4"),
        with_line("— a\u2003b eHh4eHh4"),
        with_line("— a eHh4"),
        with_line("— a !!!!"),
        with_line("— a eHh4eHh4eA"),
        with_line("— a eHh4eHh4eB=="),
        with_line("— a eHh4eHh4 "),
        note() + "\n",
        note() + "more\n",
    ],
)
def test_whatever_breaks_the_format_is_rejected(text):
    with pytest.raises(NoteRejected):
        parse_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        EXAMPLE_VKEY.replace("c74f20a3", "c74f20a4"),
        EXAMPLE_VKEY.replace("c74f20a3", "C74F20A3"),
        EXAMPLE_VKEY.replace("Peter", "Pater"),
        EXAMPLE_VKEY.replace("+ARpc", "+AhpC"),
        EXAMPLE_VKEY[:-4],
        EXAMPLE_VKEY + "\n",
        "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_text_that_is_no_key_is_rejected(text):
    with pytest.raises(NoteRejected):
        parse_vkey(text)


@given(st.text())
def test_no_text_does_more_harm_than_being_rejected(text):
    for read in (parse_note, parse_vkey):
        try:
            read(text)
        except NoteRejected as error:
            assert str(error)
