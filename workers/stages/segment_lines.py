"""What a line looks like, whatever it says: a headline, or a link to another story."""

from workers.stages.blocks import Block, ends_sentence

HEADLINE_MAX_CHARS = 200
HEADLINE_MIN_WORDS = 3
HEADLINE_MIN_LETTERS = 12  # where words are not spaced
TEASER_MIN_CHARS = 25  # shorter links are subheads and names


def is_teaser(block: Block) -> bool:
    """Whether a line is nothing but a link of a headline's length."""
    return block.is_link and not block.is_heading and not block.is_item and len(block.text) >= TEASER_MIN_CHARS and is_headline(block)


def is_headline(block: Block, *, closed: bool = False) -> bool:
    """Whether a line can be a headline: some words, not many, and (unless `closed`) not ended as a sentence."""
    text = block.text
    if block.is_code or len(text) > HEADLINE_MAX_CHARS or (not closed and ends_sentence(text) and text[-1:] in ".。।۔"):
        return False
    return len(text.split()) >= HEADLINE_MIN_WORDS or len(text) >= HEADLINE_MIN_LETTERS
