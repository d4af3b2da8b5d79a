"""How pages of the back office are read."""

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client as Browser

XSS = "<script>alert(1)</script>"


def found(browser: Browser, address: str, **parameters: str) -> list[int]:
    """Return the ids of the rows on a list."""
    return [row.pk for row in browser.get(address, parameters).context["cl"].result_list]


def text(response: Any) -> str:
    """Return a page."""
    return str(response.content.decode())


class Words(HTMLParser):
    """The words that a reader of a page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = tag in {"script", "style"} or "material-symbols" in (given.get("class") or "")
        self.silent = self.silent + 1 if hidden or (self.silent and tag == "span") else self.silent
        self.words += [given[name] or "" for name in ("placeholder", "title") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag in {"script", "style", "span"}:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.words.append(data.strip())


NOT_WORDS = re.compile(
    r"beanpay|API|English|EN|ZH-HANS|zh-hans|en|ID|root|Ann|tester|t1|u1|JSON|ID|top-up|shop"
    r"|Control|Mac|Command|Enter|Ctrl|request-1|Authorization|RQ|[0-9a-f]{64}|K|R|HTTP|esc|9xx|bp_\S*"
)


def english(response: Any) -> list[str]:
    """Return the English words that a reader of a page sees."""
    words = Words()
    words.feed(text(response))
    return [each for each in words.words if re.search("[A-Za-z]{2}", NOT_WORDS.sub("", each))]
