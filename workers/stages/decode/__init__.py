"""Decode: from a record to the page as text. Ordered (name, stage); each is pure and raises Filtered or Invalid, nothing else.

What ends a page, in this order: headers too large, a form outside the contract, `gone` or `error_page` by header, empty, no URL where
only the headers can name it, too large; content-encoding; then inside an envelope, HTTP or WARC record: broken, no URL, `gone` or
`error_page` by its own status, content-encoding; then what the bytes are, their charset, what the text is.
"""

from collections.abc import Callable

from workers.pipeline.draft import Draft
from workers.stages.decode import charset, encoding, form, sniff, steady, unwrap

STAGES: tuple[tuple[str, Callable[[Draft], Draft]], ...] = (
    ("headers", form.from_headers),
    ("form", form.choose),
    ("encoding", encoding.of_value),
    ("unwrap", unwrap.run),
    ("status", form.check_response),
    ("content_encoding", encoding.of_page),
    ("sniff", sniff.of_bytes),
    ("charset", charset.run),
    ("sniff_text", sniff.of_text),
    ("steady", steady.run),
)
