"""Real reprints: pairs in the corpora of ../shared whose texts share words, judged by eye, and what the rule says of them.

Found by comparing every two gold bodies (the same page in two corpora left out). Only ids are kept here.
"""

from pathlib import Path

import msgspec

from workers.sameness.fingerprint import Fingerprint
from workers.sameness.minhash import fingerprint, normalise
from workers.sameness.rule import repeats

# One text printed twice: by two sites, or twice by one, edited, cut or extended.
REPRINTS = [
    ("omnivore", "getting_started_with_omnivore", "omnivore", "omnivore_getting_started"),
    ("daniel", "20120117_www.gmanetwork.com_a3c1ac3e", "daniel", "20120117_www.stuff.co.nz_53ba4079"),
    ("newspaper4k", "cleveland.com1", "newspaper4k", "video_article_01"),
    ("magic_html", "f1e9572d5e8ee235fb28cb65", "rtl", "ar-youm7-20240520"),
    ("daniel", "20120117_www.stuff.co.nz_b0d183e2", "daniel", "20120117_www.theage.com.au_00492106"),
    ("fundus", "de-Taz_2023_04_28", "fundus", "de-Taz_2024_10_23"),
    ("daniel", "20111215_news.stv.tv_3868f9a9", "daniel", "20111215_www.google.com_bceb9bbd"),
    ("magic_html", "4571254ba0d43a5698f25dae", "rtl", "ar-youm7-20240513"),
    ("wcxb", "dev-0463", "wcxb", "dev-3035"),
    ("daniel", "20120117_ivona.bigmir.net_b28687a4", "daniel", "20120117_www.medikforum.ru_56414023"),
    ("daniel", "20120112_www.dailymail.co.uk_185a9e04", "daniel", "20120112_www.washingtonpost.com_f7175bdb"),
]
# Texts with much in common that are not one: two reports by one agency, lists of the same names, forms filled with other numbers.
OTHERS = [
    ("daniel", "20120105_www.iatronet.gr_3c658790", "daniel", "20120105_www.iatronet.gr_a7fac937"),
    ("wcxb", "dev-4759", "wcxb", "dev-4761"),
    ("fundus_eval", "TheIndependent_0", "fundus_eval", "TheTelegraph_2"),
    ("daniel", "20120117_news.xinmin.cn_14ecfdc1", "daniel", "20120117_www.chinanews.com_a91fffbb"),
    ("daniel", "20120104_wiadomosci.gazeta.pl_b71863be", "daniel", "20120104_wiadomosci.onet.pl_1877e175"),
    ("daniel", "20120112_psychcentral.com_d083c6b0", "daniel", "20120112_www.indianexpress.com_9048c2ae"),
    ("n4k_dataset", "03cd3aebcf9436d1e57e847b9bc399f2", "n4k_dataset", "fed691ece5355f4d8e3900231d69f044"),
    ("daniel", "20120112_www.dailymail.co.uk_07c11eea", "daniel", "20120112_www.telegraph.co.uk_9adb8d60"),
    ("daniel", "20120117_news.sina.com.tw_a5daf201", "daniel", "20120117_www.worldjournal.com_ec606962"),
]


def run(corpora: Path) -> None:
    """Print each pair's likeness and containment, and what the rule makes of it."""
    bodies = {folder: _fingerprints(corpora / folder) for folder in sorted({pair[n] for pair in REPRINTS + OTHERS for n in (0, 2)})}
    for title, pairs in (("reprints", REPRINTS), ("others", OTHERS)):
        linked = 0
        for folder, prefix, other_folder, other_prefix in pairs:
            ours = next(found for id_, found in bodies[folder].items() if id_.startswith(prefix))
            theirs = next(found for id_, found in bodies[other_folder].items() if id_.startswith(other_prefix))
            likeness, containment = ours.likeness(theirs), ours.containment(theirs)
            is_linked = repeats(likeness, containment)
            linked += is_linked
            print(f"  {likeness:.2f} {containment:.2f} {'linked' if is_linked else 'apart '} {prefix} {other_prefix}")
        print(f"{title}: {linked} of {len(pairs)} linked")


def _fingerprints(folder: Path) -> dict[str, Fingerprint]:
    found = {}
    for line in (folder / "gold.jsonl").read_bytes().splitlines():
        gold = msgspec.json.decode(line)
        body = gold.get("body") or ""
        parts = [part if isinstance(part, str) else part.get("text", "") for part in body] if isinstance(body, list) else [body]
        close = fingerprint(normalise("\n".join(parts)))
        if close is not None:
            found[gold["id"]] = close
    return found
