"""How deep a JSON text nests, before a parser that recurses is given it."""


def nests_deeper(str text not None, Py_ssize_t most):
    """Whether arrays and objects in a JSON text nest deeper than `most`; the text need not be valid.

    A string ends with its quote, else with the text. A bracket that closes nothing is passed over.
    """
    cdef Py_ssize_t depth = 0
    cdef bint is_string = False, is_escaped = False
    cdef Py_UCS4 char
    for char in text:
        if is_string:
            if is_escaped:
                is_escaped = False
            elif char == u"\\":
                is_escaped = True
            elif char == u'"':
                is_string = False
        elif char == u'"':
            is_string = True
        elif char == u"[" or char == u"{":
            depth += 1
            if depth > most:
                return True
        elif (char == u"]" or char == u"}") and depth > 0:
            depth -= 1
    return False
