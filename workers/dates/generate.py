"""Make `months.json` from CLDR and `relative.json` from dateparser (`python -m workers.dates.generate`).

The names of the Gregorian months in the languages of news, and the phrases for times before now in all that dateparser knows. Needs babel,
which the worker does not.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from babel import Locale
from dateparser.data.languages_info import language_order

from workers.dates.relative import AMOUNT, PHRASES_FILE, phrase_of
from workers.dates.words import folded_word

MONTHS_FILE = Path(__file__).with_name("months.json")
# Languages with a press on the web, and regional ones where they name months otherwise.
LOCALES = (
    "af am ar ar_DZ ar_IQ ar_JO ar_LB ar_MA ar_MR ar_PS ar_SA ar_SY ar_TN as "
    "az be bg bn bs ca cs cy da de de_AT el en es et eu fa_AF fi fil fo fr "
    "ga gl gu ha he hi hr hu hy id ig is it ka kk km kn ky lb lo lt lv mg mk ml mn mr ms mt my nb ne nl nn om or pa pl ps pt ro ru rw "
    "si sk sl so sq sr sr_Latn sv sw ta te tg th ti tk tr uk ur uz vi xh yo zu"
).split()
# The other languages that dateparser knows and CLDR names months in (Japanese and Korean write numbers). A name that one of the languages
# above has is theirs: few pages are in these.
MORE_LOCALES = (
    "agq ak asa ast bas bem bez bm bo br brx ce cgg chr ckb dav dje dsb dua dyo dz ebu ee eo ewo ff fur fy gd gsw guz gv haw "
    "hsb ii jgo jmc kab kam kde kea khq ki kl kln kok ks ksb ksf ksh kw lag lg lkt ln lrc lu luo luy mas mer mfe mgh mgo mua "
    "mzn naq nd nmg nnh nus nyn os qu rm rn rof rwk sah saq sbp se seh ses sg shi smn sn teo to twq tzm ug vun wae xog yav "
    "yi yue zgh"
).split()
MIN_LETTERS, MIN_OTHER_LETTERS = 3, 2  # of a name in Latin letters, in others
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_NUMBER = r"(\d++[.,]?\d*+)"  # as dateparser writes it


def month_names() -> dict[str, dict[str, str]]:
    """By folded name, by number of the month (as JSON wants it: a string): the languages, separated by spaces."""
    found = _names(LOCALES)
    found |= {word: months for word, months in _names(MORE_LOCALES).items() if word not in found}
    return {
        word: {str(number): " ".join(sorted(languages)) for number, languages in sorted(months.items())}
        for word, months in sorted(found.items())
    }


def _names(locales: Sequence[str]) -> dict[str, dict[int, set[str]]]:
    found: dict[str, dict[int, set[str]]] = {}
    for name in locales:
        locale = Locale.parse(name)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, word in locale.months[context][width].items():
                    folded = folded_word(word).replace(".", "")
                    least = MIN_LETTERS if folded[:1].isascii() else MIN_OTHER_LETTERS
                    if len(folded) >= least and not any(c.isdigit() for c in folded):
                        found.setdefault(folded, {}).setdefault(number, set()).add(locale.language)
    return found


def relative_phrases() -> dict[str, Any]:
    """`phrases` by amount and language, `numbers` (words) likewise, and `pairs`: the unit of a word, in most languages."""
    phrases: dict[str, dict[str, set[str]]] = {}
    numbers: dict[str, dict[str, set[str]]] = {}
    units: dict[str, Counter[str]] = {}
    for locale in language_order:
        language, info = locale.partition("-")[0], dateparser_info(locale)
        for text, amount in (*stated_phrases(info), *_joined_phrases(info)):
            phrases.setdefault(phrase_of(text), {}).setdefault(amount, set()).add(language)
        for word, count in _number_words(info):
            numbers.setdefault(word, {}).setdefault(count, set()).add(language)
        for unit in ("minute", "hour", "day"):
            for word in info.get(unit, ()):
                units.setdefault(phrase_of(word), Counter())[unit] += 1
    return {
        "phrases": _sorted(phrases),
        "numbers": _sorted(numbers),
        "pairs": {word: found.most_common(1)[0][0] for word, found in sorted(units.items()) if word},
    }


def dateparser_info(locale: str) -> dict[str, Any]:
    """What dateparser knows of a language."""
    info: dict[str, Any] = import_module(f"dateparser.data.date_translation_data.{locale}").info
    return info


def stated_phrases(info: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The phrases that dateparser lists for times before now, AMOUNT for their number, and how long ago each is.

    Not those for less than a day that name no amount (`now`, `this hour`: no date is written so), nor for a week, month or year that they
    name (`last week`: no day). Nor those whose only word for "ago" is a minus.
    """
    for one in (info, *info.get("locale_specific", {}).values()):
        for key, listed in one.get("relative-type-regex", {}).items():
            unit = key.removeprefix("\\1 ").removesuffix(" ago")
            if key.endswith(" ago") and unit in UNITS:
                for pattern in listed:
                    text = pattern.replace(_NUMBER, AMOUNT).replace("\\s*", " ")
                    if text[0] not in "-−–":
                        yield text, f"1 {unit}"
        for key, listed in one.get("relative-type", {}).items():
            count, _, unit = key.removesuffix(" ago").partition(" ")
            if key.endswith(" ago") and unit in UNITS and _says_when(count, unit):
                for text in listed:
                    yield from ((part.strip(), f"{count} {unit}") for part in text.removesuffix(")").split("("))


def _says_when(count: str, unit: str) -> bool:
    return unit == "day" or int(count) >= (1 if unit in ("minute", "hour") else 2)


def _joined_phrases(info: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Units with the words for "ago": those that dateparser's own phrases use, where it has any (`before` is none)."""
    stated = [f" {phrase_of(text)} " for text, _ in stated_phrases(info) if AMOUNT in text]
    for ago in info.get("ago", ()):
        if stated and not any(f" {phrase_of(ago)} " in text for text in stated):
            continue
        for unit in UNITS:
            for word in info.get(unit, ()):
                if len(word) > 1:
                    yield f"{AMOUNT} {word} {ago}", f"1 {unit}"
                    yield f"{ago} {AMOUNT} {word}", f"1 {unit}"


def _number_words(info: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for simplification in info.get("simplifications", ()):
        for word, count in simplification.items():
            if count.isdecimal() and word.replace("'", "").isalpha():
                yield phrase_of(word), f"{count} "


def _sorted(found: dict[str, dict[str, set[str]]]) -> dict[str, dict[str, str]]:
    """The table as the file has it, without what one language says of two amounts."""
    return {
        word: sure
        for word, amounts in sorted(found.items())
        if word and (sure := {amount: names for amount in sorted(amounts) if (names := _names_alone(amounts, amount))})
    }


def _names_alone(amounts: dict[str, set[str]], amount: str) -> str:
    others = set().union(*(names for other, names in amounts.items() if other != amount))
    return " ".join(sorted(amounts[amount] - others))


def as_text(found: dict[str, Any]) -> str:
    """A file's content."""
    return json.dumps(found, ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    MONTHS_FILE.write_text(as_text(month_names()), "utf-8")
    PHRASES_FILE.write_text(as_text(relative_phrases()), "utf-8")
