"""Bodies and single names: runs of words with capitals."""

from bisect import bisect_left
from collections import Counter

from intake.names.entities import Mention
from intake.names.titles import Titles
from store.records.parties import PartyKind

_MOST_RUN = 14
_MOST_DESCRIBING = 6


class Bodies(Titles):
    """Finds bodies by their words, and other names to be told later."""

    _acting: Counter[str] | None = None

    def _find_described_bodies(self) -> None:
        """Bodies that a noun or their own words show: "the drug maker Helixor", "Corvia Bank"."""
        company = self.lexicon.words("company_noun")
        groups = self.lexicon.words("working_group_noun")
        for i, token in enumerate(self.tokens):
            if self.taken[i] or not token.is_capital or self._is_skipped(token.start):
                continue
            before = self.tokens[i - 2].low if i > 1 else ""
            described = (
                i > 0
                and self.tokens[i - 1].low in company | groups
                and not self.tokens[i - 1].is_capital
                # "the airline Brevo", "the builder, Norvik Hydro"
                and (
                    self._gap(i - 1) == " "
                    or (
                        self._gap(i - 1) == ", "
                        and before == "the"
                        and self.tokens[i - 1].low in company
                    )
                )
            )
            titled = token.low in self.honorifics | self.roles
            if described and not titled and token.low not in self.common | self.calendar:
                noun = self.tokens[i - 1].low
                kind = PartyKind.COMPANY if noun in company else PartyKind.CIVIL_SOCIETY
                body = self._body(i, self._end_of_described(i), kind)
                body.noun = body.noun or noun
                continue
            last_of_run = self._run_end(i)
            if last_of_run is None or (
                i and self.tokens[i - 1].is_capital and self._gap(i - 1) == " "
            ):
                continue
            lows = [t.low for t in self.tokens[i : last_of_run + 1]]
            titled = any(low in self.roles for low in lows)
            if not titled and any(low in self.org_words for low in lows):
                self._read_run(i, last_of_run)

    def _end_of_described(self, first: int) -> int:
        last = first
        while (
            last + 1 < len(self.tokens)
            and self._gap(last) == " "
            and last - first < 3
            and self.tokens[last + 1].is_capital
            and not self.tokens[last].is_possessive
            and self.tokens[last + 1].low not in self.roles | self.calendar
        ):
            last += 1
        return last

    def _run_end(self, i: int) -> int | None:
        token = self.tokens[i]
        if not token.is_capital or token.low in self.calendar:
            return None
        if token.low.partition("'")[0] in self.common:  # "I'm", "We'll"
            return None
        if (
            i in self.openings
            and (token.low in self.common or self.lower[token.low] > 0)
            and not (
                token.low in self.org_words
                and self.tokens[i + 1 : i + 2]
                and self.tokens[i + 1].low == "of"
            )
        ):
            return None
        if token.low in self.common:
            return None
        last = i
        connectors = self.lexicon.words("org_connector")
        has_body = token.low in self.org_words
        while last + 1 < len(self.tokens) and last - i < _MOST_RUN:
            if self.tokens[last].is_possessive:
                break
            gap = self._gap(last)
            following = self.tokens[last + 1]
            if gap not in (" ", "-", " & ") and not (
                gap == ". " and len(self.tokens[last].text) == 1
            ):
                break
            if self.taken[last + 1]:
                break
            if following.is_capital and following.low not in self.calendar:
                last += 1
                has_body = has_body or following.low in self.org_words
                continue
            ahead = last + 2
            ahead_of_and = {t.low for t in self.tokens[last + 2 : last + 5]} & self.org_words
            subject = self.tokens[last].low in self.subjects and following.low == "and"
            if following.low in connectors and (has_body or (subject and ahead_of_and)):
                while (
                    ahead < len(self.tokens)
                    and self.tokens[ahead].low in connectors
                    and ahead < last + 4
                ):
                    ahead += 1
                if (
                    ahead < len(self.tokens)
                    and self._gap(ahead - 1) == " "
                    and self.tokens[ahead].is_capital
                    and not self.taken[ahead]
                    and not self.tokens[ahead].is_acronym
                    and (
                        following.low not in ("and", "&", "to", "on", "in")
                        or (subject and ahead_of_and)
                        or self._goes_on(ahead, i, last)
                    )
                ):
                    last = ahead
                    continue
            if (
                following.low in self.particles
                and ahead < len(self.tokens)
                and self.tokens[ahead].is_capital
            ) and self._gap(last + 1) in (" ", "-"):
                last = ahead
                continue
            break
        return last

    def _goes_on(self, ahead: int, first: int, last: int) -> bool:
        """Whether a name goes on behind "and": "Centre for Missing and Exploited Children"."""
        inside = {t.low for t in self.tokens[first : last + 1]}
        return (
            bool(inside & {"of", "for"})
            and (
                self.tokens[ahead].low in self.subjects
                or self.tokens[ahead].low not in self.org_words
            )
            and self._country_at(ahead) is None
        )

    def _describe_bodies(self) -> None:
        """Says what names are by a noun behind a comma: "Norvik, the region's first bank,"."""
        company = self.lexicon.words("company_noun")
        regulators = self.lexicon.words("regulator_noun") - {"group", "office", "board"}
        determiners = self.lexicon.words("determiner")
        for mention in self.mentions:
            entity = mention.entity
            if entity.key or entity.kind is not None or mention.is_possessive:
                continue
            at = self._find_word_behind(mention)
            if not at or at >= len(self.tokens) or self._gap(at - 1) != ", ":
                continue
            if self.tokens[at].low not in determiners:
                continue
            noun = self._end_of_small_words(at)
            low = self.tokens[noun].low
            if self._gap(noun)[:1] not in ",.)":
                continue
            if low in company:
                entity.kind, entity.noun = PartyKind.COMPANY, low
            elif low in regulators:
                entity.kind, entity.noun, entity.is_office = PartyKind.REGULATOR, low, True

    def _find_word_behind(self, mention: Mention) -> int:
        """The place of the first word behind a name; how many words there are if there is none."""
        return bisect_left(self.tokens, mention.end, key=lambda t: t.start)

    def _end_of_small_words(self, first: int) -> int:
        """The last word of an unbroken row of at most seven words."""
        last = first
        while (
            last + 1 < len(self.tokens)
            and last - first < _MOST_DESCRIBING
            and self._gap(last) in (" ", "-")
        ):
            last += 1
        return last

    def _find_states(self) -> None:
        """Names of states that are no known country, by their offices: "Kavala's minister"."""
        for mention in self.mentions:
            entity = mention.entity
            if entity.key or entity.kind is not None or not mention.is_possessive:
                continue
            at = self._find_word_behind(mention)
            row = [t.low for t in self.tokens[at : at + 3]]
            if row and set(row) & self.lexicon.words("of_state_alone") and self._gap(at - 1) == " ":
                entity.kind, entity.is_office = PartyKind.GOVERNMENT, True

    def _read_run(self, first: int, last: int) -> None:
        while (
            first < last
            and self._country_at(first) is None
            and (self.tokens[first].low in self.common or self.tokens[first].low in self.honorifics)
        ):
            first += 1
        lows = [t.low for t in self.tokens[first : last + 1]]
        if first == last and lows[0] in self.body_nouns:
            return  # "the Government": a noun, and no name
        country = self._country_at(first)
        if country and country[1] == last - first + 1:
            return
        if first == last and lows[0] in self.org_words - self.lexicon.words("body_public_body"):
            return
        if any(low in self.org_words for low in lows):
            last = self._end_of_body(first, last)
            lows = lows[: last - first + 1]
            self._body(first, last, self._kind_of_body(lows))
            return
        token = self.tokens[first]
        if all(
            low in self.roles or low in self.modifiers or low in self.honorifics for low in lows
        ):
            return
        if first == last:
            if (token.is_acronym and lows[0] not in self.subjects) or self._looks_like_body(first):
                self._body(first, last)
            elif self.tokens[first].low not in self.common and len(token.text) > 2:
                self.pending.append((first, last))
            return
        if country:  # Kenya Power: a body; "Pakistan Monday" is none
            rest = self.tokens[first + country[1] : last + 1]
            if rest and not any(t.low in self.common for t in rest) and country[2] == "NAME":
                self._body(first, last)
            return
        ends = tuple(self.lexicon.words("org_ending"))
        if len(lows[-1]) > 6 and lows[-1].endswith(ends):
            self._body(first, last, PartyKind.COMPANY)
            return
        self.pending.append((first, last))

    def _end_of_body(self, first: int, last: int) -> int:
        """The last word of a body's name; behind a title, a person's name may follow it."""
        ends = [i for i in range(first, last + 1) if self.tokens[i].low in self.org_words]
        end = ends[-1]
        while end + 2 <= last and not self.tokens[end + 1].is_capital:
            end += 2  # "Chamber of Mines"
        titled = any(t.low in self.roles for t in self.tokens[max(0, first - 4) : first])
        titled = titled or self.tokens[end].low in self.lexicon.words("state_role")
        if titled and last - end >= 2:
            self.pending_names.append((end + 1, last))
            return end
        return last

    def _find_runs(self) -> None:
        """Runs of words with capitals: bodies, countries, and people still to be told."""
        i = 0
        self.pending: list[tuple[int, int]] = []
        while i < len(self.tokens):
            if self.taken[i] or self._is_skipped(self.tokens[i].start):
                i += 1
                continue
            last = self._run_end(i)
            if last is None:
                i += 1
                continue
            self._read_run(i, last)
            i = last + 1

    def _is_actor(self, i: int) -> bool:
        """Whether a single name is of somebody who acts, by where its capital means something."""
        word = self.folded[i]
        if not word.isalpha():
            return False
        if self.tokens[i].low in self.subjects or self.lower[self.tokens[i].low] > 0:
            return False
        before = self.tokens[i - 1].low if i else ""
        if (
            before in ("in", "at", "near", "from", "across", "outside", "around", "city", "of")
            and i not in self.openings
        ):
            return self._is_named_elsewhere(word, i)
        if i not in self.openings or self._is_named_elsewhere(word, i):
            return True
        return self._is_set_off_by_noun(i)

    def _is_set_off_by_noun(self, i: int) -> bool:
        """Whether a noun between commas says what a name is: "Ofsafe, the regulator,"."""
        if self._gap(i) != ", " or self.tokens[i + 1].low not in self.lexicon.words("determiner"):
            return False
        noun = self._end_of_small_words(i + 1)
        return self.tokens[noun].low in self.body_nouns and self._gap(noun)[:1] == ","

    def _is_named_elsewhere(self, word: str, but: int) -> bool:
        """Whether a single name stands at another place, too, where it is somebody who acts."""
        if self._acting is None:  # counted once, so that time grows with length alone
            self._acting = Counter(
                self.folded[f] for f, last in self.pending if f == last and self._may_act(f)
            )
        others = self._acting[word] - (self._may_act(but) and self.folded[but] == word)
        return others > 0 or word in self.by_form

    def _may_act(self, i: int) -> bool:
        places = ("in", "at", "near", "from", "across")
        return i not in self.openings and (not i or self.tokens[i - 1].low not in places)
