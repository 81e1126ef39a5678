"""What is said of one setting."""

from dataclasses import dataclass

from workers.settings.kinds import Kind, RedisUrl, SecretText


@dataclass(frozen=True)
class Variable:
    """One setting.

    Attributes:
        name: the environment variable; `<name>_FILE` names a file that holds the value.
        path: where it stands in `Settings`.
        kind: what is accepted.
        default: as it would be written; None: not set.
        about: what it is.
        why: why it is there, or why the default is what it is.
        unit: of a number; empty where there is none or the kind says it.
        may_be_empty: an empty value means something (it is not the same as not set).
    """

    name: str
    path: str
    kind: Kind
    default: str | None
    about: str
    why: str
    unit: str = ""
    may_be_empty: bool = False

    @property
    def secret(self) -> bool:
        """Whether its value is never shown in full."""
        return isinstance(self.kind, SecretText | RedisUrl)
