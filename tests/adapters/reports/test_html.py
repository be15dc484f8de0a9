import re
from html.parser import HTMLParser

import msgspec
import pytest

from adapters.reports.document import Listing
from adapters.reports.html import write_html
from domain.questions.lineage import Lineage
from tests.adapters.reports.samples import HOSTILE, START, report

_VOID = {"meta", "br", "img", "link", "hr"}


class _Page(HTMLParser):
    """Collects what a page has, and fails where elements do not nest."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def _written(made):
    parts = []
    write_html(made, parts.append)
    return b"".join(parts).decode()


def _page(made):
    page = _Page()
    page.feed(_written(made))
    page.close()
    assert page.open == []
    return page


def test_the_page_is_well_formed():
    page = _page(report())
    assert page.tags.count("h1") == 1
    assert page.tags.count("svg") == 2


def test_the_page_has_no_scripts_and_loads_nothing():
    page = _page(report())
    assert not {"script", "img", "link", "iframe", "object", "base", "form"} & set(page.tags)
    assert not {name for name, _ in page.attributes if name.startswith("on") or name == "src"}
    links = [value for name, value in page.attributes if name == "href"]
    assert links and all(link.startswith("#") for link in links)
    assert "@import" not in _written(report())
    assert re.findall(r"url\((?!#(?:gap|tip)\))", _written(report())) == []


def test_the_policy_forbids_every_load():
    contents = [value for name, value in _page(report()).attributes if name == "content"]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in contents


def test_hostile_text_stays_text_wherever_it_stands():
    page = _page(report(HOSTILE))
    assert page.tags == _page(report()).tags
    assert "<script>alert(1)</script>" in "".join(page.words)


def test_controls_and_bidirectional_marks_are_shown_as_symbols():
    written = _written(report(HOSTILE))
    assert "\x1b" not in written
    assert "\u202e" not in written
    assert "\\x1b[2J\\u202e" in written


def test_a_huge_name_does_not_make_a_huge_page():
    assert len(_written(report("x" * 1_000_000))) < 200_000


def test_a_lone_surrogate_is_written_as_a_symbol():
    assert "\\ud800" in _written(report("\ud800"))


def test_every_section_is_there_in_the_order_in_which_a_reader_asks():
    titles = re.findall(r"<h2>(.*?)</h2>", _written(report()))
    assert titles == [
        "Overview",
        "Scope",
        "Coverage",
        "Inventory at start and end",
        "Image versions",
        "Lineage",
        "Changes",
        "Incidents",
        "What is not available",
        "Integrity",
    ]


def test_what_engines_cannot_tell_is_said_plainly():
    assert "Engines name neither the person nor the account" in _written(report())


def test_gaps_are_listed_with_cause_and_length():
    written = _written(report())
    assert "the recorder was off" in written
    assert "1 h" in written


def test_a_report_without_gaps_and_incidents_says_so():
    written = _written(report(gaps=Listing(), incidents=Listing(), troubled=Listing()))
    assert "There is no gap in the period." in written
    assert "No container failed" in written


def test_a_listing_that_was_cut_says_how_much_is_left_out():
    made = report()
    cut = Listing(made.changes.rows, 5001)
    assert "The first 1 of 5,001; 5,000 more" in _written(report(changes=cut))


def test_a_lineage_that_is_too_large_to_draw_says_so():
    assert "too much to draw" in _written(report(lineage=None))
    assert "Nothing was there" in _written(report(lineage=Lineage([], [])))


def test_an_empty_period_gives_a_page_too():
    empty = report(
        engines=(), references=Listing(), changes=Listing(), incidents=Listing(), gaps=Listing()
    )
    assert "unknown" in _written(empty)


@pytest.mark.parametrize("until", [START, START + 1, 2**62])
def test_a_period_of_any_length_can_be_drawn(until):
    made = report()
    scope = msgspec.structs.replace(made.scope, until=until)
    assert "</svg>" in _written(report(scope=scope))


def test_a_share_below_the_whole_is_never_rounded_up_to_it():
    made = report()
    engine = msgspec.structs.replace(made.engines[0], watched_ns=99_999, period_ns=100_000)
    written = _written(report(engines=(engine,)))
    assert "99.9 %" in written
    assert "100 %" not in written
