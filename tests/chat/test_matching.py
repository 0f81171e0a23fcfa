"""What of a text is looked up, and where the words that are searched for stand in it."""

from __future__ import annotations

import pytest

from desktop_app.chat.matching import Part, fold, marks, may_be_read_in, parts, pieces


def marked(text: str, wanted: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, wanted)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("ÜBUNG", "ubung"),
        ("cafe\u0301", "cafe"),
        ("Łódź", "lodz"),
        ("Việt", "viet"),
        ("Ａ１ﬁ", "a1fi"),
        ("ｶﾞ", "ガ"),
        ("한국어", "한국어"),
        ("हिन्दी", "हिन्दी"),
        ("العَرَبِيَّة", "العربية"),
    ],
)
def test_case_accents_and_forms_of_a_letter_are_folded_but_not_what_tells_words_apart(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_words_are_divided_where_a_person_would_search() -> None:
    assert pieces("snake_case") == ["snake", "case"]
    assert pieces("don’t") == pieces("don't") == ["don", "t"]
    assert pieces("テスト") == ["テ", "ス", "ト"]
    assert pieces("がん") == ["が", "ん"]


def test_spaces_and_quotation_marks_divide_what_is_searched_for() -> None:
    assert parts("two words") == [Part("two"), Part("words", True)]
    assert parts('a "quoted phrase" b') == [Part("a"), Part("quoted phrase"), Part("b", True)]
    assert parts("“还没有 关闭") == [Part("还没有 关闭", True)]
    assert parts('"closed"') == [Part("closed")]
    assert parts(" \n") == []


def test_what_is_found_is_marked_in_every_spelling() -> None:
    assert marked("Straße, STRASSE, Strasse und Strassen", "strasse") == ["Straße", "STRASSE", "Strasse", "Strasse"]
    assert marked("Café und cafe\u0301", "cafe ") == ["Café", "cafe\u0301"]
    assert marked("人工智能与人，工", "人工") == ["人工", "人，工"]
    assert marked("Python在Python中", "python") == ["Python", "Python"]
    assert marked("👩 hello", "👩") == ["👩"]


def test_only_beginnings_of_words_are_marked_and_only_what_follows_of_a_phrase() -> None:
    assert marked("art, party, artist", "art") == ["art", "art"]
    assert marked("art, party, artist", '"art"') == ["art"]
    assert marked("over the  moon, the moon over", '"the moon"') == ["the  moon", "the moon"]
    assert marked("C and C++ and Cobol", "C++") == ["C", "C"]


@pytest.mark.parametrize("wanted", ["", " ", "***", '"', "()[]", "\\", "\0", "\ud800"])
def test_nothing_to_find_marks_nothing(wanted: str) -> None:
    assert marks("*** plain text () \\ \0", wanted) == []


def test_a_long_text_is_searched_in_one_pass() -> None:
    text = "the mother of all worlds " * 20_000

    assert marks(text, "zebra crossing " + "xylophone " * 5_000) == []


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("if a &lt; b and c &gt; d", "a < b"),
        ("if a < b and c > d &amp; e", "c > d & e"),
        ("[one](u) if a < b and c > d", "one if a < b and c"),
        ("[one](u) &lt;b&gt; two", "one <b> two"),
        ("one<br>two &eacute;", "one two é"),
        ("[word1](https://e.x/a_(b_(c))) word2", "word1 word2"),
        ('[a](<u v> "tit)le") next', "a next"),
        ("[a](\nhttps://e.x) next", "a next"),
        ("[a][b\\]c] next", "a next"),
        ("[a](u) <https://e.x> next", "a https://e.x next"),
        ("[a](u) `&lt;` next", "a &lt; next"),
    ],
)
def test_what_is_read_between_addresses_may_be_there(source: str, wanted: str) -> None:
    assert may_be_read_in(source, wanted)


@pytest.mark.parametrize("source", ["[a](https://e.x/a_(b)) next", "[a][1] next", "a<BR />next &amp; more", "plain"])
def test_what_no_letters_are_of_may_not_be_there(source: str) -> None:
    assert not may_be_read_in(source, "zebra")
