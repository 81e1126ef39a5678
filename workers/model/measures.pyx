# cython: cdivision=True
"""Features of a block's text, and of what other texts have of it."""

import numpy as np

from workers.model import words as tables
from workers.model.blocks import TAG_NUMBER
from workers.model.columns cimport Columns, scratch
from workers.model.compare cimport Comparison
from workers.model.structure cimport Place, numbers
from workers.model.texts cimport Texts

BESIDE = ("extracted", "stated", "headline", "title", "description")
TOPIC = sum(1 << BESIDE.index(name) for name in ("title", "description"))
cdef tuple _BESIDE = tuple((name, f"{name}.share", f"{name}.words", f"{name}.exact", f"{name}.length") for name in BESIDE)
cdef int _EXTRACTED = BESIDE.index("extracted"), _STATED = BESIDE.index("stated"), _TITLE = BESIDE.index("title")
cdef float _TAKEN_SHARE = 0.6  # of a block in a text beside: that text has the block
cdef int _DIGIT = tables.DIGIT, _UPPER = tables.UPPER, _POINT = tables.POINT, _COMMA = tables.COMMA
cdef int _PUNCTUATION = tables.PUNCTUATION, _UNSPACED = tables.UNSPACED, _COLON = tables.COLON
cdef Py_ssize_t _P = TAG_NUMBER["p"]


cdef class Measures:
    """What is measured of each block of a page, for the features to be made from.

    `texts`: of the blocks, then of the five texts beside the page (BESIDE), in lines; `edges`: as `Comparison` takes them.
    `readable_words`: a block with as many, mostly not links, is running text.
    """

    def __init__(self, blocks, list texts not None, list edges not None, Py_ssize_t readable_words):
        cdef Py_ssize_t block, count = edges[0]
        cdef Texts read = Texts(texts)
        cdef Comparison compared = Comparison(read, edges, TOPIC)
        cdef float[::1] extracted, stated
        cdef long long[::1] words
        cdef bytearray memory = scratch(count * sizeof(Py_ssize_t))
        cdef Py_ssize_t* link_chars = <Py_ssize_t*><char*>memory
        cdef double total = 0
        if count < 1 or compared.references != len(BESIDE):
            raise ValueError("a page has blocks, and five texts beside them")
        numbers(blocks.link_chars, count, link_chars)
        self.count, self._texts, self._compared, self._readable_words = count, read, compared, readable_words
        self._memory = scratch(7 * count * sizeof(float))
        self.lengths = <float*><char*>self._memory
        self.chars, self.links, self.sentence = self.lengths + count, self.lengths + 2 * count, self.lengths + 3 * count
        self.readable, self.running, self.titled = self.lengths + 4 * count, self.lengths + 5 * count, self.lengths + 6 * count
        self.words, self.extracted, self.stated = np.empty(count, np.int64), np.empty(count, np.float32), np.empty(count, np.float32)
        words, extracted, stated = self.words, self.extracted, self.stated
        self.extracted_of, self.stated_of, self.topic = &extracted[0], &stated[0], compared.topic_of
        self.longest = 0
        for block in range(count):
            words[block] = read.start_of[block + 1] - read.start_of[block]
            total += words[block]
            self.longest = max(self.longest, words[block])
            self.lengths[block] = words[block]
            self.chars[block] = read.chars_of[block]
            self.links[block] = min(<float>link_chars[block] / max(self.chars[block], <float>1), <float>1)
            self.sentence[block] = (read.last_of[block] & _POINT) != 0
            self.readable[block] = <float>1 - self.links[block] if words[block] >= readable_words else 0
            self.running[block] = self.lengths[block] * self.readable[block]
        self.total = max(total, 1.0)
        _share_in(self, _EXTRACTED, self.extracted_of)
        _share_in(self, _STATED, self.stated_of)
        _share_in(self, _TITLE, self.titled)

    @property
    def lines(self):
        """A hash of each block."""
        return self._compared.lines

    def add_text(self, Columns table not None, blocks):
        """A block's text by itself, and how often the page says it."""
        cdef Py_ssize_t block, count = self.count
        cdef Py_ssize_t* links
        cdef Py_ssize_t* strong
        cdef Py_ssize_t* italic
        cdef float* row
        cdef double chars
        cdef bytearray memory = scratch(3 * count * sizeof(Py_ssize_t))
        if table.count != count:
            raise ValueError("a table of another page")
        links = <Py_ssize_t*><char*>memory
        strong, italic = links + count, links + 2 * count
        numbers(blocks.links, count, links)
        numbers(blocks.strong_chars, count, strong)
        numbers(blocks.italic_chars, count, italic)
        self._add_row(table, "words", self.lengths)
        self._add_row(table, "chars", self.chars)
        row = table.row("chars_per_word")
        if row != NULL:
            for block in range(count):
                row[block] = self.chars[block] / max(self.lengths[block], <float>1)
        row = table.row("link_count")
        if row != NULL:
            for block in range(count):
                row[block] = links[block]
        row = table.row("links_per_word")
        if row != NULL:
            for block in range(count):
                row[block] = <double>links[block] / max(<double>self.lengths[block], 1.0)
        row = table.row("strong")
        if row != NULL:
            for block in range(count):
                row[block] = min(<double>strong[block] / max(<double>self.chars[block], 1.0), 1.0)
        row = table.row("italic")
        if row != NULL:
            for block in range(count):
                row[block] = min(<double>italic[block] / max(<double>self.chars[block], 1.0), 1.0)
        row = table.row("address")
        if row != NULL:
            for block in range(count):
                row[block] = self._texts.has_address[block]
        self._add_class(table, "digits", _DIGIT)
        self._add_class(table, "upper", _UPPER)
        self._add_class(table, "points", _POINT)
        row = table.row("point_count")
        if row != NULL:
            for block in range(count):
                row[block] = self._texts.class_counts[8 * block + 3]
        self._add_class(table, "commas", _COMMA)
        self._add_class(table, "punctuation", _PUNCTUATION)
        self._add_class(table, "unspaced", _UNSPACED)
        self._add_edge(table, "ends_with_punctuation", self._texts.last_of, _PUNCTUATION)
        self._add_edge(table, "begins_upper", self._texts.first_of, _UPPER)
        self._add_edge(table, "begins_with_punctuation", self._texts.first_of, _PUNCTUATION)
        self._add_edge(table, "ends_with_colon", self._texts.last_of, _COLON)
        self._add_edge(table, "begins_with_digit", self._texts.first_of, _DIGIT)
        row = table.row("words_to_longest")
        if row != NULL:
            for block in range(count):
                row[block] = self.lengths[block] / <float>max(self.longest, 1)
        self._add_row(table, "links", self.links)
        self._add_row(table, "ends_as_sentence", self.sentence)
        row = table.row("repeated")
        if row != NULL:
            for block in range(count):
                row[block] = self._compared.equal[block]
        row = table.row("repeats")
        if row != NULL:
            for block in range(count):
                row[block] = self._compared.earliest[block] != block

    def add_comparisons(self, Columns table not None):
        """Columns for each text beside the page, and how much of the topic a block has."""
        cdef Py_ssize_t block, number, different = 0
        cdef float* row
        cdef bytearray memory = scratch(self.count * sizeof(float))
        cdef float* share = <float*><char*>memory
        cdef Comparison compared = self._compared
        if table.count != self.count:
            raise ValueError("a table of another page")
        lengths = np.log1p(np.array([compared.words_in[number] for number in range(compared.references)])).tolist()
        for number, (name, name_share, name_words, name_exact, name_length) in enumerate(_BESIDE):
            _share_in(self, number, share)
            self._add_row(table, name_share, share)
            self._add_row(table, name_words, compared.shares_of(number, 0))
            self._add_row(table, name_exact, compared.shares_of(number, 3))
            table.add_number(name_length, lengths[number])
            if number == _EXTRACTED or number == _STATED:
                self._add_row(table, f"{name}.pairs", compared.shares_of(number, 1))
                self._add_span(table, name, share)
        row = table.row("topic")
        if row != NULL:
            for block in range(self.count):
                row[block] = self.topic[block] * <float>self.count

    def add_around(self, Columns table not None, Place place not None):
        """What is on either side of a block."""
        cdef Py_ssize_t block
        cdef float[::1] words = <float[: self.count]>self.lengths, logarithms
        cdef bytearray memory = scratch(self.count * sizeof(float))
        cdef float* is_p = <float*><char*>memory
        if table.count != self.count or place.count != self.count:
            raise ValueError("a table of another page")
        for block in range(self.count):
            is_p[block] = place.tag[place.of_block[block]] == _P
        logarithms = np.log1p(words, dtype=np.float64).astype(np.float32)  # rounded once: how a processor makes the double is lost in it
        table.around("words", &logarithms[0])
        table.around("links", self.links)
        table.around("extracted", self.extracted_of)
        table.around("sentence", self.sentence)
        table.around("is_p", is_p)

    cdef int _add_row(self, Columns table, str name, const float* values) except -1:
        cdef Py_ssize_t block
        cdef float* row = table.row(name)
        if row != NULL:
            for block in range(self.count):
                row[block] = values[block]
        return 0

    cdef int _add_class(self, Columns table, str name, int bit) except -1:
        """The share of a class in the characters."""
        cdef Py_ssize_t block
        cdef int place = 0
        cdef float* row = table.row(name)
        while 1 << place < bit:
            place += 1
        if row != NULL:
            for block in range(self.count):
                row[block] = <float>self._texts.class_counts[8 * block + place] / max(self.chars[block], <float>1)
        return 0

    cdef int _add_edge(self, Columns table, str name, const unsigned char* classes, int bits) except -1:
        """Whether the first or the last character is of a class."""
        cdef Py_ssize_t block
        cdef float* row = table.row(name)
        if row != NULL:
            for block in range(self.count):
                row[block] = (classes[block] & bits) != 0
        return 0

    cdef int _add_span(self, Columns table, str name, const float* share) except -1:
        """Where a block stands to the first and the last block that the text beside has."""
        cdef Py_ssize_t block, first = -1, last = -1, gone = -1, coming = 10_000
        cdef float* row
        for block in range(self.count):
            if share[block] > _TAKEN_SHARE and self.lengths[block] >= self._readable_words:
                last = block
                if first < 0:
                    first = block
        table.add_distances(f"{name}.from_first", first, -50, 200)
        table.add_distances(f"{name}.from_last", last, -200, 50)
        row = table.row(f"{name}.since")
        if row != NULL:
            for block in range(self.count):
                gone = block if share[block] > _TAKEN_SHARE else gone
                row[block] = min(block - gone, 50)
        row = table.row(f"{name}.until")
        if row != NULL:
            for block in range(self.count - 1, -1, -1):
                coming = min(coming, block) if share[block] > _TAKEN_SHARE else coming
                row[block] = min(coming - block, 50)
        return 0


cdef void _share_in(Measures measures, int reference, float* into) noexcept:
    """How much of each block a text beside has: runs of four words, of two in short blocks, the words in those of one."""
    cdef Py_ssize_t block
    cdef Comparison compared = measures._compared
    cdef const float* one = compared.shares_of(reference, 0)
    cdef const float* two = compared.shares_of(reference, 1)
    cdef const float* four = compared.shares_of(reference, 2)
    cdef const float* exact = compared.shares_of(reference, 3)
    cdef float half = 0.5
    for block in range(measures.count):
        if measures.lengths[block] >= 4:
            into[block] = four[block]
        else:
            into[block] = (two[block] if measures.lengths[block] >= 2 else one[block]) * half + half * exact[block]
