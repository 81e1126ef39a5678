"""Stories as a forest: each article hangs below the earlier article that is most alike, its parent; a tree is a story.

The parent of an article depends on the set of articles only, not on the order in which they came: an article that comes late is made
the parent of those after it that are more alike to it than to theirs. A tree is bounded in time: an article whose event is further than
the window from its root's is the root of a tree of its own.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from workers.stories.features import Features
from workers.stories.index import SAME, Index


class Node(msgspec.Struct, array_like=True):
    """An article in the forest. `parent` may be an article that is not there any more, or not yet; then the node is a root."""

    article: Features
    first_s: int  # when it was first downloaded: with the id, what is earlier
    seen_ms: int  # timestamp of its latest record
    source: tuple[int, int]  # partition and offset of that record
    parent: bytes | None = None
    likeness: int = 0  # to the parent

    @property
    def order(self) -> tuple[int, bytes]:
        """Earlier articles are less."""
        return self.first_s, self.article.id

    @property
    def is_reprint(self) -> bool:
        """Whether it is the same text as an earlier article."""
        return self.likeness >= SAME


class Forest:
    """The nodes, their trees, and what changed since `take_changes`."""

    def __init__(self, index: Index, window_s: int) -> None:
        self._index = index
        self._window_s = window_s
        self.nodes: dict[bytes, Node] = {}
        self.members: dict[bytes, set[bytes]] = {}  # root to its tree, the root included
        self._root: dict[bytes, bytes] = {}
        self._children: dict[bytes, set[bytes]] = defaultdict(set)
        self._dirty: dict[bytes, None] = {}  # nodes whose entry in the journal is out of date, in order
        self._touched: dict[bytes, set[bytes]] = {}  # root to the roots that its nodes went to

    def root_of(self, article_id: bytes) -> bytes:
        """The root of a node's tree."""
        return self._root[article_id]

    def restore(self, nodes: Iterable[Node]) -> None:
        """Take over nodes as they were; nothing of it is a change."""
        for node in sorted(nodes, key=lambda node: node.order):
            self._insert(node)
        self._reroot_all(self.nodes)
        self._touched.clear()

    def add(self, node: Node) -> None:
        """Hang in an article that is not there, with its parent, and make it the parent of later ones that are most alike to it."""
        self._insert(node)
        moved = {node.article.id} | self._children.get(node.article.id, set())
        alike = self._index.neighbours(node.article)
        if alike.parent is not None:
            self._hang(node, *alike.parent)
        for neighbour in alike.children:
            child = self.nodes[neighbour.id]
            if self._is_better(child, node, neighbour.likeness):
                self._hang(child, node.article.id, neighbour.likeness)
                moved.add(neighbour.id)
        self._reroot_all(moved)
        self._touch(self._root[node.article.id])
        self._dirty.pop(node.article.id, None)
        self._dirty[node.article.id] = None  # last: once it is in the journal, all that it changed is

    def remove(self, article_id: bytes) -> Node:
        """Take an article out; its children find other parents. Returns it."""
        node, root = self.nodes[article_id], self._root[article_id]
        children = self._children.pop(article_id, set())
        self._forget(article_id)
        self._touch(root)
        for child_id in children:
            child = self.nodes[child_id]
            child.parent = None
            parent = self._index.neighbours(child.article).parent
            self._hang(child, *(parent or (None, 0)))
        self._reroot_all(children)
        self._dirty.pop(article_id, None)
        self._dirty[article_id] = None
        return node

    def forget_story(self, root: bytes) -> list[bytes]:
        """Drop a whole tree, which is over. Returns its articles. Those of other trees keep their parents in it, and stay roots."""
        gone = sorted(self.members[root])
        for article_id in gone:
            self._forget(article_id)
            self._dirty[article_id] = None
        self._touched.pop(root, None)
        return gone

    def take_changes(self) -> tuple[dict[bytes, set[bytes]], list[bytes]]:
        """Return the roots of trees that changed, each with the roots its nodes went to, and the articles for the journal, in order."""
        touched, dirty = self._touched, list(self._dirty)
        self._touched, self._dirty = {}, {}
        return touched, dirty

    def _insert(self, node: Node) -> None:
        article_id = node.article.id
        self._index.add(node.article, node.first_s)
        self._index.hang(article_id, node.likeness)
        self.nodes[article_id] = node
        self._root[article_id] = article_id
        self.members[article_id] = {article_id}
        if node.parent:
            self._children[node.parent].add(article_id)

    def _is_better(self, child: Node, parent: Node, likeness: int) -> bool:
        """Whether a parent is better than the one a child has: more alike; of equals, the earlier."""
        if likeness != child.likeness or child.parent is None:
            return likeness > child.likeness
        current = self.nodes.get(child.parent)
        return current is not None and parent.order < current.order

    def _hang(self, child: Node, parent: bytes | None, likeness: int) -> None:
        self._unhang(child)
        child.parent, child.likeness = parent, likeness
        self._index.hang(child.article.id, likeness)
        if parent is not None:
            self._children[parent].add(child.article.id)
        self._dirty[child.article.id] = None

    def _reroot_all(self, article_ids: Iterable[bytes]) -> None:
        """The earlier first: of each article's parent it is known by then where it belongs."""
        for article_id in sorted(article_ids, key=lambda article_id: self.nodes[article_id].order):
            self._reroot(article_id)

    def _reroot(self, article_id: bytes) -> None:
        """Put a node into the tree it belongs to now, and all below it."""
        waiting = [article_id]
        while waiting:
            article_id = waiting.pop()
            node, old = self.nodes[article_id], self._root[article_id]
            new = self._root.get(node.parent, article_id) if node.parent else article_id
            if abs(self.nodes[new].article.event_s - node.article.event_s) > self._window_s:
                new = article_id
            if new != old:
                self._leave(article_id)
                self._root[article_id] = new
                self.members.setdefault(new, set()).add(article_id)
                self._touch(old).add(new)
                self._touch(new)
                waiting += self._children.get(article_id, ())

    def _leave(self, article_id: bytes) -> None:
        root = self._root.pop(article_id)
        self.members[root].discard(article_id)
        if not self.members[root]:
            del self.members[root]

    def _forget(self, article_id: bytes) -> None:
        node = self.nodes.pop(article_id)
        self._index.remove(node.article)
        self._leave(article_id)
        self._unhang(node)

    def _unhang(self, child: Node) -> None:
        if child.parent in self._children:
            self._children[child.parent].discard(child.article.id)
            if not self._children[child.parent]:
                del self._children[child.parent]

    def _touch(self, root: bytes) -> set[bytes]:
        return self._touched.setdefault(root, set())
