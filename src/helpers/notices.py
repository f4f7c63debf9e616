"""Lines by which a news page speaks to its reader: consent, newsletters, subscriptions, rights. Whole lines only.

Such a line may be a full sentence, so each rule wants two marks at once: the address to the reader at the start (We
use, By continuing, Sign up) and what only a page says of itself further on (cookies, our newsletter). A line that
opens with a quotation mark, or reports speech, is the author's.
"""

import regex

_SITE = r"(?:(?:this|our) (?:web)?site|(?:this|our) (?:page|app))"
_WE = rf"(?:we|{_SITE}|(?:we and )?our(?: \d+| selected| trusted)?(?: third[- ]party)? partners)"
_USE = r"(?:may |also )?(?:uses?|stores?|sets?|places?)(?: and/or access| or access)? (?:\w+ ){0,5}?"
_LETTER = (
    r"(?:newsletters?|e-?mail (?:alerts|updates|list)|mailing list"
    r"|(?:daily|weekly|morning|evening) (?:briefing|digest|e-?mail))"
)
_COOKIE_BUTTON = r"(?:yes,? )?(?:i )?(?:accept|reject|allow|decline|manage|agree to)"
_OF_COOKIES = r"(?:all|our|optional|non-essential|necessary|&|and|accept|close|continue|manage|preferences)"
_LEGAL = r"(?:policy|notice|settings|preferences|choices|consent|banner|cent(?:er|re)|statement)"
_PLACES = r"(?:facebook|twitter|x|instagram|telegram|youtube|linkedin|whatsapp|tiktok|social media)"
_RULES = {
    "cookie_notice": (
        rf"{_WE} {_USE}(?:cookies|tracking technologies)\b.*",
        r"(?:by|if you) (?:continu(?:ing|e)|using|use|browsing|browse|click(?:ing)?|scrolling|closing)\b.{0,90}"
        r"\b(?:you (?:agree|consent|accept)|we (?:will |'ll |’ll )?assume).{0,120}",
        rf"{_COOKIE_BUTTON}(?: {_OF_COOKIES})* cookies?(?: (?:and|&) (?:close|continue))?(?: settings| preferences)?",
        r"(?:our |your )?(?:cookies?|privacy|consent)(?: (?:and|&) (?:cookies?|privacy))?"
        rf" {_LEGAL}(?: [&|] .{{0,60}})?",
        r"(?:we (?:value|respect|care about) your privacy|your privacy (?:is important to us|matters))\b.{0,200}",
        rf"{_SITE} is protected by recaptcha\b.*",
        r"(?:do not|don['’]t) sell(?: or share)? my(?: personal)? (?:info|data)(?:rmation)?",
    ),
    "newsletter_prompt": (
        r"(?:please )?(?:sign[- ]?up|subscribe|register|join)\b"
        rf".{{0,60}}\b(?:our|free|the|your)\b.{{0,50}}\b{_LETTER}\b.*",
        r"(?:get|receive|have)\b.{0,120}\b(?:delivered|sent|straight|directly|right)\b.{0,30}"
        r"\b(?:to|in|into) your (?:e-?mail )?inbox\b.*",
        r"(?:please )?(?:enter|type|add) your e-?mail(?: address)?\b.{0,80}",
        r"(?:thank you|thanks) for (?:subscribing|signing up|registering)\b.{0,80}",
        r"(?:unsubscribe (?:at )?any ?time|you can unsubscribe)\b.{0,60}",
    ),
    "subscription_prompt": (
        r"(?:please )?(?:subscribe|sign[- ]?in|log[- ]?in|register|become a (?:member|subscriber))\b.{0,40}"
        r"\b(?:to (?:continue reading|read (?:more|the full|this)|unlock)"
        r"|for (?:full|unlimited|complete) (?:digital )?access)\b.{0,80}",
        r"already (?:a|have an?) (?:registered )?(?:subscriber|member|account|subscription)\?.{0,60}",
        r"this (?:article|story|content) is (?:(?:only|available|reserved|exclusively) ){0,2}(?:to|for) (?:our )?"
        r"(?:paying |registered )?(?:subscribers|members)(?: only)?",
        r"you have (?:reached|read)\b.{0,40}\b(?:free|complimentary) (?:articles?|stories|limit)\b.{0,80}",
        r"(?:please )?(?:support|donate to|help fund) (?:our|independent) (?:journalism|reporting|newsroom)\b.{0,80}",
        r"(?:download|get) (?:our|the)\b.{0,30}\bapp(?: (?:now|today|here|for|on|from|to)\b.{0,60})?",
        rf"(?:follow|like|join|find) us on {_PLACES}\b.{{0,90}}",
        r"(?:please )?enable javascript\b.{0,80}",
    ),
    "rights_notice": (
        r"(?:this|our) (?:material|article|story|content|site)\b.{0,60}\b(?:may|must|can) ?not be"
        r" (?:published|reproduced|copied|republished|redistributed)\b.{0,200}",
        r"our standards: .{0,60}\bprinciples",
        r"(?:click|tap) here (?:to|for) .{0,40}\b(?:reuse|reprints?|permissions?|licen[cs]e|licensing rights)\b.{0,40}",
    ),
}
_NOTICE = regex.compile("|".join(f"(?P<{rule}>{'|'.join(parts)})" for rule, parts in _RULES.items()), regex.IGNORECASE)
_LONGEST = 600
"""Characters of the longest line looked at; no notice of a page is as long as an article."""
_OPENING = ("“", '"', "‘", "'", "«", "„")
_REPORTED = regex.compile(
    r"[”\"»],? \w+|\b(?:said|says|told|wrote|writes|added|tweeted|announced|reported|according to)\b", regex.IGNORECASE
)


def notice(line: str) -> str | None:
    """The rule by which a line is a notice of the page to its reader; None for a line of the article.

    >>> notice("We use cookies to improve your experience. Read our policy."), notice("We use cookies, Google said.")
    ('cookie_notice', None)
    """
    stripped = line.strip(" \t\u00a0.…:>»•|*-–—")
    if not 0 < len(stripped) <= _LONGEST or line.strip().startswith(_OPENING):
        return None
    found = _NOTICE.fullmatch(stripped)
    return None if found is None or _REPORTED.search(stripped) else found.lastgroup
