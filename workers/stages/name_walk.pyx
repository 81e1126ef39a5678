"""The walk that asks `workers.stages.named.Names` of libxml2's own nodes: lxml's objects are made only of those that it finds."""

cimport lxml.includes.etreepublic as cetree
from lxml.includes.tree cimport xmlAttr, xmlNode

from workers.native.nodes cimport TagTable, fill_tags, next_element, node_of, tag_value, value_of

cetree.import_lxml__etree()

cdef enum:
    MOST = 62  # expressions, or tags that they ask for
    MOST_CHARS = 2_000_000  # of values that are remembered, each counted as 100 more: what Python keeps with it
    LONG_CHARS = 2_000  # a page may have values of a megabyte; those of the tools that make names of looks have hundreds


cdef class NameWalk:
    """What expressions ask of elements.

    Args:
        by_tag: The expressions, as bits, that hold for elements of a tag if their attributes say so.
        alone: Those that hold for elements of a tag.
        any_tag: Those that hold for any element whose attributes say so.
        attributes: Those that are asked.
        paired: Of them, those of which the first to be written is asked.
        ask: The expressions that the value of an attribute lets hold, by the paired ones that are written before it.

    Raises:
        ValueError: Too many expressions, tags or paired attributes.
    """

    cdef TagTable _tags, _attributes
    cdef long long _by_tag[MOST + 1]
    cdef long long _alone[MOST + 1]
    cdef long long _any_tag
    cdef list _names  # of attributes, by number
    cdef list _known  # by number and by paired ones before: the answers by value
    cdef list _bit_of_paired
    cdef object _ask
    cdef Py_ssize_t _chars
    cdef int _befores

    def __init__(self, dict by_tag, dict alone, long long any_tag, attributes, paired, ask):
        cdef int number
        tags, names, pairs = sorted({*by_tag, *alone}), sorted(attributes), sorted(paired)
        if len(tags) > MOST or len(pairs) > 4 or max(any_tag, *by_tag.values(), *alone.values(), 0) >= 1LL << MOST:
            raise ValueError("more expressions, tags or attributes than this was made for")
        fill_tags(&self._tags, {tag: number for number, tag in enumerate(tags, 1)})
        fill_tags(&self._attributes, {name: number for number, name in enumerate(names, 1)})
        self._by_tag[0] = any_tag
        self._alone[0] = 0
        for number, tag in enumerate(tags, 1):
            self._by_tag[number] = by_tag.get(tag, 0) | any_tag
            self._alone[number] = alone.get(tag, 0)
        self._names, self._ask, self._chars = ["", *names], ask, 0
        self._befores = 1 << len(pairs)
        self._bit_of_paired = [1 << pairs.index(name) if name in paired else 0 for name in self._names]
        self._known = [{} for _ in range(len(self._names) * self._befores)]

    @property
    def remembered_chars(self) -> int:
        """Of values, each counted as 100 more."""
        return self._chars

    def of(self, cetree._Element element not None) -> int:
        """The expressions that hold for an element: bit 0 for the first one, and so on."""
        return self._bits(node_of(element))

    def first_below(self, cetree._Element top not None, int count) -> list:
        """By expression, of so many: the first element in it for which it holds, or None."""
        cdef xmlNode* root = node_of(top)
        cdef xmlNode* node = next_element(root, root)
        cdef long long bits, wanted = (1LL << count) - 1
        cdef int number
        found = [None] * count
        while node is not NULL and wanted:
            bits = self._bits(node) & wanted
            if bits:
                element = cetree.elementFactory(top._doc, node)
                wanted &= ~bits
                for number in range(count):
                    if bits >> number & 1:
                        found[number] = element
            node = next_element(node, root)
        return found

    def all_below(self, cetree._Element top not None) -> list:
        """The elements in it for which some hold, in page order, each with their bits."""
        cdef xmlNode* root = node_of(top)
        cdef xmlNode* node = next_element(root, root)
        cdef long long bits
        found = []
        while node is not NULL:
            bits = self._bits(node)
            if bits:
                found.append((cetree.elementFactory(top._doc, node), bits))
            node = next_element(node, root)
        return found

    cdef long long _bits(self, xmlNode* node) except -1:
        cdef int tag = tag_value(&self._tags, node), number, before = 0
        cdef long long wanted = self._by_tag[tag], bits = 0
        cdef xmlAttr* attribute = node.properties if wanted else NULL
        cdef dict known
        while attribute is not NULL:
            number = tag_value(&self._attributes, <xmlNode*> attribute)
            if number:
                value = value_of(node, attribute)
                known = self._known[number * self._befores + before]
                answer = known.get(value)
                if answer is None:
                    answer = self._asked(number, value, before)
                bits |= answer
                before |= self._bit_of_paired[number]
            attribute = attribute.next
        return bits & wanted | self._alone[tag]

    cdef object _asked(self, int number, str value, int before):
        names = tuple(name for name, bit in zip(self._names, self._bit_of_paired) if bit & before)
        answer = self._ask(self._names[number], value, names)
        if len(value) <= LONG_CHARS:
            if self._chars > MOST_CHARS:
                self._known = [{} for _ in self._known]
                self._chars = 0
            self._known[number * self._befores + before][value] = answer
            self._chars += len(value) + 100
        return answer
