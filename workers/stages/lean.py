"""A page's markup without what no stage reads: the code in scripts and styles, two fifths of a news page. The elements stay.

For speed only, so each step looks for a literal, and where the end of a script is in doubt it is kept: the parser knows.
"""

import re

from workers.stages.complexity import ONE_ATTRIBUTE, SPACE

# In lower case, as nearly all pages write them. Attributes as the parser reads them: a value may hold `>`. Without a condition at its end,
# so that no input makes it look twice at a character: what does not end in `>` goes to the end of the page.
_OPENING = re.compile(rb"<(?:(!--)|s(?:cript|(tyle))(?=[%(s)b/>])(?:[%(s)b/]*+%(a)b)*+[%(s)b/]*+>?+)" % {b"s": SPACE, b"a": ONE_ATTRIBUTE})
_SHORT = 40  # bytes: not worth a cut


def without_code(markup: bytes) -> bytes:
    """Empty the scripts and styles of a page in UTF-8; those whose tag says `json` stay as they are."""
    parts, kept, at = [], 0, 0
    while (opening := _OPENING.search(markup, at)) is not None:
        start, end = opening.span()
        if opening[1]:
            at = markup.find(b"-->", start + 2)  # `<!-->` is a comment too
        else:
            name = b"style" if opening[2] else b"script"
            at = markup.find(b"</" + name, end)
            if at - end > _SHORT and b"json" not in opening[0] and not _is_doubtful(markup[end:at], name):
                parts.append(markup[kept:end])
                kept = at
        if at < 0:  # it has no end
            break
    parts.append(markup[kept:])
    return b"".join(parts)


def _is_doubtful(code: bytes, name: bytes) -> bool:
    """Whether it may be that not all of this is code: the opening stands in an attribute's value, or the end is written otherwise."""
    return b"<" + name in code or b"</" + name.upper() in code
