"""The page out of what it is wrapped in: an envelope, an HTTP response or a WARC record."""

from workers.pipeline.draft import Draft
from workers.stages.decode import envelope, form, http, warc

_UNWRAP = {"envelope": envelope.unwrap, "http": http.unwrap, "warc": warc.unwrap}


def run(draft: Draft) -> Draft:
    """Fill `url`, `status`, `media_type`, `charset`, `body`, `now` from the wrapping; a page that has none passes unchanged.

    Of `url` and `status` the wrapping's own word counts, else the headers'; of `fetched-at` the headers', else the wrapping's. The
    codings still to be undone are left in `headers.content_encoding`. Raises bad_envelope, bad_http, bad_warc, too_complex, missing_url.
    """
    unwrap = _UNWRAP.get(draft.form)
    if unwrap is None:
        return draft
    draft = unwrap(draft)
    form.check_url(draft)
    return draft
