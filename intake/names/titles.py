"""People by their titles: before the name, or behind it."""

from bisect import bisect_left

from intake.names.entities import Entity
from intake.names.register import Register
from intake.text.segments import Part
from store.records.parties import PartyKind

_MOST_NAME = 5
_MOST_TITLE = 7
_MOST_OF_SUBJECT = 5

_RETIRED = frozenset({"r", "retd", "rtd", "retired"})
"""In brackets between a rank and a name."""


class Titles(Register):
    """Finds people whose title stands beside their name."""

    def _find_titled_people(self) -> None:
        for i, token in enumerate(self.tokens):
            if self._is_skipped(token.start):
                continue
            if token.low in self.roles and not self.tokens[i].is_possessive:
                self._read_title(i)
            elif (
                token.low in self.honorifics
                and token.is_capital
                and not self._country_at(i)
                and self._gap(i) in (" ", ". ")
                and (found := self._read_name(i + 1))
            ):
                self._person(found[0], found[1], None, None)

    def _read_title(self, i: int) -> None:
        """A person named after a title, or, where the title stands behind a comma, before it."""
        start = self._title_start(i)
        at, inside = self._subject_end(i + 1)
        if at < len(self.tokens):
            comma = self._gap(at - 1).replace(" (", " ").replace(")", "")
            name = self._read_name(at) if comma in (" ", ", ", ". ", " (") else None
            # After a comma it must look like a name of several words.
            if name and (comma != ", " or name[1] > name[0]):
                person = self._person(name[0], name[1], (start, at - 1), inside)
                self._read_state_behind(person, name[1])
                return
        loose = self._loose_end(at)
        name = self._read_name(loose) if loose else None
        if loose and name and name[1] > name[0]:
            self._person(name[0], name[1], (start, loose - 1), inside)
            return
        self._read_title_behind(start, i, at, inside)

    def _read_state_behind(self, person: Entity, last: int) -> None:
        """Whose president somebody is, by what stands behind: "President Orlan of Vesk"."""
        at = last + 2
        if person.organization is not None or not person.is_office or at >= len(self.tokens):
            return
        follows = (
            self.tokens[last + 1].low == "of" and self._gap(last) == self._gap(last + 1) == " "
        )
        if follows and self._country_at(at) is None and self._is_new_body(at):
            state = self._named_at(at) or self._body(at, at)
            if not state.is_person:
                state.kind = state.kind or PartyKind.GOVERNMENT
                state.is_office, person.organization = True, state

    def _loose_end(self, at: int) -> int | None:
        """Where the name begins behind a title in plain words, or a body, and a comma:
        "head of sales, Dana Weiss"; "vice president, Meta, Simon Milner".
        """
        begin = at
        while at < len(self.tokens) and at - begin < _MOST_TITLE:
            gap, token = self._gap(at - 1), self.tokens[at]
            if gap == ", " and at > begin and token.is_capital and not self.taken[at]:
                return at
            if gap == " " and at > begin and token.is_capital and self._is_subject_of_title(at):
                return at
            if gap != " " and not (gap == ", " and self.taken[at]):
                return None
            if token.low in self.say or (token.is_capital and not self.taken[at]):
                return None
            at += 1
        return None

    def _is_subject_of_title(self, at: int) -> bool:
        """Whether small words behind "for" or "of" stand before a name, and nothing that a
        sentence goes on with: "vice president for overseas markets Jun Takeda".
        """
        begin = at
        while begin > 0 and self._gap(begin - 1) == " " and not self.tokens[begin - 1].is_capital:
            begin -= 1
            if self.tokens[begin].low in ("for", "of"):
                break
        row = [t.low for t in self.tokens[begin + 1 : at]]
        plain = self.lexicon.words("function_word") - {"and", "public"}
        return (
            self.tokens[begin].low in ("for", "of")
            and 0 < len(row) < _MOST_OF_SUBJECT
            and row[-1].endswith(("s", "y", "ing", "ion"))
            and not any(low in plain | self.body_nouns | self.roles for low in row)
        )

    def _title_start(self, i: int) -> int:
        start = i
        while (
            start > 0
            and self._gap(start - 1) in (" ", "-")
            and not self.tokens[start - 1].is_possessive
            and (
                self.tokens[start - 1].low in self.modifiers
                or self.tokens[start - 1].low in self.roles
                or self.tokens[start - 1].low in self.subjects
                or (self.tokens[start - 1].low in self.body_nouns and not self.taken[start - 1])
                or (
                    self.tokens[start - 1].low == "and"
                    and start > 1
                    and self.tokens[start - 2].low in self.subjects
                )
            )
        ):
            start -= 1
        return start

    def _subject_end(self, at: int) -> tuple[int, list[int]]:
        """Where what a title is about ends: "for Trade and Industry", "of Global Affairs at Meta".
        With the words in it that begin a body or a country.
        """
        inside: list[int] = []
        begin = at
        while at < len(self.tokens) and at - begin < 16:
            token = self.tokens[at]
            if self._gap(at - 1) == " (" and token.is_acronym:
                at += 1  # the acronym of a body that is named in the title
                continue
            if self._gap(at - 1) not in (" ", " & ", "-", ", ") or (
                self._gap(at - 1) == ", "
                and token.low not in self.subjects
                and not self._is_set_off(at)
            ):
                break
            if self.tokens[at - 1].is_possessive:
                break
            named = self.taken[at] or self._country_at(at) is not None
            if named:
                inside.append(at)
            connects = token.low in ("of", "for", "at", "and", "in", "the", "to", "from", "on", "&")
            known = (
                token.low in self.subjects
                or token.low in self.modifiers
                or token.low in self.roles
                or token.low in self.lexicon.words("region_word")
                or (token.low in self.org_words and token.low not in self.honorifics)
                or token.is_acronym
            )
            following = self.tokens[at + 1].low if at + 1 < len(self.tokens) else ""
            known = known or (token.is_capital and following in self.subjects)
            known = known or token.low in self.body_nouns or self._is_described(at)
            if not (named or connects or known):
                if self._is_place_of_title(at):
                    at += 1
                    continue
                break
            at += 1
        while at > begin and self.tokens[at - 1].low in (
            "and",
            "in",
            "to",
            "from",
            "on",
            "at",
            "the",
            "of",
            "for",
        ):
            at -= 1
        return at, inside

    def _is_set_off(self, at: int) -> bool:
        """Whether a region or a body stands between commas within a title: "head of policy, South
        Asia, Brevo, said".
        """
        end = at
        while end + 1 < len(self.tokens) and self._gap(end) == " " and end - at < _MOST_NAME:
            end += 1
        words = self.tokens[at : end + 1]
        if end + 1 >= len(self.tokens) or self._gap(end) != ", ":
            return False
        return all(w.is_capital for w in words) and (
            words[-1].low in self.lexicon.words("region_word") or self.taken[at]
        )

    def _is_place_of_title(self, at: int) -> bool:
        """Whether an unknown name ends a title: "mayor of Orsk, Ada Kern"."""
        if not self.tokens[at].is_capital or self.tokens[at - 1].low not in ("of", "for", "at"):
            return False
        if at + 1 >= len(self.tokens) or self._gap(at) != ", ":
            return False
        name = self._read_name(at + 1)
        return name is not None and name[1] > name[0]

    def _read_name(self, at: int) -> tuple[int, int] | None:
        """The words of a person's name from here on."""
        start = at
        while (
            at < len(self.tokens)
            and self.tokens[at].low in self.honorifics
            and self.tokens[at].is_capital
        ):
            if self._gap(at) not in (" ", ". ", " (", ") "):
                break
            at += 1
        while at < len(self.tokens) and self.tokens[at].low in _RETIRED:
            at += 1
        first, last = at, at - 1
        while at < len(self.tokens) and at - first < _MOST_NAME:
            token = self.tokens[at]
            particle = token.low in self.particles and at > first and at + 1 < len(self.tokens)
            if particle and not token.is_capital:
                at += 1
                continue
            if not self._is_name_word(at):
                break
            last = at
            if token.is_possessive or self._gap(at) not in (" ", ". ", "-"):
                break
            if self._gap(at) == ". " and len(token.text) > 1:
                break
            at += 1
        if last < first:
            return None
        return max(start, first), last

    def _is_name_word(self, i: int) -> bool:
        token = self.tokens[i]
        if len(token.text) == 1 and self.text[token.end : token.end + 1] != ".":
            return False
        if not token.is_capital or not token.text[0].isalpha() or self._is_calendar(i):
            return False
        if self.taken[i] and not self._is_person_mention(i):
            return False
        if token.low in self.org_words and token.low not in ("post", "price", "power", "bank"):
            return False
        if token.low in self.common or token.low in self.roles or token.low in self.modifiers:
            return False
        known = self._country_at(i)
        return not (token.is_acronym and len(token.text) > 2) and not (
            known and known[2] != "CAPITAL"
        )

    def _read_title_behind(self, start: int, i: int, at: int, inside: list[int]) -> None:
        """A title behind a name: "Jane Doe, head of policy at the bank"."""
        begin = start
        # The body may stand before the title: "Jane Doe, the bank's head of policy".
        while begin > 0 and self._gap(begin - 1) in (" ", "’s ", "'s ") and start - begin < 6:
            begin -= 1
        leading = {t.low for t in self.tokens[begin:start]}
        if leading & self.lexicon.words("preposition"):
            return  # "Jane Doe, called on the head of policy"
        if begin == 0 or self._gap(begin - 1) != ", ":
            return
        last = begin - 1
        first = last
        while (
            first > 0
            and self._gap(first - 1) in (" ", ". ", "-")
            and (self._is_name_word(first - 1) or self.tokens[first - 1].low in self.particles)
            and last - first < _MOST_NAME - 1
        ):
            first -= 1
        while first < last and (
            self.tokens[first].low in self.honorifics or not self._is_name_word(first)
        ):
            first += 1
        if first >= last and not self._is_person_mention(last):
            return
        if {self.tokens[first].low, self.tokens[last].low} & (self.modifiers | self.subjects):
            return
        if not all(
            self._is_name_word(j) or self.tokens[j].low in self.particles
            for j in range(first, last + 1)
        ):
            return
        person = self._person(first, last, None, None)
        if person.role is None:
            person.role = self.text[self.tokens[begin].start : self.tokens[at - 1].whole_end]
            self._read_affiliation(person, start, at - 1, [*range(begin, start), *inside])

    def _find_bylines(self) -> None:
        """Who wrote it: "By Ana Perez" in the head."""
        for sentence in self.segments.sentences[:8]:
            first = sentence.text.split()[0].lower()
            if sentence.part is not Part.HEADER or first not in self.lexicon.words("byline"):
                continue
            at = bisect_left(self.tokens, sentence.start, key=lambda t: t.start) + 1
            if (name := self._read_name(at)) and name[1] > name[0]:
                person = self._person(name[0], name[1], None, None)
                self._read_author(person, name[1], sentence.end)

    def _read_author(self, person: Entity, last: int, end: int) -> None:
        """For whom an author writes: "By Ana Perez, Director of Policy, Brevo"."""
        begin = last + 1
        while begin < len(self.tokens) and self.tokens[begin].start < end:
            begin += 1
        body = begin - 1
        is_name = body > last + 1 and self._gap(body - 1) == ", " and self._is_name_word(body)
        titled = any(t.low in self.roles for t in self.tokens[last + 1 : body])
        if is_name and titled and person.organization is None:
            person.organization = self._named_at(body) or self._body(body, body)
