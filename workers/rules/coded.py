"""The rules that no phrase can say, which are code: their ids, and why they cut."""

from workers.rules.load import LEARNED

CODED: dict[str, str] = {
    LEARNED: "The same block stood on many pages of this site: it is the site's, not the article's.",
    "any.address_before_text": "An address and nothing else, before the text.",
    "any.agency_at_end": "Names after the text, an agency's among them: who supplied it.",
    "any.agency_credit": "Names of agencies and nothing else: who supplied the text.",
    "any.author_line": "The names of the page's authors and nothing else, before or after the text.",
    "any.code": "CSS, JavaScript or JSON that leaked into the text.",
    "any.copyright_sign": "A line that begins with the sign of copyright: whose the rights are.",
    "any.date_line": "A date and little else, before the text.",
    "any.figcaption": "The caption of a figure: it is in `images`.",
    "any.image_alt": "A line that says what the image beside it has for its text: its caption, which is in `images`.",
    "any.image_text": "The headline again, as the text of an image.",
    "any.infinite_scroll": "Another article with a headline and a text of its own, after the page's first: it has a record of its own.",
    "any.linked_line": "A line in or after the text that is nothing but a link of a headline's length.",
    "any.linked_names": "Names that are links, after the last paragraph: they are in `keywords`.",
    "any.named_caption": "A line beside an image, in an element that is named a caption: it is in `images`.",
    "any.no_words": "A line without a letter or digit.",
    "any.number_after_text": "A number alone as the last line, after a sentence: the story's own, or a section's.",
    "any.own_address": "The page's own address, as a line to copy.",
    "any.repeated_headline": "The headline again, before the text.",
    "any.repeated_paragraph": "A paragraph that stood in the text before, word for word.",
    "any.summary_points": "A list of points before the text: it is in `abstract`.",
    "any.whole_text_again": "The text once more, run together in one paragraph.",
    "text.caption": "Before the text, with a name in brackets at its end, as captions have: it is in `images`.",
    "text.headline": "The first line of plain text: it is the headline.",
    "text.summary_points": "Lines before the text of plain text: they are in `abstract`.",
}
