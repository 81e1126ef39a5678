"""The walk that cuts a tree into blocks, over libxml2's own nodes: to make lxml's object of each took most of the time."""

cimport lxml.includes.etreepublic as cetree
from cpython.mem cimport PyMem_Free
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.string cimport strlen
from lxml.includes.tree cimport xmlAttr, xmlNode

from workers.native.nodes cimport (
    TagTable, after, fill_tags, grown, is_element, is_named, is_text, node_of, space_bytes, tag_value, value_of,
)

cetree.import_lxml__etree()

cdef enum:  # of elements, after the numbers of block-level tags
    INLINE = 1000
    LINK
    STRONG
    ITALIC
    BREAK
    SKIPPED  # its text is left out
    TEXTLESS  # as if it were not there: what is before and after it is one text

    MOST_CHARS = 2_000_000  # of names that are remembered, each counted as 100 more: what Python keeps with it
    LONG_CHARS = 2_000  # a page may have names of a megabyte; those of the tools that make names of looks have hundreds

cdef TagTable _kinds
cdef dict _known_roots = {}
cdef Py_ssize_t _known_chars = 0
_node_type = _roots_of = _hides = None


def set_words(tags: dict, kinds: dict, node_type, roots_of, hides) -> None:
    """Told once by workers.model.blocks, whose vocabulary this is: numbers of block-level tags, then tags of the other kinds."""
    global _node_type, _roots_of, _hides
    numbers = {"inline": INLINE, "link": LINK, "strong": STRONG, "italic": ITALIC, "break": BREAK, "skipped": SKIPPED, "textless": TEXTLESS}
    fill_tags(&_kinds, {**tags, **{tag: numbers[kind] for kind, names in kinds.items() for tag in names}})
    _node_type, _roots_of, _hides = node_type, roots_of, hides


cdef struct Open:  # an element that the walk is in
    xmlNode* node
    int kind  # 0 for a block
    Py_ssize_t number  # of the block-level element around, or itself
    Py_ssize_t pieces  # before it
    Py_ssize_t chars  # counted before it as strong or italic


cdef struct Level:  # a block-level element
    long long tags
    Py_ssize_t depth
    Py_ssize_t article
    bint is_hidden


cdef bint _holds_any(xmlNode* node) noexcept nogil:
    """Whether there is an element in it, or text."""
    cdef xmlNode* child = node.children
    while child is not NULL:
        if is_text(child):
            if child.content is not NULL and child.content[0]:
                return True
        elif is_element(child) and tag_value(&_kinds, child) != TEXTLESS:
            return True
        child = child.next
    return False


cdef object _roots(str names):
    """The roots in a name, asked of Python once for all pages: sites use the same names on all of theirs."""
    global _known_chars
    bits = _known_roots.get(names)
    if bits is None:
        bits = _roots_of(names)
        if len(names) <= LONG_CHARS:
            if _known_chars > MOST_CHARS:
                _known_roots.clear()
                _known_chars = 0
            _known_roots[names] = bits
            _known_chars += len(names) + 100
    return bits


cdef class Cutter:
    """Cuts one tree: `run`, once. Then the lists are those of workers.model.blocks.Blocks, and `page` is the texts, a line each."""

    cdef readonly list nodes, node, link_chars, links, strong_chars, italic_chars, joint
    cdef readonly str page
    cdef dict _signatures
    cdef Open* _open
    cdef Level* _levels
    cdef Py_ssize_t* _starts  # of the pieces of text since the last block: the characters before each
    cdef unsigned char* _text
    cdef Py_ssize_t _opens, _open_room, _level_room, _pieces, _start_room, _bytes, _text_room
    cdef Py_ssize_t _block_start, _chars, _links, _link_chars, _strong_chars, _italic_chars, _articles, _lowest
    cdef bint _is_apart, _is_piece_open  # white space since the last character; the last piece may go on

    def __cinit__(self):
        self.nodes, self.node, self.link_chars, self.links, self.strong_chars, self.italic_chars, self.joint = [], [], [], [], [], [], []
        self._signatures = {}
        self.page = ""

    def __dealloc__(self):
        PyMem_Free(self._open)
        PyMem_Free(self._levels)
        PyMem_Free(self._starts)
        PyMem_Free(self._text)

    def run(self, cetree._Element body not None, body_number: int) -> None:
        cdef xmlNode* node = node_of(body)
        cdef Open* last
        cdef int kind
        self._levels = <Level*> grown(self._levels, 1, &self._level_room, sizeof(Level))
        self._levels[0] = Level(tags=0, depth=0, article=-1, is_hidden=False)
        self.nodes.append(_node_type(-1, 0, body_number, 0, 0, 0, -1, 0, False))
        self._push(node, 0, 0)
        node = node.children
        while True:
            while node is NULL:  # what was in the last one that was opened is done
                self._is_piece_open = False
                node = self._open[self._opens - 1].node.next
                self._leave()
                self._opens -= 1
                if not self._opens:
                    self._flush(0)
                    self.page = PyUnicode_DecodeUTF8(<char*> self._text, self._bytes - 1, NULL) if self._bytes else ""
                    return
            if is_text(node):
                if node.content is not NULL and node.content[0]:
                    self._add(node.content)
                node = node.next
                continue
            kind = tag_value(&_kinds, node) if is_element(node) else TEXTLESS
            if kind == TEXTLESS:
                node = node.next
                continue
            self._is_piece_open = False
            last = &self._open[self._opens - 1]
            if kind < INLINE or kind == BREAK:
                if self._pieces:
                    self._flush(last.number)
                if kind == BREAK or not _holds_any(node):
                    node = node.next
                    continue
                self._enter(node, kind, last.number)
                self._push(node, 0, len(self.nodes) - 1)
            elif kind == SKIPPED:
                node = node.next
                continue
            else:
                self._push(node, kind, last.number)
            node = node.children

    cdef int _push(self, xmlNode* node, int kind, Py_ssize_t number) except -1:
        cdef Py_ssize_t counted = self._strong_chars if kind == STRONG else self._italic_chars
        self._open = <Open*> grown(self._open, self._opens + 1, &self._open_room, sizeof(Open))
        self._open[self._opens] = Open(node=node, kind=kind, number=number, pieces=self._pieces, chars=counted)
        self._opens += 1
        return 0

    cdef int _leave(self) except -1:
        cdef Open* left = &self._open[self._opens - 1]
        cdef Py_ssize_t chars, depth
        if left.kind == 0:
            if left.number:
                if self._pieces:
                    self._flush(left.number)
                depth = self._levels[left.number].depth
                if depth <= self._lowest:
                    self._lowest = depth - 1
            return 0
        # What is around blocks was flushed: its last run counts, from as many pieces on as there were before the element.
        chars = self._chars - self._starts[left.pieces] if left.pieces < self._pieces else 0
        if left.kind == LINK:
            self._link_chars += chars
            self._links += 1
        elif left.kind == STRONG:
            self._strong_chars = left.chars + chars
        elif left.kind == ITALIC:
            self._italic_chars = left.chars + chars
        return 0

    cdef int _add(self, const unsigned char* text) except -1:
        """Text, in which each white space becomes one blank, and none is at the ends of a block."""
        cdef Py_ssize_t length = strlen(<const char*> text), at = 0, end = self._bytes, width, begin
        cdef unsigned char* made
        cdef unsigned char char
        if not self._is_piece_open:
            self._starts = <Py_ssize_t*> grown(self._starts, self._pieces + 1, &self._start_room, sizeof(Py_ssize_t))
            self._starts[self._pieces] = self._chars
            self._pieces += 1
            self._is_piece_open = True
        # As many bytes as come in at most: a blank stands for one of them, or for one before, and `_flush` adds one.
        made = self._text = <unsigned char*> grown(self._text, end + length + 2, &self._text_room, 1)
        while at < length:
            if 0x20 < text[at] < 0x80:
                if self._is_apart:
                    made[end] = 0x20
                    end += 1
                    self._is_apart = False
                begin = at
                while 0x20 < text[at] < 0x80:
                    made[end] = text[at]
                    end += 1
                    at += 1
                self._chars += at - begin
                continue
            char = text[at]
            width = space_bytes(text + at)
            self._chars += 1
            if width:
                self._is_apart = end > self._block_start
                at += width
                continue
            if self._is_apart:
                made[end] = 0x20
                end += 1
                self._is_apart = False
            made[end] = char
            end += 1
            at += 1
            if char >= 0x80:
                while text[at] & 0xC0 == 0x80:
                    made[end] = text[at]
                    end += 1
                    at += 1
        self._bytes = end
        return 0

    cdef int _flush(self, Py_ssize_t number) except -1:
        if self._bytes > self._block_start:
            self.node.append(number)
            self.link_chars.append(self._link_chars)
            self.links.append(self._links)
            self.strong_chars.append(self._strong_chars)
            self.italic_chars.append(self._italic_chars)
            self.joint.append(self._lowest)
            self._lowest = self._levels[number].depth
            self._text = <unsigned char*> grown(self._text, self._bytes + 1, &self._text_room, 1)
            self._text[self._bytes] = 0x0A
            self._bytes += 1
            self._block_start = self._bytes
        self._is_apart = self._is_piece_open = False
        self._pieces = self._chars = self._links = self._link_chars = self._strong_chars = self._italic_chars = 0
        return 0

    cdef int _enter(self, xmlNode* element, int number, Py_ssize_t parent) except -1:
        cdef Level level = self._levels[parent]
        cdef xmlAttr* attribute = element.properties
        cdef const unsigned char* name
        cdef Py_ssize_t mine = len(self.nodes)
        names = None
        own = 0
        while attribute is not NULL:
            name = attribute.name
            if name is not NULL and (attribute.ns is NULL or attribute.ns.href is NULL):
                if is_named(name, "class"):
                    names = value_of(element, attribute)
                    own = own | _roots(names)
                elif is_named(name, "id") or is_named(name, "itemprop") or is_named(name, "role"):
                    own = own | _roots(value_of(element, attribute))
                elif not level.is_hidden:
                    if is_named(name, "hidden"):
                        level.is_hidden = True
                    elif is_named(name, "style"):
                        level.is_hidden = _hides(value_of(element, attribute))
                    elif is_named(name, "aria-hidden"):
                        level.is_hidden = value_of(element, attribute) == "true"
            attribute = attribute.next
        if number:
            level.tags |= 1LL << (number - 1)
            if is_named(element.name, "article"):
                level.article = self._articles
                self._articles += 1
        level.depth += 1
        self._levels = <Level*> grown(self._levels, mine + 1, &self._level_room, sizeof(Level))
        self._levels[mine] = level
        key = (number if number else cetree.namespacedName(element), names)
        signature = self._signatures.setdefault(key, len(self._signatures) + 1)
        roots = self.nodes[parent].roots | own
        made = _node_type(parent, level.depth, number, level.tags, own, roots, level.article, signature, level.is_hidden)
        self.nodes.append(made)
        return 0


cdef bint is_textless(const xmlNode* element) noexcept nogil:
    return tag_value(&_kinds, element) == TEXTLESS


cdef xmlNode* next_block(xmlNode* node, xmlNode* top) noexcept nogil:
    """The element of the next node that a cut of `top` makes, after that of the one before it; NULL after the last."""
    cdef bint is_entered = True
    cdef int kind
    while True:
        node = after(node, top, is_entered)
        if node is NULL:
            return NULL
        is_entered = False
        if is_element(node):
            kind = tag_value(&_kinds, node)
            if kind < INLINE and _holds_any(node):
                return node
            is_entered = kind < BREAK


def elements_of(cetree._Element body not None) -> list:
    """The elements of a cut's nodes, by number, from the same tree that was cut."""
    cdef xmlNode* top = node_of(body)
    cdef xmlNode* node = top
    found = [body]
    while True:
        node = next_block(node, top)
        if node is NULL:
            return found
        found.append(cetree.elementFactory(body._doc, node))
