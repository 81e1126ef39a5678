"""Commands and scripts to Redis, as many as there are in one round trip, without what redis-py does around each: that costs more CPU."""

import hashlib
from collections.abc import Sequence
from typing import Any

import hiredis
import redis
from redis.exceptions import NoScriptError, ResponseError

Command = tuple[Any, ...]  # its name, a word each, and arguments: str, bytes, int or float


class Script:
    """A script by its text; the server keeps it once it was loaded."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._sha1 = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def call(self, keys: Sequence[bytes], arguments: Sequence[Any]) -> Command:
        """Return the command that runs it."""
        return ("EVALSHA", self._sha1, len(keys), *keys, *arguments)


class RoundTrip:
    """Asks on one connection of a client's pool, kept for good. For one thread."""

    def __init__(self, client: redis.Redis, *scripts: Script) -> None:
        self._pool = client.connection_pool
        self._scripts = scripts
        self._connection: Any = None  # redis-py's; it connects again by itself

    def ask(self, commands: Sequence[Command]) -> list[Any]:
        """Send all commands, then read the answer of each; raises redis.RedisError, of a command once all are read.

        They run in their order, but for scripts that the server has forgotten: those run after the others.
        """
        answers = self._send(commands)
        missing = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if missing:
            self._send([("SCRIPT", "LOAD", script.text) for script in self._scripts])
            for at, answer in zip(missing, self._send([commands[at] for at in missing]), strict=True):
                answers[at] = answer
        for answer in answers:
            if isinstance(answer, ResponseError):
                raise answer
        return answers

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._pool.release(self._connection)
            self._connection = None

    def _send(self, commands: Sequence[Command]) -> list[Any]:
        if self._connection is None:
            self._connection = self._pool.get_connection()
        connection = self._connection
        if connection.should_reconnect():
            connection.disconnect()
        connection.connect()  # nothing when it is
        packed = b"".join([hiredis.pack_command(command) for command in commands])  # redis-py's own way there takes six times as long

        def send() -> list[Any]:
            connection.send_packed_command([packed], check_health=False)
            return [_answer(connection) for _ in commands]

        # As redis-py does for a command: once more when the connection was closed while idle, by the client's own rule.
        answers: list[Any] = connection.retry.call_with_retry(send, lambda _error: connection.disconnect())
        return answers


def _answer(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as e:
        return e
