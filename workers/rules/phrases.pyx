"""Which of many phrases may stand in a line, told in one pass over it: most lines hold none."""

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, void* data, Py_ssize_t at)

cdef enum:
    BEGIN_CHARS = 3
    PLACE_BITS = 16  # one place in a thousand is a phrase's: what is found by chance costs a look
    WORDS = 1024  # of 64 bits: 2 to the power of PLACE_BITS in all


cdef inline unsigned int _place(Py_UCS4 first, Py_UCS4 second, Py_UCS4 third) noexcept:
    cdef unsigned int mixed = <unsigned int>first * 0x9E3779B1u
    mixed = (mixed ^ <unsigned int>second) * 0x85EBCA6Bu
    mixed = (mixed ^ <unsigned int>third) * 0xC2B2AE35u
    return mixed >> (32 - PLACE_BITS)


cdef class Phrases:
    """Some phrases, by number."""

    cdef unsigned long long _bits[WORDS]
    cdef dict _numbers  # by place
    cdef list _short  # phrases too short to have a place

    def __init__(self, phrases):
        cdef str phrase
        cdef unsigned int place
        for place in range(WORDS):
            self._bits[place] = 0
        self._numbers, self._short = {}, []
        for number, phrase in enumerate(phrases):
            if len(phrase) < BEGIN_CHARS:
                self._short.append(number)
                continue
            place = _place(phrase[0], phrase[1], phrase[2])
            self._bits[place >> 6] |= 1ULL << (place & 63)
            self._numbers.setdefault(place, []).append(number)

    def may_be_in(self, str text not None):
        """The numbers of the phrases of which the first letters stand in a text, ascending: those that are in it, and at times one more."""
        cdef Py_ssize_t at, count = len(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef void* chars = PyUnicode_DATA(text)
        cdef Py_UCS4 first, second, third
        cdef unsigned int place
        cdef set found = None
        if count >= BEGIN_CHARS:
            first, second = PyUnicode_READ(kind, chars, 0), PyUnicode_READ(kind, chars, 1)
            for at in range(2, count):
                third = PyUnicode_READ(kind, chars, at)
                place = _place(first, second, third)
                if self._bits[place >> 6] >> (place & 63) & 1:
                    if found is None:
                        found = set()
                    found.update(self._numbers[place])
                first, second = second, third
        return self._short if found is None else sorted(found.union(self._short))
