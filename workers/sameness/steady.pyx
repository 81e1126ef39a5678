# cython: language_level=3, boundscheck=False, wraparound=False
"""What of a page stays when nothing has happened: the scan. What each step leaves out, as regular expressions: tests/unit/sameness.

Five passes, each from literal to literal by `memchr`, over one buffer: what is kept moves down, so a pass never writes past where it reads.
All indices are bytes from the page's start; every read is below `n`, the page's length, and no byte ends it.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memchr, memcmp, memmove, strlen

cdef extern from "string.h":
    void* memmem(const void* haystack, size_t size, const void* needle, size_t needle_size) nogil

ctypedef const unsigned char* Bytes

cdef enum:
    MAX_TAG_BYTES = 500
    MAX_AD_TAGS = 100  # looked at on a page: bounds the cost
    MAX_AD_BYTES = 8 * 1024  # a larger one is not left out: a class can be wrong, and the article inside
    MAX_BEFORE = 200  # bytes of a tag before what says that it is volatile
    MAX_AFTER = 300  # and after it
    EPOCH_DIGITS = 10  # seconds or milliseconds since 1970, until 2033

    SPACE = 1  # \s
    WORD = 2  # \w
    QUOTE = 4
    DIGIT = 8
    NO_QUERY = 16  # ends one

cdef unsigned char KIND[256]


cdef void _fill_kinds():
    cdef int c
    for c in range(256):
        KIND[c] = 0
        if c == 32 or 9 <= c <= 13:
            KIND[c] |= SPACE | NO_QUERY
        if c == 95 or 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122:
            KIND[c] |= WORD
        if 48 <= c <= 57:
            KIND[c] |= DIGIT
        if c == 34 or c == 39:
            KIND[c] |= QUOTE | NO_QUERY
        if c == 60 or c == 62 or c == 92:
            KIND[c] |= NO_QUERY


_fill_kinds()

# Scripts, but structured data; styles, comments; frames and server-side notes. Their attributes go with them.
cdef const char** OPENINGS = ["!--", "script", "style", "iframe"]
cdef const char** ENDS = ["-->", "</script", "</style", "</iframe"]
cdef const char** UPPER_ENDS = ["-->", "</SCRIPT", "</STYLE", "</IFRAME"]
# Elements that carry tokens: every form field, every meta whose name says so.
cdef const char** TOKENS = ["csrf", "xsrf", "token", "nonce", "request-id", "generated", NULL]
# A place for advertisements: an element with one of these words as a whole class or id (or beginning so: ids with a number).
cdef const char** AD_TAGS = ["div", "aside", "section", "span", "ins", "p", "li", "figure", NULL]
cdef const char** NO_AD = ["h1", "article", "main", NULL]
cdef const char** AD_WORDS = ["ad", "ads", "adsbygoogle", "advert", "adverts", "advertisement", "advertisements", "advertising", NULL]
cdef const char** AD_SECOND = ["slot", "unit", "container", "wrapper", "banner", "box", "space", "placeholder", NULL]


def steady_bytes(bytes page not None) -> bytes:
    """An HTML page without scripts, comments, styles, frames, form fields, tokens, queries, epochs and places for advertisements.

    Raises MemoryError.
    """
    cdef Py_ssize_t n = len(page)
    cdef unsigned char* kept = <unsigned char*>PyMem_Malloc(n + 1)
    if kept is NULL:
        raise MemoryError
    try:
        n = _without_hidden(<Bytes>PyBytes_AS_STRING(page), n, kept)
        n = _without_ads(kept, n)
        n = _without_volatile(kept, n)
        n = _without_queries(kept, n)
        n = _without_epochs(kept, n)
        n = _without_nonces(kept, n)
        return PyBytes_FromStringAndSize(<char*>kept, n)
    finally:
        PyMem_Free(kept)


cdef inline Py_ssize_t _find(Bytes p, Py_ssize_t at, Py_ssize_t n, int byte) noexcept nogil:
    """Where the byte is next in [at, n); -1 for nowhere."""
    cdef Bytes found
    if at >= n:
        return -1
    found = <Bytes>memchr(p + at, byte, n - at)
    return -1 if found is NULL else found - p


cdef inline Py_ssize_t _find_text(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """Where the text, in this case, is next, all of it in [at, n); -1 for nowhere."""
    cdef Bytes found
    if at >= n:
        return -1
    found = <Bytes>memmem(p + at, n - at, text, strlen(text))
    return -1 if found is NULL else found - p


cdef inline Py_ssize_t _after(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* lower) noexcept nogil:
    """The end of a text, in either case, that begins at `at`; -1 when it is not there. `lower`: in lower case."""
    cdef unsigned char c
    while lower[0]:
        if at >= n:
            return -1
        c = p[at]
        if 65 <= c <= 90:
            c |= 32
        if c != <unsigned char>lower[0]:
            return -1
        at += 1
        lower += 1
    return at


cdef inline Py_ssize_t _after_word(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* lower) noexcept nogil:
    """As `_after`, where no letter, digit or underscore follows."""
    cdef Py_ssize_t end = _after(p, at, n, lower)
    return -1 if end < 0 or (end < n and KIND[p[end]] & WORD) else end


cdef inline Py_ssize_t _after_same(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """As `_after`, in the text's own case."""
    cdef Py_ssize_t size = <Py_ssize_t>strlen(text)
    return at + size if size <= n - at and memcmp(p + at, text, size) == 0 else -1


cdef inline Py_ssize_t _keep(unsigned char* to, Py_ssize_t size, Bytes p, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Move [start, end) to the end of what is kept; the new size."""
    if end > start:
        memmove(to + size, p + start, end - start)
        return size + end - start
    return size


cdef Py_ssize_t _without_hidden(Bytes p, Py_ssize_t n, unsigned char* to) noexcept nogil:
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start, end, opened, close
    # From where the next end of a kind was looked for last, and where it is (n: nowhere after): no page is looked through twice.
    cdef Py_ssize_t[4] lower
    cdef Py_ssize_t[4] upper
    cdef Py_ssize_t tag_close = -1, structured = -1
    cdef int kind
    for kind in range(4):
        lower[kind] = upper[kind] = -1
    while True:
        start = _find(p, next_, n, b"<")
        if start < 0:
            break
        next_ = start + 1
        opened = -1
        for kind in range(4):
            opened = _after(p, start + 1, n, OPENINGS[kind])
            if opened >= 0:
                break
        if opened < 0:
            continue
        next_ = opened
        if lower[kind] < opened:
            lower[kind] = _or_end(_find_end(p, opened, n, ENDS[kind]), n)
        end = lower[kind]
        if end == n:
            if upper[kind] < opened:
                upper[kind] = _or_end(_find_end(p, opened, n, UPPER_ENDS[kind]), n)
            end = upper[kind]
        if end == n:  # an element without an end hides nothing, nor do those of its kind that follow
            continue
        if kind == 1:
            if tag_close < start:
                tag_close = _or_end(_find(p, start, n, b">"), n)
                structured = _last(p, start, tag_close, "ld+json")
            if tag_close < end and structured >= start:
                continue
        size = _keep(to, size, p, at, start)
        close = _find(p, end + <Py_ssize_t>strlen(ENDS[kind]) - 1, n, b">")
        at = n if close < 0 else close + 1
        next_ = at
    return _keep(to, size, p, at, n)


cdef Py_ssize_t _find_end(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """As `_find_text`; a `<` is rare in code, and looked for faster than a text."""
    if text[0] != b"<":
        return _find_text(p, at, n, text)
    while True:
        at = _find(p, at, n, b"<")
        if at < 0 or _after_same(p, at, n, text) >= 0:
            return at
        at += 1


cdef Py_ssize_t _last(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """Where the text is last in [at, n); -1 for nowhere."""
    cdef Py_ssize_t last = -1
    while True:
        at = _find_text(p, at, n, text)
        if at < 0:
            return last
        last = at
        at += 1


cdef inline Py_ssize_t _or_end(Py_ssize_t found, Py_ssize_t n) noexcept nogil:
    return n if found < 0 else found


cdef Py_ssize_t _without_ads(unsigned char* p, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t size = 0, at = 0, hint = 0, start, first, close, end
    cdef int looked = 0
    cdef const char* name
    while True:
        hint = _next_hint(p, hint + 1, n)
        if hint < 0:
            break
        first = max(at, hint - MAX_TAG_BYTES)
        start = hint - 1
        while start >= first and p[start] != b"<":
            start -= 1
        if start < first:
            continue
        name = _name_of(p, start + 1, n, AD_TAGS)
        if name is NULL:
            continue
        looked += 1
        if looked > MAX_AD_TAGS:
            break
        close = _find(p, hint + 2, min(n, start + MAX_TAG_BYTES), b">")
        if close < 0 or _find(p, start, hint + 2, b">") >= 0 or not _has_ad_word(p, start, close + 1):
            continue
        end = _end_of(p, name, close + 1, min(n, close + 1 + MAX_AD_BYTES))
        if end and not _holds_article(p, start, end):
            size = _keep(p, size, p, at, start)
            at = end
    return _keep(p, size, p, at, n)


cdef Py_ssize_t _next_hint(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """The next `ad` from `at`, at least 1, at which a word of AD_WORDS may begin or end so; -1 for none."""
    cdef Py_ssize_t k
    cdef unsigned char any_, c
    while at + 1 < n:
        if at + 65 <= n:  # 64 places at once, in vectors
            any_ = 0
            for k in range(64):
                any_ |= <unsigned char>(p[at + k] == 97) & <unsigned char>(p[at + k + 1] == 100)
            if not any_:
                at += 64
                continue
        for k in range(at, min(at + 64, n - 1)):
            c = p[k - 1]
            if p[k] == b"a" and p[k + 1] == b"d" and (KIND[c] & (SPACE | QUOTE) or c == b"-") and _is_hint(p, k + 2, n):
                return k
        at += 64
    return -1


cdef bint _is_hint(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Whether what follows `ad` may make it one of AD_WORDS."""
    cdef unsigned char c, d
    cdef int word
    if at >= n:
        return False
    c = p[at]
    if KIND[c] & (SPACE | QUOTE):
        return True
    if c == b"s" and at + 1 < n:
        d = p[at + 1]
        if KIND[d] & (SPACE | QUOTE) or d == b"b" or d == b"-":
            return True
    if _after_same(p, at, n, "vert") >= 0 or _after_same(p, at, n, "slot") >= 0:
        return True
    if c != b"-" and c != b"_":
        return False
    if at + 1 < n and KIND[p[at + 1]] & DIGIT:
        return True
    word = 0
    while AD_SECOND[word] is not NULL:
        if _after_same(p, at + 1, n, AD_SECOND[word]) >= 0:
            return True
        word += 1
    return False


cdef const char* _name_of(Bytes p, Py_ssize_t at, Py_ssize_t n, const char** names) noexcept nogil:
    """Which of the names a tag has that stands at `at`; NULL for none."""
    cdef int k = 0
    while names[k] is not NULL:
        if _after_word(p, at, n, names[k]) >= 0:
            return names[k]
        k += 1
    return NULL


cdef bint _has_ad_word(Bytes p, Py_ssize_t start, Py_ssize_t n) noexcept nogil:
    """Whether a class or id in the tag [start, n) has one of AD_WORDS."""
    cdef Py_ssize_t at, value, k
    for at in range(start, n):
        value = -1
        if p[at] == b"c":
            value = _after_same(p, at, n, "class=")
        elif p[at] == b"i":
            value = _after_same(p, at, n, "id=")
        if value < 0 or value >= n or not KIND[p[value]] & QUOTE:
            continue
        k = value + 1
        if _is_ad_word(p, k, n):
            return True
        while k < n and not KIND[p[k]] & QUOTE and p[k] != b">":
            k += 1
            if KIND[p[k - 1]] & SPACE and _is_ad_word(p, k, n):
                return True
    return False


cdef bint _is_ad_word(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Whether one of AD_WORDS stands here, in lower case, with a number or none, and ends."""
    cdef Py_ssize_t end
    cdef int word = 0
    end = _after_same(p, at, n, "div-gpt-ad-")
    if end >= 0:
        while end < n and not KIND[p[end]] & (SPACE | QUOTE):
            end += 1
        return end < n
    while AD_WORDS[word] is not NULL:
        end = _after_same(p, at, n, AD_WORDS[word])
        if end >= 0 and _ends_word(p, end, n):
            return True
        word += 1
    if _after_same(p, at, n, "ad") < 0:
        return False
    at += 2
    if at < n and (p[at] == b"-" or p[at] == b"_"):
        at += 1
    word = 0
    while AD_SECOND[word] is not NULL:
        end = _after_same(p, at, n, AD_SECOND[word])
        if end >= 0 and _ends_word(p, end, n):
            return True
        word += 1
    return False


cdef bint _ends_word(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Whether a class ends here, or after a number, with or without a hyphen or underscore before it."""
    cdef Py_ssize_t digits = at
    if digits < n and (p[digits] == b"-" or p[digits] == b"_"):
        digits += 1
    if digits < n and KIND[p[digits]] & DIGIT:
        while digits < n and KIND[p[digits]] & DIGIT:
            digits += 1
        at = digits
    return at < n and KIND[p[at]] & (SPACE | QUOTE) != 0


cdef Py_ssize_t _end_of(Bytes p, const char* name, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Where the element that was opened before `at` ends; 0 when that is not before n."""
    cdef Py_ssize_t start, after, close
    cdef int depth = 1
    cdef bint closes
    while True:
        start = _find(p, at, n, b"<")
        if start < 0:
            return 0
        at = start + 1
        closes = at < n and p[at] == b"/"
        after = _after_word(p, at + closes, n, name)
        if after < 0:
            continue
        close = _find(p, after, min(n, after + MAX_TAG_BYTES + 1), b">")
        if close < 0:
            continue
        depth += -1 if closes else 1
        at = close + 1
        if not depth:
            return at


cdef bint _holds_article(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    while True:
        at = _find(p, at, n, b"<") + 1
        if not at:
            return False
        if _name_of(p, at, n, NO_AD) is not NULL:
            return True


cdef Py_ssize_t _without_volatile(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Without form fields, metas that hold a token, and a time's words ("5 minutes ago") beside the time itself."""
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start, after, close, value
    while True:
        start = _find(p, next_, n, b"<")
        if start < 0 or start + 1 >= n:
            break
        next_ = start + 1
        value = -1
        if p[next_] | 32 == b"i":
            after = _after_word(p, next_, n, "input")
            close = _find(p, after, min(n, after + MAX_TAG_BYTES + 1), b">") if after >= 0 else -1
        elif p[next_] | 32 == b"m":
            after = _after_word(p, next_, n, "meta")
            close = _end_of_token(p, after, n) if after >= 0 else -1
        elif p[next_] | 32 == b"t":
            after = _after_word(p, next_, n, "time")
            close = _end_of_time(p, after, n, &value) if after >= 0 else -1
        else:
            continue
        if close < 0:
            continue
        size = _keep(p, size, p, at, start + 1)
        if value >= 0:
            size = _keep(p, size, p, value, close)
            next_ = _find(p, close + 1, n, b"<")
            next_ = n if next_ < 0 else next_
        else:
            next_ = close + 1
        at = next_
    return _keep(p, size, p, at, n)


cdef Py_ssize_t _end_of_token(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """The `>` of a meta whose attributes, from `at`, say that it holds a token; -1 for another one."""
    cdef Py_ssize_t close = _find(p, at, min(n, at + MAX_BEFORE + 10 + MAX_AFTER + 1), b">")
    cdef Py_ssize_t k, end
    cdef int token
    for k in range(at, min(close, at + MAX_BEFORE + 1)):
        token = 0
        while TOKENS[token] is not NULL:
            end = _after(p, k, close, TOKENS[token])
            if end >= 0 and close - end <= MAX_AFTER:
                return close
            token += 1
    return -1


cdef Py_ssize_t _end_of_time(Bytes p, Py_ssize_t at, Py_ssize_t n, Py_ssize_t* value) noexcept nogil:
    """The `>` of a time whose attributes, from `at`, have a `datetime=`, at which `value` is put; -1 for another one."""
    cdef Py_ssize_t close = _find(p, at, min(n, at + MAX_BEFORE + 9 + MAX_BEFORE + 1), b">")
    cdef Py_ssize_t k, end
    for k in range(at, min(close, at + MAX_BEFORE + 1)):
        end = _after(p, k, close, "datetime=")
        if end >= 0 and close - end <= MAX_BEFORE:
            value[0] = k
            return close
    return -1


cdef Py_ssize_t _without_queries(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Cache-busters: of this page's own URL the query is part of its identity."""
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start
    while True:
        start = _find(p, next_, n, b"?")
        if start < 0:
            break
        next_ = start + 1
        while next_ < n and not KIND[p[next_]] & NO_QUERY:
            next_ += 1
        if next_ > start + 1:
            size = _keep(p, size, p, at, start)
            at = next_
    return _keep(p, size, p, at, n)


cdef Py_ssize_t _without_epochs(unsigned char* p, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start
    while True:
        start = _find(p, next_, n, b"1")
        if start < 0:
            break
        next_ = start + 1
        while next_ < n and KIND[p[next_]] & DIGIT:
            next_ += 1
        if next_ - start >= EPOCH_DIGITS:
            size = _keep(p, size, p, at, start)
            at = next_
    return _keep(p, size, p, at, n)


cdef Py_ssize_t _without_nonces(unsigned char* p, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start
    while True:
        start = _find_text(p, next_, n, "nonce=")
        if start < 0:
            break
        next_ = start + 6
        if next_ >= n or not KIND[p[next_]] & QUOTE:
            continue
        next_ += 1
        while next_ < n and not KIND[p[next_]] & QUOTE:
            next_ += 1
        if next_ == n:
            break
        next_ += 1
        size = _keep(p, size, p, at, start)
        at = next_
    return _keep(p, size, p, at, n)
