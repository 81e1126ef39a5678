"""Hostile markup: what makes parsers and extractors slow, deep or large, and what tries to get out of a page."""

from tests.hostile.cases import NOT_HTML, PUBLISHED, TEXT, TIMEOUT, TOO_COMPLEX, Case, article, page

MANY: dict[str, Case] = {
    "25,000 bold words": page("<b>x</b> " * 25_000),
    "20,000 spans side by side": page("<span>x</span>" * 20_000),
    "50,000 spans inside each other": page("<span>" * 50_000, TOO_COMPLEX),
    "10,000 divs inside each other": page("<div>" * 10_000 + TEXT, TOO_COMPLEX),
    "1,900 divs inside each other": page("<div>" * 1_900 + TEXT),
    "10,000 mis-nested b and i": page("<i><b></i>" * 10_000),
    "30,000 unclosed font elements": page("<font>" * 30_000, TOO_COMPLEX),
    "3,000 tables inside each other": page("<table><tr><td>" * 3_000, TOO_COMPLEX),
    "3,000 lists inside each other": page("<ul><li>" * 3_000, TOO_COMPLEX),
    "3,000 quotes inside each other": page("<blockquote>" * 3_000, TOO_COMPLEX),
    "10,000 unclosed anchors": page("<a href=/x>" * 10_000),
    "10,000 links side by side": page("<a href=/x>y</a> " * 10_000),
    "5,000 list items": page("<ul>" + "<li>ab" * 5_000 + "</ul>"),
    "140,000 tiny paragraphs": page("<p>ab</p>" * 140_000, TIMEOUT, timeout_s=1.0),
    "200,000 tiny paragraphs": page("<p>ab</p>" * 200_000, TOO_COMPLEX),
    "a table of 2,000 rows": page("<table>" + ("<tr>" + "<td>ab" * 8) * 2_000 + "</table>"),
    "10,000 line breaks": page("x<br>" * 10_000),
    "5,000 headings": page("<h2>x</h2>" * 5_000),
    "5,000 quotes": page("<blockquote>x</blockquote>" * 5_000),
    "10,000 options": page("<select>" + "<option>x" * 10_000 + "</select>"),
    "20,000 images": page("<img src=x>" * 20_000),
    "10,000 unknown elements": page("<x-y>z</x-y>" * 10_000),
    "5,000 paragraphs inside bold": page("<b>" + "<p>x" * 5_000),
    "300,000 elements without an end": Case(lambda: b"<x" * 300_000, ("filtered", "empty_page")),
    "many h1": page("<h1>Quiet water again</h1>" * 5_000),
    "many html and body elements": page("<html><body>" * 20_000),
    "many titles": page(head="<title>x</title>" * 20_000),
    "many meta elements": page(head='<meta property="article:tag" content="harbour">' * 20_000),
    "many forms": page("<form><input><textarea></textarea></form>" * 10_000),
    "many articles": page(f"<article><h2>Another</h2><p>{TEXT}</p></article>" * 200),
    "many frames": page("<iframe src='https://else.test/'></iframe>" * 20_000),
    "many svg shapes": page("<svg>" + "<path d='M0 0'/>" * 10_000 + "</svg>"),
    "many noscript elements": page("<noscript><p>x</p></noscript>" * 1_000),
    "many templates": page("<template><p>x</p></template>" * 5_000),
    "a document inside a document": page("<html><head><title>x</title></head><body>" + article().decode() * 20),
}

ATTRIBUTES: dict[str, Case] = {
    "50,000 attributes on an element": page("<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x</p>", TOO_COMPLEX),
    "4,900 attributes on an element": page("<p " + " ".join(f"a{n}=1" for n in range(4_900)) + ">x</p>"),
    "200,000 attributes on a page": page(("<p " + " ".join(f"a{n}" for n in range(1_000)) + ">x</p>") * 200, TOO_COMPLEX),
    "50,000 attributes hidden behind a quote": page('<p "' + " ".join(f"a{n}" for n in range(50_000)) + ">x</p>", TOO_COMPLEX),
    "the same attribute 4,000 times": page("<p " + "class=a " * 4_000 + ">x</p>"),
    "an attribute of 5 MB": page(f'<p title="{"t" * 5_000_000}">x</p>'),
    "an attribute name of 1 MB": page(f"<p {'n' * 1_000_000}=1>x</p>"),
    "an element name of 1 MB": page(f"<{'n' * 1_000_000}>x"),
    "an unclosed attribute value": Case(lambda: article()[:-30] + b'<p title="' + b"x" * 100_000, PUBLISHED),
    "a class of 100,000 names": page(f'<p class="{"entry-content article-body " * 50_000}">x</p>'),
    "an id of 1 MB": page(f'<p id="{"i" * 1_000_000}">x</p>'),
    "a style of 1 MB": page(f'<p style="{"display:none;" * 80_000}">x</p>'),
    "an href of 1 MB": page(f'<a href="https://else.test/{"a" * 1_000_000}">x</a>'),
    "a canonical of 1 MB": page(head=f'<link rel=canonical href="https://harbour.test/{"a" * 1_000_000}">'),
    "a data URL of 5 MB": page(f'<img src="data:image/png;base64,{"A" * 5_000_000}">'),
    "an srcset of 50,000 images": page(f'<img srcset="{"/a.png 1x, " * 50_000}">'),
}

CHARACTERS: dict[str, Case] = {
    "2 million less-than signs": page("<" * 2_000_000),
    "2 million ampersands": page("&" * 2_000_000),
    "1 million character references": page("&amp;" * 1_000_000),
    "references out of range": page("&#99999999999;&#xFFFFFFFFF;&#-1;&#x110000;" * 10_000),
    "a reference of 1 million digits": page(f"&#{'9' * 1_000_000};"),
    "references to control characters": page("&#0;&#1;&#8;&#x7f;&#x80;&#xfffe;&#xffff;&#xd800;" * 5_000),
    "control characters": page("".join(map(chr, [*range(1, 9), 11, *range(14, 32), 127])), head=" " * 5_000),
    "control characters by the thousand": page("".join(map(chr, range(1, 9))) * 5_000, NOT_HTML),
    "terminal escapes": page("\x1b]0;owned\x07\x1b[2J\x1b[31m red " * 2_000),
    "overrides of direction": page("\u202e\u2066\u2067\u2068\u202d tekram \u202c\u2069" * 5_000),
    "a million combining marks": page("e" + "\u0301" * 500_000),
    "zero-width characters": page("a\u200b\u200c\u200d\ufeff" * 100_000),
    "non-characters": page("\ufdd0\ufdef\ufffe\uffff\U0001ffff" * 10_000),
    "lone surrogates": page("\ud800\udc00\udfff" * 10_000),
    "a million spaces": page(" " * 1_000_000 + "x"),
    "20,000 lines of one letter": page("<pre>" + "a\n" * 20_000 + "</pre>"),
    "a word of 3 MB": page("<p>" + "w" * 3_000_000, ("dead_lettered", "output_too_large")),
    "a paragraph of 3 MB": page(f"<p>{TEXT * 4_000}", outcome=("dead_lettered", "output_too_large")),
    "a million quotes": page('"' * 1_000_000),
    "a million dashes": page("-" * 1_000_000),
    "a million brackets": page("[" * 500_000 + "(" * 500_000),
    "100,000 dates": page("<time>2026-01-02</time> " * 10_000 + "2 January 2026 " * 10_000),
    "half a million digits": page("<p>" + "1" * 500_000 + "</p>"),
    "a headline of 1 MB": page(f"<h1>{'Headline ' * 110_000}</h1>"),
    "a title of 1 MB": page(head=f"<title>{'Title - ' * 120_000}</title>"),
    "a title of separators": page(head=f"<title>{' | - : » ' * 50_000}</title>"),
    "a byline of 1 MB": page(f'<span class="byline">By {"A B, " * 200_000}</span>'),
}

ESCAPES: dict[str, Case] = {
    "unclosed comment": Case(lambda: article()[:-40] + b"<!-- " + b"x" * 1_000_000, PUBLISHED),
    "half a million comments opened": page("<!--" * 500_000),
    "comments ended wrongly": page("<!-->--!><!--->-->" * 50_000),
    "100,000 scripts opened": page("<script>" * 100_000),
    "a script that never ends": Case(lambda: article()[:-40] + b"<script>" + b"document.write('x');" * 50_000, PUBLISHED),
    "CDATA and processing instructions": page("<![CDATA[x]]><?php echo 1 ?>" * 50_000),
    "declarations": page("<!ELEMENT x ANY><!DOCTYPE y>" * 50_000),
    "an external entity": Case(
        lambda: b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + article("<p>root is &x;</p>"), PUBLISHED
    ),
    "an external document type": Case(lambda: b'<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd">' + article(), PUBLISHED),
    "a parameter entity": Case(
        lambda: b'<!DOCTYPE html [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>' + article("<p>&p;</p>"), PUBLISHED
    ),
    "an entity bomb": Case(
        lambda: (
            b'<!DOCTYPE html [<!ENTITY a "ha">'
            + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
            + b"]>"
            + article("<p>&j;</p>")
        ),
        PUBLISHED,
    ),
    "XInclude": page('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
    "an XSLT instruction": Case(lambda: b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + article(), PUBLISHED),
    "links that run script": page(
        "<a href='javascript:alert(1)'>read also: more news of the port</a><a href='data:text/html,<script>x</script>'>data</a>"
        "<a href='vbscript:x'>v</a><a href='file:///etc/passwd'>f</a><a href='JaVa\tScRiPt:x'>t</a><img src='javascript:x'>",
        head="<base href='javascript:x//'><link rel=canonical href='javascript:x'><meta name='dcterms.license' content='file:///x'>"
        '<script type="application/ld+json">{"@type":"NewsArticle","license":"javascript:alert(1)"}</script>'
        "<meta property='og:image' content='javascript:x'><meta property='og:url' content='file:///x'>",
    ),
    "links to inside addresses": page(
        "<img src='http://169.254.169.254/latest/meta-data/'><link rel=stylesheet href='http://127.0.0.1:9/x.css'>"
        "<script src='http://127.0.0.1:9/x.js'></script><iframe src='http://[::1]:9/'></iframe><object data='http://127.0.0.1:9/'></object>",
        head="<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><base href='http://127.0.0.1:9/'>",
    ),
    "markup inside text": page("<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt; and more of the story.</p>"),
    "markup inside fields": page(
        head='<meta name="author" content="<script>alert(1)</script>"><meta property="og:title" content="<b onclick=x>Quiet</b>">'
        '<meta name="description" content="&lt;img src=x onerror=alert(1)&gt;"><meta name="keywords" content="<a>,<b>">'
    ),
    "line breaks inside fields": page(
        head='<meta name="author" content="A\r\nX-Injected: 1\u2028B"><meta property="og:site_name" content="S\x0b\x0cT\x85">'
    ),
    "a refresh that never ends": page(head="<meta http-equiv=refresh content='0'>" * 5_000),
    "a charset that does not exist": page(head="<meta charset='x-no-such-charset'>"),
    "a thousand charsets": page(head="".join(f"<meta charset='cp{n}'>" for n in range(1_000))),
    "UTF-7 that hides a script": Case(
        lambda: article("<p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</p>", head="<meta charset=utf-7>"), PUBLISHED
    ),
}
