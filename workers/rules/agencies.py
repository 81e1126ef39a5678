"""News agencies that credits name, by a canonical id. A small list: the words on pages, in Arabic, Persian and Latin letters."""

from functools import cache

from workers.rules.fold import after_prefix, fold_ends

AGENCIES: dict[str, tuple[str, ...]] = {
    "afp": ("AFP", "فرانس برس", "أ ف ب", "ا ف ب", "أ.ف.ب", "Agence France-Presse", "法新社", "АФП"),
    "anadolu": ("الأناضول", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "AA"),
    "ansa": ("ANSA",),
    "ap": ("AP", "أسوشيتد برس", "أ ب", "Associated Press", "The Associated Press", "美联社"),
    "apa": ("APA",),
    "bloomberg": ("Bloomberg", "بلومبرغ"),
    "cna": ("中央社",),
    "dha": ("DHA",),
    "dpa": ("dpa", "د ب أ", "د.ب.أ", "الألمانية"),
    "efe": ("EFE",),
    "iha": ("İHA",),
    "interfax": ("Интерфакс", "Interfax"),
    "irna": ("إرنا", "ایرنا", "IRNA"),
    "isna": ("ایسنا", "ISNA"),
    "kuna": ("كونا", "KUNA"),
    "mehr": ("مهر",),
    "mena": ("أ ش أ", "أ.ش.أ"),
    "petra": ("بترا", "Petra"),
    "pti": ("PTI", "Press Trust of India"),
    "qna": ("قنا",),
    "reuters": ("رويترز", "Reuters", "رویترز", "رائٹرز", "路透社"),
    "sana": ("سانا", "SANA"),
    "sda": ("SDA", "Keystone-SDA"),
    "spa": ("واس", "SPA"),
    "tass": ("ТАСС", "TASS"),
    "wafa": ("وفا", "WAFA"),
    "wam": ("وام", "WAM"),
    "xinhua": ("شينخوا", "Xinhua", "新华社", "新華社"),
}
# Before the name, and not part of it.
_AGENCY_WORDS = tuple(map(fold_ends, ("وكالة أنباء", "وكالة", "خبرگزاری", "агентство", "agencia", "agence")))


@cache
def _by_name() -> dict[str, str]:
    return {fold_ends(name): key for key, names in AGENCIES.items() for name in names}


def agency_id(name: str) -> str | None:
    """The canonical id of an agency; None for a name that is not in the list."""
    return _by_name().get(fold_ends(bare_name(name)))


def bare_name(name: str) -> str:
    """The name without the word for "agency" before it."""
    folded = fold_ends(name)
    for word in _AGENCY_WORDS:
        if folded.startswith(f"{word} "):
            return after_prefix(name, word).strip()
    return name.strip()
