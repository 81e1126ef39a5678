"""One identity for a page and its articles: the normalised URL and the ids made from it. Changing any of this changes every id."""

import hashlib
import ipaddress
import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import idna

# Parameters that say how a reader came, never what is shown; matched without case. A name that some site uses for content
# (`ref`, `source`, `id`, `cid`, `s`) is not listed: a duplicate is cheaper than two articles under one id.
TRACKING_PREFIXES = (
    "utm_",  # Google Analytics campaigns, support.google.com/analytics/answer/10917952
    "mtm_",  # Matomo campaigns, matomo.org/faq/reports/what-is-campaign-tracking
    "matomo_",
    "pk_",  # Matomo under its earlier name
    "piwik_",
    "hsa_",  # HubSpot ads, knowledge.hubspot.com/ads
)
TRACKING_NAMES = frozenset(
    {
        # Google Ads and Analytics, support.google.com/google-ads/answer/9744275 and /analytics/answer/11367152
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "_ga", "_gl"),
        # Meta, developers.facebook.com/docs/marketing-api/conversions-api/parameters/fbp-and-fbc
        *("fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "igshid", "igsh"),
        # Microsoft, X, TikTok, LinkedIn, Pinterest, Snapchat, Yandex: click ids from the vendors' ad documentation
        *("msclkid", "twclid", "ref_src", "ref_url", "__twitter_impression", "ttclid", "li_fat_id", "epik", "sccid"),
        *("yclid", "ysclid", "ymclid", "_openstat"),
        # Mail and marketing suites: Mailchimp, HubSpot, Marketo, Omeda, Vero, Klaviyo, Adobe
        *("mc_cid", "mc_eid", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking", "mkt_tok"),
        *("oly_enc_id", "oly_anon_id", "vero_id", "_ke", "_kx", "s_kwcid", "ef_id", "irclickid", "wickedid"),
        # AT Internet (Piano), common on French-language news sites, developers.atinternet-solutions.com
        *("xtor", "at_medium", "at_campaign", "at_campaign_type", "at_custom1", "at_custom2", "at_custom3", "at_custom4"),
        *("at_format", "at_link_id", "at_link_origin", "at_link_type", "at_ptr_name"),
    }
)  # cross-read with github.com/mpchadwick/tracking-query-params-registry

_SHORT_CHARS = 2_048  # of a URL that is kept at hand, as is what it comes to: a page's own is asked for again and again
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_PATH = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~/!$&'()*+,;=:@]")  # RFC 3986, 3.3: escapes, and what may not stand there
_IN_QUERY = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~/!$&'()*+,;=:@?]")


def normalise_url(url: str) -> str:
    """Return the one spelling of an absolute http or https URL; raises ValueError for anything else.

    Lower case for scheme and host, punycode (UTS 46, IDNA 2008), no user, default port, fragment or tracking parameter; `.` and
    `..` resolved, `/` for an empty path; escapes as RFC 3986 prefers them; parameters sorted by name, equal names in their order.
    What could change the page is kept: case and trailing slash of the path, `http` against `https`, `www.`, `+` against `%20`.
    """
    return _known_url(url) if len(url) <= _SHORT_CHARS else _normalise_url(url)


def _normalise_url(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or ("[" in parts.netloc and ":" not in parts.hostname):
        raise ValueError("not an absolute http or https URL")
    host = _normalise_host(parts.hostname)
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    path = _remove_dot_segments(_escape(parts.path, _IN_PATH))
    query = _normalise_query(parts.query)
    return f"{parts.scheme}://{host}{port}{path}{'?' if query else ''}{query}"


_known_url = lru_cache(64)(_normalise_url)


def base_of(url: str | None, page_sha256: str) -> str:
    """Return what a page's ids are made from: its normalised URL, else its bytes' hash; raises ValueError as normalise_url."""
    return f"urn:sha256:{page_sha256}" if url is None else normalise_url(url)


def article_id(base: str, part: str = "0") -> str:
    """Return an article's id, 64 lower-case hex digits. `part`: `0` for the main article, else the embedded one's link or text hash."""
    return hashlib.sha256(f"{base}#{part}".encode()).hexdigest()


def _normalise_host(host: str) -> str:
    if ":" in host:
        address = ipaddress.IPv6Address(host)
        if address.scope_id is not None:
            raise ValueError("a host with a zone belongs to one machine")
        return f"[{address.compressed}]"
    try:
        host = unquote(host, errors="strict")
        mapped = host.lower() if host.isascii() else idna.uts46_remap(host, std3_rules=False)
        labels = mapped.removesuffix(".").split(".")
        host = ".".join(label.lower() if label.isascii() else idna.alabel(label).decode() for label in labels)
    except (idna.IDNAError, UnicodeError) as e:
        raise ValueError(f"not a host name: {e}") from e
    if not _HOST.fullmatch(host):
        raise ValueError("not a host name")
    return host


def _escape(text: str, to_do: re.Pattern[str]) -> str:
    """Decode escapes of unreserved characters, write the others in upper case, and escape what may not stand there (a lone % too)."""

    def one(match: re.Match[str]) -> str:
        token = match.group()
        if len(token) == 3:
            char = chr(int(token[1:], 16))
            return char if char in _UNRESERVED else token.upper()
        return "".join(f"%{byte:02X}" for byte in token.encode())

    return to_do.sub(one, text)


def _remove_dot_segments(path: str) -> str:
    """RFC 3986, 5.2.4, for the path of a URL with a host."""
    out: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del out[-1:]
        elif segment != ".":
            out.append(segment)
    if segments and segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)


def _normalise_query(query: str) -> str:
    pairs = (_escape(pair, _IN_QUERY).partition("=") for pair in query.split("&") if pair)
    return "&".join("".join(pair) for pair in sorted((p for p in pairs if not _is_tracking(p[0])), key=lambda p: p[0]))


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)
