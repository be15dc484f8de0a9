import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.references import familiar, is_tag

DIGEST = "sha256:" + "a" * 64

words = st.from_regex(r"[g-z][g-z0-9]{0,8}", fullmatch=True)
repositories = st.lists(words, min_size=1, max_size=3).map("/".join)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("web", "web:latest"),
        ("web:1", "web:1"),
        ("shop/web", "shop/web:latest"),
        ("docker.io/library/web", "web:latest"),
        ("docker.io/library/web:1", "web:1"),
        ("docker.io/shop/web:1", "shop/web:1"),
        ("index.docker.io/library/web", "web:latest"),
        ("index.docker.io/shop/web:2", "shop/web:2"),
        ("localhost:5000/web", "localhost:5000/web:latest"),
        ("localhost:5000/web:1", "localhost:5000/web:1"),
        ("localhost/web:1", "localhost/web:1"),
        (f"web@{DIGEST}", f"web@{DIGEST}"),
        (f"web:1@{DIGEST}", f"web:1@{DIGEST}"),
        (f"docker.io/library/web@{DIGEST}", f"web@{DIGEST}"),
        (DIGEST, DIGEST),
        ("a" * 64, "a" * 64),
        ("0123456789ab", "0123456789ab"),
        ("<none>:<none>", "<none>:<none>"),
        ("0123456789abcdef:1", "0123456789abcdef:1"),
    ],
)
def test_a_name_has_one_familiar_form(typed, listed):
    assert familiar(typed) == listed


@given(repositories, tags)
def test_the_familiar_form_is_familiar_already(repository, tag):
    assert familiar(f"{repository}:{tag}") == f"{repository}:{tag}"
    assert familiar(familiar(repository)) == familiar(repository) == f"{repository}:latest"


@given(repositories, tags)
def test_docker_hubs_host_makes_no_difference(repository, tag):
    assert familiar(f"docker.io/{repository}:{tag}") == f"{repository}:{tag}"


@given(st.text())
def test_any_text_has_a_familiar_form(text):
    assert isinstance(familiar(text), str)


@pytest.mark.parametrize("name", ["web:1", "localhost:5000/shop/web:latest", "docker.io/web:1"])
def test_a_tag_is_a_tag(name):
    assert is_tag(name)


@pytest.mark.parametrize(
    "name",
    ["", DIGEST, "a" * 64, f"web@{DIGEST}", f"moby-dangling@{DIGEST}", "<none>:<none>", "<none>"],
)
def test_digests_ids_and_marks_for_none_are_no_tags(name):
    assert not is_tag(name)
