"""One spelling for what readers take for the same words: what rules and pages are compared in.

Blind to case, accents, hamza forms, tashkeel, tatweel, presentation forms, Farsi and Urdu letters, digits of other scripts, bidi marks,
joiners, white space, and to what is neither letter nor digit at either end (bullets, quotes, the final colon).
"""

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.stdint cimport uint32_t
from libc.string cimport memcpy

import unicodedata

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object text)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    uint32_t PyUnicode_READ(int kind, void* data, Py_ssize_t at)
    object PyUnicode_FromKindAndData(int kind, const void* chars, Py_ssize_t size)
    bint Py_UNICODE_ISALNUM(uint32_t letter)

# Letters that NFKD leaves apart and Arabic-script typists take for each other; the Turkish dotless i.
_SAME = {"ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ٱ": "ا", "ı": "i", "ـ": ""}

cdef enum:
    SHORT_CHARS = 1024  # folded on the stack
    ROW_BITS = 8
    ROW_CHARS = 256
    UNKNOWN = 0  # a letter that was not met yet
    ONE = 1  # from here on: the one letter that it becomes
    SEVERAL = 0x110001  # from here on: a place in _several, of none or several letters

# What each code point becomes: 4,352 rows of 256, each made when one of its letters is met, and filled letter by letter. 4.5 MB at most.
cdef uint32_t* _table[0x1100]
_several = []


def _folded_char(letter):
    """What one letter becomes: none, one or several. White space becomes spaces."""
    parts = (c for c in unicodedata.normalize("NFKD", letter) if unicodedata.category(c) not in ("Mn", "Cf", "Cs"))
    return "".join(" " if c.isspace() else c for part in parts for c in _fold_part(part))


def _fold_part(letter):
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    # The casefold of a letter can have marks of its own: İ.
    return "".join(_SAME.get(c, c) for c in letter.casefold() if unicodedata.category(c) != "Mn")


cdef uint32_t _meet(uint32_t letter) except? 0:
    """Fill in a letter's place in the table."""
    cdef uint32_t* row = _table[letter >> ROW_BITS]
    if row == NULL:
        row = <uint32_t*>PyMem_Calloc(ROW_CHARS, sizeof(uint32_t))
        if row == NULL:
            raise MemoryError
        _table[letter >> ROW_BITS] = row
    cdef str folded = _folded_char(chr(letter))
    cdef uint32_t known
    if len(folded) == 1:
        known = ONE + ord(folded)
    else:
        known = SEVERAL + <uint32_t>len(_several)
        _several.append(folded)
    row[letter & (ROW_CHARS - 1)] = known
    return known


cdef inline uint32_t _known(uint32_t letter) except? 0:
    cdef uint32_t* row = _table[letter >> ROW_BITS]  # of a str: no code point is above 0x10FFFF
    cdef uint32_t known = UNKNOWN if row == NULL else row[letter & (ROW_CHARS - 1)]
    return known if known != UNKNOWN else _meet(letter)


cdef str _of_ascii(const unsigned char* chars, Py_ssize_t count, bint ends):
    cdef unsigned char short_one[SHORT_CHARS]
    cdef unsigned char* out = short_one
    cdef unsigned char* own = NULL
    cdef Py_ssize_t at, size = 0, start = 0
    cdef unsigned char letter
    try:
        if count > SHORT_CHARS:
            out = own = <unsigned char*>PyMem_Malloc(count)
            if own == NULL:
                raise MemoryError
        for at in range(count):  # writes no more than it reads
            letter = chars[at]
            if c"A" <= letter <= c"Z":
                letter += 32
            elif letter == c" " or 9 <= letter <= 13 or 28 <= letter <= 31:
                if size == 0 or out[size - 1] == c" ":
                    continue
                letter = c" "
            out[size] = letter
            size += 1
        if size and out[size - 1] == c" ":
            size -= 1
        if ends:
            while start < size and not Py_UNICODE_ISALNUM(out[start]):
                start += 1
            while size > start and not Py_UNICODE_ISALNUM(out[size - 1]):
                size -= 1
        return PyUnicode_FromKindAndData(1, out + start, size - start)
    finally:
        PyMem_Free(own)


cdef str _folded(object text, bint ends):
    if not isinstance(text, str):  # one of its subclasses may come: lxml has one
        raise TypeError(f"not a text: {type(text).__name__}")
    cdef Py_ssize_t count = len(<str>text)
    if PyUnicode_IS_ASCII(text):
        return _of_ascii(<const unsigned char*>PyUnicode_DATA(text), count, ends)
    cdef int kind = PyUnicode_KIND(text)
    cdef void* chars = PyUnicode_DATA(text)
    cdef uint32_t short_one[SHORT_CHARS]
    cdef uint32_t* out = short_one
    cdef uint32_t* larger
    cdef uint32_t* own = NULL
    cdef Py_ssize_t room = SHORT_CHARS, at, size = 0, start = 0, needed
    cdef uint32_t known, letter
    cdef str several
    cdef Py_UCS4 part
    try:
        if count > room:
            room = count
            out = own = <uint32_t*>PyMem_Malloc(room * sizeof(uint32_t))
            if own == NULL:
                raise MemoryError
        for at in range(count):  # there is always room for as many letters as are still to be read
            known = _known(PyUnicode_READ(kind, chars, at))
            if known < SEVERAL:
                letter = known - ONE
                if letter == c" " and (size == 0 or out[size - 1] == c" "):
                    continue
                out[size] = letter
                size += 1
                continue
            several = _several[known - SEVERAL]
            needed = size + len(several) + count - at
            if needed > room:
                room = needed + needed // 2
                larger = <uint32_t*>PyMem_Realloc(own, room * sizeof(uint32_t))
                if larger == NULL:
                    raise MemoryError
                if own == NULL:
                    memcpy(larger, short_one, size * sizeof(uint32_t))
                out = own = larger
            for part in several:
                letter = ord(part)
                if letter == c" " and (size == 0 or out[size - 1] == c" "):
                    continue
                out[size] = letter
                size += 1
        if size and out[size - 1] == c" ":
            size -= 1
        if ends:
            while start < size and not Py_UNICODE_ISALNUM(out[start]):
                start += 1
            while size > start and not Py_UNICODE_ISALNUM(out[size - 1]):
                size -= 1
        return PyUnicode_FromKindAndData(4, out + start, size - start)
    finally:
        PyMem_Free(own)


def fold(text):
    """The whole text in its one spelling, white space collapsed."""
    return _folded(text, False)


def fold_ends(text):
    """`fold`, less what is neither letter nor digit at both ends: how whole lines are compared."""
    return _folded(text, True)


def after_prefix(str text not None, str prefix not None):
    """What follows in `text` the words whose folding is `prefix`; what is neither letter nor digit before them is passed over."""
    cdef Py_ssize_t left = len(prefix.replace(" ", "")), at
    cdef bint begun = False
    cdef uint32_t known
    cdef str folded
    for at in range(len(text)):
        known = _known(ord(text[at]))
        folded = chr(known - ONE) if known < SEVERAL else _several[known - SEVERAL]
        if left <= 0 and folded:  # what folds to nothing is the last letter's accent
            return text[at:]
        folded = folded.strip()
        begun = begun or any(map(str.isalnum, folded))
        if begun:
            left -= len(folded)
    return ""
