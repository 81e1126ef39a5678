"""Sums of float32 as numpy makes them: of pairs of pairs, so that they round as they did when the models were trained."""


cdef inline float sum_of(const float* values, Py_ssize_t count, Py_ssize_t step) noexcept:
    """`step`: from one value to the next. Halves until 128 are left: no deeper than the bits of a count."""
    cdef Py_ssize_t at, half
    cdef float found = 0
    cdef float eight[8]
    if count < 8:
        for at in range(count):
            found += values[at * step]
        return found
    if count > 128:
        half = count // 2
        half -= half % 8
        return sum_of(values, half, step) + sum_of(values + half * step, count - half, step)
    for at in range(8):
        eight[at] = values[at * step]
    for at in range(8, count - count % 8):
        eight[at % 8] += values[at * step]
    found = ((eight[0] + eight[1]) + (eight[2] + eight[3])) + ((eight[4] + eight[5]) + (eight[6] + eight[7]))
    for at in range(count - count % 8, count):
        found += values[at * step]
    return found
