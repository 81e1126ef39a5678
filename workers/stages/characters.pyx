"""Passes over a text's characters: how much there is, how many words, how it ends. The same for every line of a page, several times."""

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object text)
    bint PyUnicode_CheckExact(object text)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, void* data, Py_ssize_t at)
    bint Py_UNICODE_ISSPACE(Py_UCS4 letter)
    bint Py_UNICODE_ISALNUM(Py_UCS4 letter)

# What a character says, in Latin letters: translations have 3 to 4 English characters to a Chinese one, about 2 to a kana or hangul.
IDEOGRAPH_WEIGHT = 3
KANA_OR_HANGUL_WEIGHT = 2
UNSPACED_LETTERS_PER_WORD = 5  # Thai words of running text have 4 to 5 letters and signs

cdef Py_ssize_t _IDEOGRAPH_MORE = IDEOGRAPH_WEIGHT - 1
cdef Py_ssize_t _KANA_OR_HANGUL_MORE = KANA_OR_HANGUL_WEIGHT - 1
cdef Py_ssize_t _PER_WORD = UNSPACED_LETTERS_PER_WORD


cdef inline Py_ssize_t _count(object text) except -1:
    """The characters of a text; raises TypeError for what is none. Subclasses of str are: lxml has one."""
    if not isinstance(text, str):
        raise TypeError(f"not a text: {type(text).__name__}")
    return len(<str>text)


cdef inline bint _is_ideograph(Py_UCS4 c) noexcept:
    return 0x3400 <= c <= 0x4DBF or 0x4E00 <= c <= 0x9FFF or 0xF900 <= c <= 0xFAFF or 0x20000 <= c <= 0x3FFFF


cdef inline bint _is_kana(Py_UCS4 c) noexcept:
    return 0x3040 <= c <= 0x30FF or 0x31F0 <= c <= 0x31FF


cdef inline bint _is_unspaced(Py_UCS4 c) noexcept:
    """Thai, Lao, Myanmar, Khmer: no space between words."""
    return 0x0E00 <= c <= 0x0EFF or 0x1000 <= c <= 0x109F or 0x1780 <= c <= 0x17FF


cdef inline bint _stays(Py_UCS4 c) noexcept:
    """Whether a character stays as it is, whatever stands beside it: shown (or a joiner), no mark, part of no composition, no tatweel.
    Not all that are so: the blocks that pages are written in.
    """
    if c < 0x370:
        return 0x21 <= c <= 0x7E or 0xA1 <= c <= 0xAC or 0xAE <= c <= 0x2FF
    if c < 0x700:
        return (
            0x38E <= c <= 0x3A1 or 0x3A3 <= c <= 0x482 or 0x48A <= c <= 0x52F or 0x5D0 <= c <= 0x5EA or c == 0x60C
            or 0x61E <= c <= 0x63F or 0x641 <= c <= 0x64A or 0x660 <= c <= 0x66F or 0x671 <= c <= 0x6D5 or 0x6EE <= c <= 0x6FF
        )
    if c < 0x3000:
        return (
            0xE01 <= c <= 0xE37 or 0x1E00 <= c <= 0x1EFF or c == 0x200C or c == 0x200D or 0x2010 <= c <= 0x2027 or 0x2030 <= c <= 0x205E
            or 0x20A0 <= c <= 0x20BF or 0x2190 <= c <= 0x2328
        )
    return (
        0x3001 <= c <= 0x3029 or 0x3041 <= c <= 0x3096 or 0x309B <= c <= 0x30FF or 0x4E00 <= c <= 0x9FFF or 0xAC00 <= c <= 0xD7A3
        or 0xFF01 <= c <= 0xFF5E
    )


def is_clean(text):
    """Whether `clean_text` has nothing to do for a text. A quick look: False also for some to which it would do nothing."""
    if not PyUnicode_CheckExact(text):
        return False
    cdef int kind = PyUnicode_KIND(text)
    cdef void* chars = PyUnicode_DATA(text)
    cdef Py_ssize_t at
    cdef bint after_space = True
    cdef Py_UCS4 c
    for at in range(len(<str>text)):
        c = PyUnicode_READ(kind, chars, at)
        if c == 0x20:
            if after_space:
                return False
            after_space = True
        elif _stays(c):
            after_space = False
        else:
            return False
    return not after_space or not text


def weighted_length(text):
    """The length of a text in characters, those of East Asian scripts counted as what they say in Latin letters."""
    cdef Py_ssize_t count = _count(text), length = count, at
    cdef int kind = PyUnicode_KIND(text)
    cdef void* chars = PyUnicode_DATA(text)
    cdef Py_UCS4 c
    if kind == 1:
        return length
    for at in range(count):
        c = PyUnicode_READ(kind, chars, at)
        if c >= 0x3040:
            if _is_ideograph(c):
                length += _IDEOGRAPH_MORE
            elif _is_kana(c) or 0xAC00 <= c <= 0xD7AF:
                length += _KANA_OR_HANGUL_MORE
    return length


def count_words(text):
    """Words: what white space separates and holds a letter or digit; each ideograph or kana, as word processors count; Thai by length."""
    cdef Py_ssize_t count = _count(text), words = 0, run = 0, at
    cdef int kind = PyUnicode_KIND(text)
    cdef void* chars = PyUnicode_DATA(text)
    cdef bint in_word = False
    cdef Py_UCS4 c
    for at in range(count):
        c = PyUnicode_READ(kind, chars, at)
        if c >= 0x0E00 and _is_unspaced(c):
            run += 1
            in_word = False
            continue
        if run:
            words += _words_of(run)
            run = 0
        if c >= 0x3040 and (_is_ideograph(c) or _is_kana(c)):
            words += 1
            in_word = False
        elif in_word:
            in_word = not Py_UNICODE_ISSPACE(c)
        elif Py_UNICODE_ISALNUM(c):
            words += 1
            in_word = True
    return words + _words_of(run)


cdef inline Py_ssize_t _words_of(Py_ssize_t run) noexcept:
    """The words of a run of so many letters of a script without spaces: to the nearest, one at least."""
    return 0 if run == 0 else max(1, (run + _PER_WORD // 2) // _PER_WORD)


cdef inline bint _ends(Py_UCS4 c) noexcept:
    return (
        c == u"." or c == u"!" or c == u"?" or c == u"؟" or c == u"…" or c == u"۔" or c == u"।" or c == u"»" or c == u"”" or c == u'"'
        or c == u"’" or c == u"。" or c == u"！" or c == u"？"
    )


def ends_sentence(text):
    """Whether a text ends as sentences do, quotes and brackets after the mark included."""
    cdef Py_ssize_t count = _count(text), at
    cdef int kind = PyUnicode_KIND(text)
    cdef void* chars = PyUnicode_DATA(text)
    cdef Py_UCS4 c
    for at in range(count - 1, -1, -1):  # the last one tells, nearly always
        c = PyUnicode_READ(kind, chars, at)
        if _ends(c):
            return True
        if Py_UNICODE_ISALNUM(c):
            return False
    return False


cdef inline bint _is_stop(Py_UCS4 c) noexcept:
    return c == u"." or c == u"!" or c == u"?" or c == u"؟" or c == u"।" or c == u"۔"


cdef inline bint _is_closing(Py_UCS4 c) noexcept:
    return c == u")" or c == u"»" or c == u"”" or c == u'"' or c == u"'"


def inner_stops(text):
    """The sentences that end inside a text: a stop, a quote or bracket at most, white space and more text. East Asian stops need no space."""
    cdef Py_ssize_t count = _count(text), at = 0, after, found = 0
    cdef int kind = PyUnicode_KIND(text)
    cdef void* chars = PyUnicode_DATA(text)
    cdef Py_UCS4 c
    while at + 1 < count:
        c = PyUnicode_READ(kind, chars, at)
        at += 1
        if _is_stop(c):
            after = at + _is_closing(PyUnicode_READ(kind, chars, at))
            if after < count and Py_UNICODE_ISSPACE(PyUnicode_READ(kind, chars, after)):
                while after < count and Py_UNICODE_ISSPACE(PyUnicode_READ(kind, chars, after)):
                    after += 1
                found += after < count
                at = after + 1  # what begins the next sentence is no stop of its own
        elif (c == u"。" or c == u"！" or c == u"？") and not Py_UNICODE_ISSPACE(PyUnicode_READ(kind, chars, at)):
            found += 1
            at += 1
    return found
