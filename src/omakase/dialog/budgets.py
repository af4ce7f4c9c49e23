"""What somebody means to spend: a range of prices from a message."""

import re
from dataclasses import dataclass
from typing import Final

from omakase.dialog.amounts import MOST, Amount, amounts, korean_number

ABOUT: Final = 0.2
"""Of "about 20,000": as much less and more is meant."""

_MOST: Final = re.compile(
    r"^\s?(?:보다\s?)?(?:이하|미만|아래|밑|언더|안쪽|안\s?으로|안에서|안\s?넘|이내|내로|내에서|"
    r"까지|보다\s?(?:싼|저렴|적)|"
    r"(?:을|를|은|는)?\s?(?:안\s?넘|넘지\s?(?:않|말|마)|초과하지)|(?:밖에|뿐|만\s?있)|"
    r"or\s(?:less|under|below|cheaper)|"
    r"max\b|tops\b|at\s(?:the\s)?most)"
)
_LEAST: Final = re.compile(
    r"^\s?(?:이상|초과|부터|(?:을|를|은|는)?\s?넘|보다\s?(?:비싼|비싸|높)|or\s(?:more|above|"
    r"over)|and\s(?:up|above)|"
    r"at\sleast|\+|~(?=\s|$))"
)
_REFUSED: Final = (
    r"(?:은|는)?\s?(?:절대\s?)?(?:안\s?(?:돼|되|됩)|말고|말구|싫|빼|부담|곤란|무리|제외|별로)"
)
_THING: Final = r"(?:\s?(?:거|건|것|게|곳|데|집))?"
_NOT_OVER: Final = re.compile(
    rf"^\s?(?:(?:이상|초과|보다\s?비싼){_THING}|(?:을|를|은|는|이)?\s?넘(?:는{_THING}|으면|어가면|어서는|기면))"
    + _REFUSED
)
_NOT_UNDER: Final = re.compile(rf"^\s?(?:이하|미만|아래|밑|보다\s?싼){_THING}{_REFUSED}")
"""Of an end that is refused the other side is meant: 2만원 이상은 안돼, nothing under $20."""

_NEAR: Final = re.compile(r"^\s?(?:정도|쯤|안팎|내외|전후|짜리|선에서|or\sso|-?ish)")
_RANGE: Final = re.compile(r"^\s?(?:~|-|–|에서|부터|to|and|or)\s?(?:about\s)?$", re.IGNORECASE)
_BEFORE_MOST: Final = re.compile(
    r"(?:under|u?nder|udner|unde|below|bellow|less\s?th[ae]n|up\s?to|max(?:imum)?(?: of)?|at most|"
    r"(?:no|not) more th[ae]n|cheaper th[ae]n|lower th[ae]n|"
    r"within|not over|<=?|budget(?: is| of|:)?|spend(?: up to)?|only (?:have|got)|"
    r"(?:n[o']t|\bno|never|nothing|cannot|without|cant|dont)\b[^.!?\d]{0,30}?"
    r"(?:more th[ae]n|over|above|exceed(?:ing)?)|최대|많아야|"
    r"예산은?|예산이?)"
    r"\s?(?:about\s|around\s)?$",
    re.IGNORECASE,
)
_BEFORE_LEAST: Final = re.compile(
    r"(?:(?<!no )(?<!not )(?:over|above|more th[ae]n)|at least|from|starting at|minimum(?: of)?|"
    r">=?|최소|적어도)\s?$",
    re.IGNORECASE,
)
_BEFORE_NOT_UNDER: Final = re.compile(
    r"\b(?:no|not|nothing|never)\s(?:less th[ae]n|under|below|cheaper th[ae]n|lower th[ae]n)\s?$",
    re.IGNORECASE,
)
_BEFORE_NEAR: Final = re.compile(r"(?:around|about|roughly|approximately|~|약|한)\s?$", re.I)
_NUMBER: Final = r"(?<!\d)\d++(?:,\d{3}(?!\d))*+(?:\.\d++)?+"
"""With commas between thousands only; it is read in one way, so that none is tried again."""

_SHARED: Final = re.compile(
    rf"(?P<low>{_NUMBER}|[일이삼사오육칠팔구])\s?(?:~|-|–|,|에서|to|or)\s?"
    rf"(?P<high>{_NUMBER}|[일이삼사오육칠팔구])\s?(?P<unit>만|천)\s?원?"
)
_SHARED_EN: Final = re.compile(
    rf"(?:(?P<sign>[$€£₩])\s?|between\s|from\s)?(?P<low>{_NUMBER})(?P<lowk>\s?k\b)?\s?(?:~|-|–|to|"
    rf"and)\s?[$€£₩]?\s?(?P<high>{_NUMBER})"
    r"(?P<k>\s?k\b)?(?P<coin>\s?(?:dollars?|bucks?|usd|euros?|pounds?|won|krw|원))?",
    re.IGNORECASE,
)
_NUMBER_ONLY: Final = re.compile(
    r"(?P<word>(?:no|not|nothing|never) (?:less than|under|below|over|above)|"
    r"under|below|less than|up to|at most|no more than|cheaper than|budget(?: is| of)?|"
    r"over|above|at least)\s(?P<number>\d[\d,]*+(?:\.\d++)?+)(?P<k>k)?\b"
    r"(?!\s?(?:min|hour|km|m\b|met|mile|people|person|am\b|pm\b|%|star|year|kcal|cal|block|"
    r"[a-z]+s\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """Prices between two ends, both included; None where an end is open."""

    low: float | None = None
    high: float | None = None


def read_budget(text: str) -> tuple[Budget, tuple[int, int]] | None:
    """The budget of a message and where it stands; None where none is named."""
    shared = _shared_range(text)
    if shared is not None:
        return shared
    mentions = amounts(text)
    if not mentions:
        return _number_only(text)
    if len(mentions) >= 2:
        span = (mentions[0].start, mentions[1].end)
        if _is_range(text, mentions[0], mentions[1]):
            low, high = sorted((mentions[0].number, mentions[1].number))
            return Budget(low, high), span
        if both := _both_ends(_one_amount(text, mentions[0]), _one_amount(text, mentions[1])):
            return both, span
    return _one_amount(text, mentions[0]), (mentions[0].start, mentions[0].end)


def _one_amount(text: str, amount: Amount) -> Budget:
    rest, ahead = text[amount.end :], text[: amount.start].rstrip() + " "
    ahead = ahead if len(ahead) > 1 else ""
    number = amount.number
    if rest.lstrip().startswith("대") and not re.match(r"\s?대(?:단|신|략|충)", rest):
        return Budget(number, number + amount.step - 1)
    if _NOT_OVER.match(rest):
        return Budget(None, number)
    if _NOT_UNDER.match(rest) or _BEFORE_NOT_UNDER.search(ahead):
        return Budget(number, None)
    if _MOST.match(rest) or _BEFORE_MOST.search(ahead):
        return Budget(None, number)
    if _LEAST.match(rest) or _BEFORE_LEAST.search(ahead):
        return Budget(number, None)
    if amount.is_about or _NEAR.match(rest) or _BEFORE_NEAR.search(ahead):
        return Budget(round(number * (1 - ABOUT), 2), round(number * (1 + ABOUT), 2))
    return Budget(None, number)


def _both_ends(first: Budget, second: Budget) -> Budget | None:
    """Of "1만원 이상 2만원 이하" the range; None where they are not its two ends."""
    lower, upper = (first, second) if first.high is None else (second, first)
    if lower.low is None or lower.high is not None or upper.low is not None or upper.high is None:
        return None
    return Budget(lower.low, upper.high) if lower.low < upper.high else None


def _is_range(text: str, first: Amount, second: Amount) -> bool:
    between = text[first.end : second.start]
    return bool(_RANGE.match(between)) or bool(
        re.search(r"between\s?$|from\s?$", text[: first.start], re.IGNORECASE)
    )


def _shared_range(text: str) -> tuple[Budget, tuple[int, int]] | None:
    korean = _SHARED.search(text)
    if korean:
        ends = [korean_number(korean[name] + korean["unit"]) for name in ("low", "high")]
        if ends[0] and ends[1] and max(ends[0][0], ends[1][0]) <= MOST:
            return Budget(*sorted((ends[0][0], ends[1][0]))), korean.span()
    for match in _SHARED_EN.finditer(text):
        if match["sign"] or match["coin"]:
            low, high = (float(match[n].replace(",", "")) for n in ("low", "high"))
            low *= 1000 if match["k"] or match["lowk"] else 1
            high *= 1000 if match["k"] else 1
            if low < high <= MOST:
                return Budget(low, high), match.span()
    return None


def _number_only(text: str) -> tuple[Budget, tuple[int, int]] | None:
    match = _NUMBER_ONLY.search(text)
    if match is None:
        return None
    number = float(match["number"].replace(",", "")) * (1000 if match["k"] else 1)
    if number > MOST:
        return None
    word = match["word"].lower()
    is_refused = word.startswith(("no ", "not ", "nothing ", "never ")) and word != "no more than"
    least = word.endswith(("over", "above", "at least")) != is_refused
    return (Budget(number, None) if least else Budget(None, number)), match.span()
