"""An inspection as one page of HTML that needs nothing else: no script, no font, no address. It can be mailed."""

from collections.abc import Iterable
from html import escape

from workers.rules.model import SegmentClass
from workers.tools.inspection import Fate, Inspection, Row, counts

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #777; }
* { box-sizing: border-box }
body { font: 16px/1.55 system-ui, "Noto Sans", "Noto Naskh Arabic", sans-serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem }
h1 { font-size: 1.35rem; margin: 0 0 .25rem } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
.about, .why, .model { color: var(--dim); font-size: .85rem } .about b { color: CanvasText }
.legend { display: flex; flex-wrap: wrap; gap: .4rem .9rem; margin: 1rem 0; font-size: .85rem }
.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-inline-end: .3rem; vertical-align: -.1em }
.block { border-inline-start: .35rem solid var(--c); background: color-mix(in srgb, var(--c) 10%, Canvas); margin: .3rem 0;
  padding: .3rem .7rem; border-radius: .25rem; position: relative; overflow-wrap: anywhere }
.block.cut p { text-decoration: line-through; text-decoration-color: var(--c) } .block.outside { opacity: .55; font-size: .85rem }
.block p { margin: 0 } .tag { font: .75rem/1.4 ui-monospace, monospace; color: var(--dim); direction: ltr; text-align: start }
.note { display: none; font-size: .85rem; direction: ltr; text-align: left; border-top: 1px solid var(--line); margin-top: .3rem;
  padding-top: .3rem }
.block:hover .note, .block:focus .note { display: block }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem }
.two > div { border: 1px solid var(--line); border-radius: .4rem; padding: 0 1rem 1rem }
.two p { margin: .6rem 0; overflow-wrap: anywhere } .gone { color: var(--dim); text-decoration: line-through }
.new { text-decoration: underline; text-decoration-style: dotted }
#hide:checked ~ .blocks .outside { display: none }
@media (max-width: 50rem) { .two { grid-template-columns: 1fr } }
@media print { .note { display: block } }
"""
_FATE_COLOURS = {"kept": "#2e9e5b", "embedded": "#1f8fb3", "outside": "#999999"}
_NAMES = (*SegmentClass, "headline", "description", "abstract", "images", "relatedLinks")
_HUES = {name: round(number * 137.5) % 360 for number, name in enumerate(_NAMES)}  # far from each other


def page(inspection: Inspection) -> str:
    """The whole document."""
    rtl = any(article.text_direction == "rtl" for article in inspection.articles[:1])
    title = inspection.articles[0].headline if inspection.articles and inspection.articles[0].headline else inspection.name
    blocks = "\n".join(map(_block, inspection.rows))
    return f"""<!DOCTYPE html>
<html dir="{"rtl" if rtl else "ltr"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title><style>{_STYLE}</style></head><body>
<h1 dir="auto">{escape(title)}</h1>
{_about(inspection)}
{_legend(inspection.rows)}
<input type="checkbox" id="hide"> <label for="hide" dir="ltr">article and what was cut only</label>
<h2 dir="ltr">Blocks of the page, in order</h2>
<div class="blocks">
{blocks}
</div>
{_before_after(inspection)}
</body></html>
"""


def _about(inspection: Inspection) -> str:
    result = inspection.result
    facts = [("file", inspection.name), ("outcome", f"{result.outcome} {result.reason or ''}".strip())]
    facts += [("why", result.error)] if result.error else []
    facts += [("body by", inspection.body_from)] if inspection.body_from else []
    for number, article in enumerate(inspection.articles):
        facts.append((f"article {number + 1}, {len(article.paragraphs)} paragraphs", article.headline or "(no headline)"))
    rows = "<br>".join(f"{escape(name)}: <b><bdi>{escape(str(value))}</bdi></b>" for name, value in facts)
    return f'<div class="about" dir="ltr">{rows}</div>'


def _legend(rows: list[Row]) -> str:
    items = "".join(
        f'<span><i style="background:{_colour(name)}"></i>{escape(name)} ({count})</span>'
        for name, count in sorted(counts(rows).items(), key=lambda item: -item[1])
    )
    return f'<div class="legend" dir="ltr">{items}</div>'


def _block(row: Row) -> str:
    name = row.class_ or row.fate.value
    model = ", ".join(f"{one.name} = {one.value:.3g} ({one.moved:+.2f})" for one in row.weighed)
    score = "" if row.probability is None else f"block model: {row.probability:.2f} for the article" + (f"; {model}" if model else "")
    notes = [text for text in (f"rule {row.rule}" if row.rule else "", row.why, score) if text]
    tag = " · ".join(text for text in (name, row.rule, f"article {row.part + 1}" if row.part else "") if text)
    shown = f'<div class="tag">{escape(tag)}</div>' if row.fate in (Fate.CUT, Fate.EMBEDDED, Fate.FIELD) else ""
    note = f'<div class="note">{"<br>".join(map(escape, notes))}</div>' if notes else ""
    return (
        f'<div class="block {row.fate.value}" tabindex="0" style="--c:{_colour(name)}" title="{escape(" — ".join(notes))}">'
        f'{shown}<p dir="auto">{escape(row.text)}</p>{note}</div>'
    )


def _before_after(inspection: Inspection) -> str:
    after = inspection.articles[0].paragraphs if inspection.articles else []
    before = [" ".join(line.split()) for line in inspection.before]
    left, right = _marked(before, set(after), "gone"), _marked(after, set(before), "new")
    return f"""<h2 dir="ltr">Before and after the rules</h2>
<div class="two"><div><h2 dir="ltr">Before: the extractor's body</h2>{left}</div>
<div><h2 dir="ltr">After: articleBody</h2>{right}</div></div>"""


def _marked(lines: Iterable[str], others: set[str], mark: str) -> str:
    return "".join(f'<p dir="auto"{"" if line in others else f" class={mark}"}>{escape(line)}</p>' for line in lines)


def _colour(name: str) -> str:
    if name in _FATE_COLOURS:
        return _FATE_COLOURS[name]
    return f"hsl({_HUES.get(name, 0)} 70% 50%)"
