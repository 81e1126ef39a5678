# cython: language_level=3, boundscheck=False, wraparound=False
"""Places for advertisements: elements with one of some words as a whole class or id (or beginning so: ids with a number)."""

from workers.native.scan cimport Bytes, after_text, after_word, find, is_digit, is_quote, is_space, keep

cdef enum:
    MAX_AD_TAGS = 100  # looked at on a page: bounds the cost
    MAX_AD_BYTES = 8 * 1024  # a larger one is not left out: a class can be wrong, and the article inside

cdef const char** AD_TAGS = ["div", "aside", "section", "span", "ins", "p", "li", "figure", NULL]
cdef const char** NO_AD = ["h1", "article", "main", NULL]
cdef const char** AD_WORDS = ["ad", "ads", "adsbygoogle", "advert", "adverts", "advertisement", "advertisements", "advertising", NULL]
cdef const char** AD_SECOND = ["slot", "unit", "container", "wrapper", "banner", "box", "space", "placeholder", NULL]


cdef inline bint _divides(unsigned char c) noexcept nogil:
    """Whether a byte stands before a class, or after it."""
    return is_space(c) or is_quote(c)


cdef Py_ssize_t without_ads(unsigned char* p, Py_ssize_t n) noexcept nogil:
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
        close = find(p, hint + 2, min(n, start + MAX_TAG_BYTES), b">")
        if close < 0 or find(p, start, hint + 2, b">") >= 0 or not _has_ad_word(p, start, close + 1):
            continue
        end = _end_of(p, name, close + 1, min(n, close + 1 + MAX_AD_BYTES))
        if end and not _holds_article(p, start, end):
            size = keep(p, size, p, at, start)
            at = end
    return keep(p, size, p, at, n)


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
            if p[k] == b"a" and p[k + 1] == b"d" and (_divides(c) or c == b"-") and _is_hint(p, k + 2, n):
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
    if _divides(c):
        return True
    if c == b"s" and at + 1 < n:
        d = p[at + 1]
        if _divides(d) or d == b"b" or d == b"-":
            return True
    if after_text(p, at, n, "vert") >= 0 or after_text(p, at, n, "slot") >= 0:
        return True
    if c != b"-" and c != b"_":
        return False
    if at + 1 < n and is_digit(p[at + 1]):
        return True
    word = 0
    while AD_SECOND[word] is not NULL:
        if after_text(p, at + 1, n, AD_SECOND[word]) >= 0:
            return True
        word += 1
    return False


cdef const char* _name_of(Bytes p, Py_ssize_t at, Py_ssize_t n, const char** names) noexcept nogil:
    """Which of the names a tag has that stands at `at`; NULL for none."""
    cdef int k = 0
    while names[k] is not NULL:
        if after_word(p, at, n, names[k]) >= 0:
            return names[k]
        k += 1
    return NULL


cdef bint _has_ad_word(Bytes p, Py_ssize_t start, Py_ssize_t n) noexcept nogil:
    """Whether a class or id in the tag [start, n) has one of AD_WORDS."""
    cdef Py_ssize_t at, value, k
    for at in range(start, n):
        value = -1
        if p[at] == b"c":
            value = after_text(p, at, n, "class=")
        elif p[at] == b"i":
            value = after_text(p, at, n, "id=")
        if value < 0 or value >= n or not is_quote(p[value]):
            continue
        k = value + 1
        if _is_ad_word(p, k, n):
            return True
        while k < n and not is_quote(p[k]) and p[k] != b">":
            k += 1
            if is_space(p[k - 1]) and _is_ad_word(p, k, n):
                return True
    return False


cdef bint _is_ad_word(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Whether one of AD_WORDS stands here, in lower case, with a number or none, and ends."""
    cdef Py_ssize_t end
    cdef int word = 0
    end = after_text(p, at, n, "div-gpt-ad-")
    if end >= 0:
        while end < n and not _divides(p[end]):
            end += 1
        return end < n
    while AD_WORDS[word] is not NULL:
        end = after_text(p, at, n, AD_WORDS[word])
        if end >= 0 and _ends_word(p, end, n):
            return True
        word += 1
    if after_text(p, at, n, "ad") < 0:
        return False
    at += 2
    if at < n and (p[at] == b"-" or p[at] == b"_"):
        at += 1
    word = 0
    while AD_SECOND[word] is not NULL:
        end = after_text(p, at, n, AD_SECOND[word])
        if end >= 0 and _ends_word(p, end, n):
            return True
        word += 1
    return False


cdef bint _ends_word(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Whether a class ends here, or after a number, with or without a hyphen or underscore before it."""
    cdef Py_ssize_t digits = at
    if digits < n and (p[digits] == b"-" or p[digits] == b"_"):
        digits += 1
    if digits < n and is_digit(p[digits]):
        while digits < n and is_digit(p[digits]):
            digits += 1
        at = digits
    return at < n and _divides(p[at])


cdef Py_ssize_t _end_of(Bytes p, const char* name, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Where the element that was opened before `at` ends; 0 when that is not before n."""
    cdef Py_ssize_t start, after, close
    cdef int depth = 1
    cdef bint closes
    while True:
        start = find(p, at, n, b"<")
        if start < 0:
            return 0
        at = start + 1
        closes = at < n and p[at] == b"/"
        after = after_word(p, at + closes, n, name)
        if after < 0:
            continue
        close = find(p, after, min(n, after + MAX_TAG_BYTES + 1), b">")
        if close < 0:
            continue
        depth += -1 if closes else 1
        at = close + 1
        if not depth:
            return at


cdef bint _holds_article(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    while True:
        at = find(p, at, n, b"<") + 1
        if not at:
            return False
        if _name_of(p, at, n, NO_AD) is not NULL:
            return True
