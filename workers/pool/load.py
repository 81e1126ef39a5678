"""The pages that one child has at a time, and their time. Pure."""

from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

from schemas.reasons import DeadLetterReason, OutcomeKind
from workers.pool.messages import Decoded, Job, PageResult, Proceed, Stop

T = TypeVar("T")
_MAX_TRIES = 2  # of a page whose process ends
GAP_S = 1.0  # between two looks of the pool


class Page(Generic[T]):
    """A page in a slot, from submit to its result."""

    def __init__(self, token: T, job: Job, value: bytes | None) -> None:
        self.token = token
        self.job = job
        self.value = value
        self.attempts = 0  # processes it was sent to, alone
        self.sent = 0.0  # monotonic seconds: when a child first got it
        self.decoded: Decoded | None = None  # once the engine was told
        self.answer: Proceed | Stop | None = None  # kept for a second try
        self.abandoned = False

    def failed(self, now: float, reason: DeadLetterReason, error: str) -> PageResult:
        """The result of a page that its child cannot report itself; its time is from first sent, waiting included."""
        return PageResult(
            outcome=OutcomeKind.DEAD_LETTERED,
            reason=reason,
            error=error,
            stage="decode" if self.answer is None else "extract",
            url=self.decoded.url if self.decoded else None,
            raw_bytes=len(self.value or b""),
            total_ms=round((now - self.sent) * 1000, 3),
            attempts=self.attempts,
        )


class Load(Generic[T]):
    """One page or several that a child gets together: it decodes them all, asks about them together, and finishes them in their order."""

    def __init__(self, pages: Sequence[Page[T]], time_s: float) -> None:
        self.pages = list(pages)
        self.since = 0.0  # monotonic seconds: when it began, or went on, to run
        self.deadline: float | None = None  # monotonic seconds; None while it does not run
        self.remaining_s = time_s  # of its time, while it does not run
        self.waiting = False  # its child waits for the answers
        self._decoding: deque[Page[T]] = deque()  # sent, and nothing heard
        self.asked: list[Page[T]] = []  # decoded, and not answered
        self._finishing: deque[Page[T]] = deque()  # told to proceed

    @property
    def running(self) -> bool:
        """True while a child has it."""
        return self.waiting or self.deadline is not None

    @property
    def decoded(self) -> bool:
        """Whether every page has been heard of."""
        return not self._decoding

    @property
    def done(self) -> bool:
        """Whether the child had it, and has nothing to do of it any more."""
        return self.running and not (self._decoding or self.asked or self._finishing)

    @property
    def unfinished(self) -> list[Page[T]]:
        """The pages without a result that somebody waits for, in their order."""
        pages = (*self.asked, *self._finishing, *self._decoding) if self.running else self.pages
        return [page for page in pages if not page.abandoned]

    def send(self, now: float) -> None:
        """A child gets it."""
        for page in self.pages:
            page.attempts += 1
            page.sent = page.sent or now
        self._decoding, self.asked, self._finishing = deque(self.pages), [], deque()
        self._run(now)

    def heard_decoded(self) -> Page[T] | None:
        """Return the page that a Decoded is of; None when none is due."""
        if not self._decoding:
            return None
        page = self._decoding.popleft()
        self.asked.append(page)
        return page

    def heard_result(self) -> Page[T] | None:
        """Return the page that a PageResult is of; None when none is due."""
        due = self._decoding or self._finishing
        return due.popleft() if due else None

    def wait(self, now: float) -> None:
        """Its child waits for the answers: its clock stands still."""
        self._stand_still(now)
        self.waiting = True

    def answers(self, now: float) -> list[Proceed | Stop] | None:
        """What to tell the child, which goes on; None while it does not wait, or a page's answer is missing."""
        answers = [page.answer for page in self.asked if page.answer is not None]
        if not self.waiting or len(answers) < len(self.asked):
            return None
        self._finishing = deque(page for page in self.asked if isinstance(page.answer, Proceed))
        self.asked = []
        self._run(now)
        return answers

    def back(self, now: float) -> None:
        """Its process is gone: it waits for another."""
        self._stand_still(now)
        self.waiting = False

    def may_be_tried_again(self, now: float) -> bool:
        """Whether its one page has a try and time left.

        The tries share its time: it holds its slot no longer than a page that hangs at once.
        """
        left_s = self.remaining_s if self.deadline is None else self.deadline - now
        return self.pages[0].attempts < _MAX_TRIES and left_s > 0

    def forgive_gap(self, before: float, now: float) -> None:
        """Take what is longer than a second between two looks for time in which all stood still."""
        if self.deadline is not None:
            self.deadline += max(0.0, now - max(before, self.since) - GAP_S)

    def _run(self, now: float) -> None:
        """Its child works on it from now on, for what remains of its time."""
        self.waiting = False
        self.since = now
        self.deadline = now + self.remaining_s

    def _stand_still(self, now: float) -> None:
        if self.deadline is not None:
            self.remaining_s = max(0.0, self.deadline - now)
            self.deadline = None
