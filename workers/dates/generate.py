"""Make `months.json` from CLDR (`python -m workers.dates.generate`): the names of the Gregorian months in the languages of news.

Needs babel, which the worker does not.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from babel import Locale

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


def as_text() -> str:
    """The file's content."""
    return json.dumps(month_names(), ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    MONTHS_FILE.write_text(as_text(), "utf-8")
