"""Text that somebody else wrote, on a terminal and in a CI log."""

import pytest

from opsflow.formats.visible import clip, harmless, pad, visible, width, wrap


@pytest.mark.parametrize(
    "text",
    [
        "Renew edge certificates",
        "Zertifikate für Köln erneuern",
        "更新证书",
        "اتصال",
        "नमस्ते",
        "naïve café",
        "👩\u200d🔧 repairs ❤\ufe0f",
        "10\u00a0km",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("red \x1b[31mtext\x1b[0m", "red ␛[31mtext␛[0m"),
        (
            "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
            "␛]8;;https://evil.example␛\\click␛]8;;␛\\",
        ),
        ("one\ntwo\r\tthree\x00\x08\x7f", "one␊two␍␉three␀␈␡"),
        ("\x9b31m C1", "\\x9b31m C1"),
        ("bidi \u202eabc\u2066", "bidi \\u202eabc\\u2066"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("joiner\u200dbetween letters", "joiner\\u200dbetween letters"),
        ("soft\u00adhyphen", "soft\\xadhyphen"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("filler \u3164 \u2800", "filler \\u3164 \\u2800"),
        ("line\u2028end\u2029", "line\\u2028end\\u2029"),
        ("variant\ufe00", "variant\\ufe00"),
        ("a path of bytes \udcff", "a path of bytes \\xff"),
        ("half \ud800", "half \\ud800"),
        ("nothing \ufffe\ufdd0\U0010ffff", "nothing \\ufffe\\ufdd0\\U0010ffff"),
    ],
)
def test_what_acts_or_hides_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_combining_marks_are_capped() -> None:
    assert visible("e" + "\u0301" * 500) == "e" + "\u0301" * 4


def test_every_character_is_shown_on_one_line_and_acts_on_nothing() -> None:
    for code in range(0x110000):
        if code < 0x300 or 0x2000 <= code < 0x2100 or 0xD7F0 <= code < 0xE010 or code % 251 == 0:
            shown = visible(chr(code))
            assert not any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in shown), hex(code)
            assert len(shown.splitlines()) <= 1, hex(code)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("::error file=x::boo", ": :error file=x::boo"),
        ("fine\n  ::set-output name=x::y", "fine\n  : :set-output name=x::y"),
        ("a ##[error]b", "a # #[error]b"),
        ("##vso[task.setvariable]x ##teamcity[y]", "# #vso[task.setvariable]x # #teamcity[y]"),
        ("a::b ## heading c ::", "a::b ## heading c ::"),
    ],
)
def test_commands_of_ci_runners_are_broken(text: str, broken: str) -> None:
    assert harmless(text) == broken


def test_width_counts_columns_of_a_terminal() -> None:
    assert [width(text) for text in ("abc", "更新", "e\u0301", "ｶﾞ", "")] == [3, 4, 1, 2, 0]


def test_clip_says_that_something_is_missing() -> None:
    assert clip("Renew the certificates", 12) == "Renew the c…"
    assert clip("Renew the certificates", 11) == "Renew the…"
    assert clip("Renew", 5) == "Renew"
    assert clip("更新证书", 5) == "更新…"
    assert clip("Renew", 0) == ""


def test_pad_aligns_wide_letters() -> None:
    assert pad("更新", 6) == "更新  "
    assert pad("12", 4, right=True) == "  12"


def test_wrap_breaks_at_spaces_and_clips_the_last_line() -> None:
    text = "Renew the certificates of the customer portal"
    assert wrap(text, 16, 5) == ["Renew the", "certificates of", "the customer", "portal"]
    assert wrap(text, 16, 2) == ["Renew the", "certificates of…"]
    assert wrap("Donaudampfschifffahrtsgesellschaft", 10, 3) == ["Donaudamp…"]
    assert wrap("", 10, 3) == []
