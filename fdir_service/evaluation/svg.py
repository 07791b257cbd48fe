"""Figures as parts of a page."""

import re


def inline(svg: str, salt: str) -> str:
    """Return the element alone, its ids apart from those of other figures on the page."""
    body = svg[svg.index("<svg") :]
    ids = set(re.findall(r'\bid="([^"]+)"', body))
    for name in sorted(ids, key=len, reverse=True):
        body = re.sub(rf'(\bid="|#){re.escape(name)}(?=["\)])', rf"\g<1>f{salt}-{name}", body)
    return body
