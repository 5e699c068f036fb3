"""Mail and mailboxes."""

from __future__ import annotations

import base64
import io
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import mail
from index.raw import NoText, RawStory
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "mail"
HEADER = b"From: x@example.org\nDate: Thu, 1 Nov 2018 12:00:00 +0000\nSubject: Rain\n"


def items(data: bytes) -> list[RawStory | NoText]:
    return list(mail.read(io.BytesIO(data)))


def one(rest: bytes) -> RawStory | NoText:
    (item,) = items(HEADER + rest)
    return item


def body_of(rest: bytes) -> str:
    item = one(rest)
    assert isinstance(item, RawStory)
    return item.body


def test_an_alert() -> None:
    (story,) = items((SAMPLES / "alert.eml").read_bytes())
    assert isinstance(story, RawStory)
    assert story.key == "story-17@example.org"
    assert story.headline == "Café opens on the quay"
    assert story.agency == "Xinhua"
    # The sender's own day: it is 2 November in Greenwich.
    assert story.filed == PartialDate(2018, 11, 1)
    assert story.body == (
        "GAZA, Nov. 1 (Xinhua) -- A café opened on the quay on Thursday with tea, coffee and "
        "cake, its owner said.\n\nIt “closes” at nine."
    )


def test_a_mailbox() -> None:
    first, second, third = items((SAMPLES / "box.mbox").read_bytes())
    assert isinstance(first, RawStory)
    assert first.body == "A first paragraph.\n\none\ntwo\n\n你好"
    assert isinstance(second, RawStory)
    assert (second.key, second.agency) == ("mail 2", "Yonhap")
    assert second.body.split("\n\n") == [
        "From the harbour came a cheer.",
        "From here on nothing parts: Fri Nov 2 12:00:00 2018 is no envelope.",
        "From the quay too. “Well”, he said.",
    ]
    assert third == NoText("three@example.org", "a mail without text")


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("x-unknown", "Café".encode(), "Café"),
        ("us-ascii", "“Café”".encode("cp1252"), "“Café”"),
        ("iso-8859-1", "“Café”".encode(), "“Café”"),
        ("windows-1251", "Дождь идёт".encode("cp1251"), "Дождь идёт"),
        ("koi8-r", "Дождь идёт".encode("koi8-r"), "Дождь идёт"),
        ("punycode", b"Rain fell.", "Rain fell."),
        ("base64", b"Rain fell.", "Rain fell."),
        ("../../x", b"Rain fell.", "Rain fell."),
        ("utf-16", b"Rain fell.\n", "Rain fell."),
    ],
)
def test_odd_charsets(charset: str, data: bytes, text: str) -> None:
    coded = base64.b64encode(data)
    fields = f"Content-Type: text/plain; charset={charset}\n".encode()
    found = body_of(fields + b"Content-Transfer-Encoding: base64\n\n" + coded)
    assert found == text or charset == "utf-16"


def test_a_plain_part_that_is_a_stub_gives_way() -> None:
    rest = (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        b"View this in a browser.\n--b\nContent-Type: text/html\n\n<p>Rain fell on the pass.</p>\n"
        b"--b--\n"
    )
    assert body_of(rest) == "Rain fell on the pass."


def test_a_digest_is_one_story() -> None:
    rest = (
        b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: One\n\nRain fell.\n"
        b"--b\n\nSubject: Two\n\nSnow fell.\n--b--\n"
    )
    assert body_of(rest) == "Rain fell.\n\nSnow fell."


@pytest.mark.parametrize(
    "rest",
    [
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000)
        ),
        b"Content-Type: message/rfc822\n\n" * 20000,
        b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
        b"X: " + b"(" * 100_000 + b"\n\nRain.",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 50_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nRain.",
    ],
)
def test_hostile_mails_come_to_an_end(rest: bytes) -> None:
    start = time.process_time()
    one(rest)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("name", ["alert.eml", "box.mbox"])
def test_mail_is_told(name: str) -> None:
    head = (SAMPLES / name).read_bytes()
    assert mail.sniff(head)
    assert mail.sniff(head.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"From: Ada Vale\nDate: Thu, 1 Nov 2018\nSubject: Minutes\n\nThe minutes.\n",
        b"From: Ada Vale, Oslo\n\nRain fell on the pass.\n",
        b"From: Ada Vale\nDate: Thu\nRain fell on the pass.\nSubject: Rain\n\n",
        b"HEADLINE: Rain\nDATE: 1 Nov 2018\nBYLINE: By Ada Vale\n\nRain fell.\n",
        b"From the harbour, Thu Nov 1 12:00:00 2018 a cheer came.\n\nRain fell.\n",
        b"                  1 of 3 DOCUMENTS\n\n",
    ],
)
def test_other_files_are_not_taken(head: bytes) -> None:
    assert not mail.sniff(head)


@settings(max_examples=150, deadline=2000)
@given(
    st.sampled_from(["alert.eml", "box.mbox"]),
    st.integers(0, 1500),
    st.binary(max_size=40)
    | st.sampled_from([b"boundary=", b"\n--inner\n", b"charset*0*=x''%", b"=?utf-8?b?=", b";;*0="]),
    st.integers(0, 60),
)
def test_damage_ends_in_a_reason(name: str, at: int, junk: bytes, lost: int) -> None:
    data = (SAMPLES / name).read_bytes()
    with suppress(StoryFileError):
        items(data[:at] + junk + data[at + lost :])


def test_comments_within_comments_in_a_sender() -> None:
    nested = HEADER.replace(b"x@example.org", b"(" * 1_900 + b"x@example.org")
    (item,) = items(nested + b"\nThe rain went on for days, officials said.\n")
    assert isinstance(item, RawStory)
    assert (item.headline, item.agency) == ("Rain", None)
