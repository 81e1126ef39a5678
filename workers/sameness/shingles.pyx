# cython: language_level=3, boundscheck=False, wraparound=False
"""A text's words as numbers, its shingles, and their minima: what `minhash.py` makes a fingerprint of. All sums are modulo 2**64."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from libc.stdint cimport uint16_t, uint32_t, uint64_t

cdef extern from "Python.h":
    bint Py_UNICODE_ISALNUM(Py_UCS4 char)
    int PyUnicode_KIND(object text)
    const void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index)

cdef enum:
    WORDS = 3  # in a shingle
    AT_ONCE = 2  # hash functions: one's minimum waits for the last comparison

cdef uint64_t SPREAD = 0x9E3779B97F4A7C15
cdef uint32_t CRC32[256]  # zlib's
cdef unsigned char IS_WORD[128]


cdef void _fill_tables():
    cdef uint32_t value
    cdef int c, bit
    for c in range(256):
        value = c
        for bit in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
        CRC32[c] = value
    for c in range(128):
        IS_WORD[c] = Py_UNICODE_ISALNUM(c) or c == 95


_fill_tables()


def minima(str text not None, Py_ssize_t max_words, Py_ssize_t min_shingles, const uint64_t[::1] mix not None,
           const uint64_t[::1] factors not None, const uint64_t[::1] terms not None) -> tuple[int, list[int]] | None:
    """How many different shingles a text's first `max_words` words have, and the minimum of each hash function, in 16 bits.

    None for fewer than `min_shingles`. `mix`: three odd numbers, one for each word of a shingle; a hash function is a factor and a term.
    An even number of hash functions. Raises MemoryError, and ValueError for other numbers of numbers.
    """
    cdef Py_ssize_t length = len(text), count, k, different
    cdef uint64_t low, value
    cdef uint64_t[AT_ONCE] lows
    cdef uint64_t* numbers
    if mix.shape[0] != WORDS or factors.shape[0] != terms.shape[0] or factors.shape[0] % AT_ONCE or max_words < 0:
        raise ValueError("three words make a shingle, and a factor and a term a hash function")
    max_words = min(max_words, length)
    numbers = <uint64_t*>PyMem_Malloc((max_words + 1) * sizeof(uint64_t))
    if numbers is NULL:
        raise MemoryError
    try:
        count = _read_words(text, numbers, max_words) - WORDS + 1
        if count < max(min_shingles, 1):
            return None
        for k in range(count):  # the number of a word is not needed once its own shingle is made
            value = numbers[k] * mix[0] + numbers[k + 1] * mix[1] + numbers[k + 2] * mix[2]
            numbers[k] = value ^ value >> 32
        least = []
        for k in range(0, factors.shape[0], AT_ONCE):
            _find_minima(numbers, count, &factors[k], &terms[k], lows)
            for low in lows:  # its top bits are nearly all zero; a multiplication brings the low ones up
                least.append(<uint16_t>((low ^ low >> 32) * mix[0] >> 48))
        different = _count_different(numbers, count)
        return (different, least) if different >= min_shingles else None
    finally:
        PyMem_Free(numbers)


cdef void _find_minima(const uint64_t* numbers, Py_ssize_t count, const uint64_t* factors, const uint64_t* terms, uint64_t* lows) noexcept:
    """Fill the minimum of each of AT_ONCE hash functions of the numbers."""
    cdef uint64_t low = <uint64_t>-1, other_low = low, value, other
    cdef uint64_t factor = factors[0], other_factor = factors[1], term = terms[0], other_term = terms[1]
    cdef Py_ssize_t k
    for k in range(count):
        value = numbers[k] * factor + term
        other = numbers[k] * other_factor + other_term
        low = value if value < low else low
        other_low = other if other < other_low else other_low
    lows[0], lows[1] = low, other_low


cdef Py_ssize_t _read_words(str text, uint64_t* numbers, Py_ssize_t most) except -1:
    """The crc32 of each word's UTF-8, of at most so many words; how many. A letter of a script without spaces is a word."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t length = len(text), at = 0, count = 0
    cdef uint32_t crc = 0xFFFFFFFF
    cdef bint is_open = False, is_alone
    cdef Py_UCS4 char
    for at in range(length):
        char = PyUnicode_READ(kind, data, at)
        is_alone = char >= 0x0E00 and _is_unspaced(char)
        if is_open and (is_alone or not _is_word(char)):
            numbers[count] = crc ^ 0xFFFFFFFF
            count += 1
            is_open = False
        if count == most:
            return count
        if is_alone:
            numbers[count] = _with(0xFFFFFFFF, char) ^ 0xFFFFFFFF
            count += 1
            if count == most:
                return count
        elif _is_word(char):
            crc = _with(crc if is_open else 0xFFFFFFFF, char)
            is_open = True
    if is_open:
        numbers[count] = crc ^ 0xFFFFFFFF
        count += 1
    return count


cdef inline bint _is_word(Py_UCS4 char) noexcept:
    return IS_WORD[char] if char < 128 else Py_UNICODE_ISALNUM(char)


cdef inline bint _is_unspaced(Py_UCS4 char) noexcept:
    """Ideographs, kana, Thai, Lao, Myanmar, Khmer."""
    return (
        0x4E00 <= char <= 0x9FFF or 0x3040 <= char <= 0x30FF or 0x0E00 <= char <= 0x0EFF or 0x1000 <= char <= 0x109F or 0x1780 <= char <= 0x17FF
        or 0x31F0 <= char <= 0x31FF or 0x3400 <= char <= 0x4DBF or 0xF900 <= char <= 0xFAFF or 0x20000 <= char <= 0x3FFFF
    )


cdef inline uint32_t _step(uint32_t crc, uint32_t byte) noexcept:
    return CRC32[(crc ^ byte) & 0xFF] ^ crc >> 8


cdef inline uint32_t _with(uint32_t crc, uint32_t char) noexcept:
    """The crc, not yet inverted, with a character's UTF-8. No letter is a surrogate."""
    if char < 0x80:
        return _step(crc, char)
    if char < 0x800:
        return _step(_step(crc, 0xC0 | char >> 6), 0x80 | char & 0x3F)
    if char < 0x10000:
        crc = _step(crc, 0xE0 | char >> 12)
    else:
        crc = _step(_step(crc, 0xF0 | char >> 18), 0x80 | char >> 12 & 0x3F)
    return _step(_step(crc, 0x80 | char >> 6 & 0x3F), 0x80 | char & 0x3F)


cdef Py_ssize_t _count_different(const uint64_t* numbers, Py_ssize_t count) except -1:
    """How many different numbers, by a hash table. Numbers made to meet in it cost 0.2 s at most: there are 20,000."""
    cdef int bits = 4
    cdef Py_ssize_t k, different = 0
    cdef size_t slot, mask
    cdef bint has_zero = False
    while (1 << bits) < 2 * count:
        bits += 1
    mask = (1 << bits) - 1
    cdef uint64_t* table = <uint64_t*>PyMem_Calloc(mask + 1, sizeof(uint64_t))  # 0: empty
    if table is NULL:
        raise MemoryError
    for k in range(count):
        if numbers[k] == 0:
            has_zero = True
            continue
        slot = numbers[k] * SPREAD >> (64 - bits)
        while table[slot] != 0 and table[slot] != numbers[k]:
            slot = slot + 1 & mask
        if table[slot] == 0:
            table[slot] = numbers[k]
            different += 1
    PyMem_Free(table)
    return different + has_zero
