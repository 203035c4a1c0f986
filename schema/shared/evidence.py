"""Evidence as the API shows it: who said what, in which span of which article."""

import strawberry

from engine.fields import embedded, link, stored
from schema.shared.enums import register_enum
from schema.shared.lazy_types import ArticleRef, PartyRef
from store.records.evidence import EvidenceMode, Stance

register_enum(EvidenceMode)
register_enum(Stance)


@strawberry.type(
    description=(
        "A span of an article's text in Unicode code points, end exclusive (W3C Web Annotation)."
    )
)
class TextSpan:
    start: int = stored("start", "The first code point, from 0.")
    end: int = stored("end", "The code point after the last.")
    exact_sha256: str = stored("exactSha256", "SHA-256 of the spanned text, checked when written.")


@strawberry.type(
    description="A span of an article's text as evidence: where it is, whose words it holds, "
    "what it shows."
)
class Evidence:
    article: ArticleRef | None = link("article", "articles", "The article.")
    excerpt: str | None = stored(
        "selector.exact", "The text of the span; null if the article's text is withheld."
    )
    selector: TextSpan = embedded("selector", "The span's position in the article's text.")
    source_locator: str | None = stored(
        "sourceLocator",
        "Where to find it in the original article, for people: paragraph, sentence, offsets.",
    )
    mode: EvidenceMode = stored("mode", "How the article presents the words.")
    said_by: PartyRef | None = link("saidBy", "parties", "Whose words they are.")
    relayed_by: PartyRef | None = link("relayedBy", "parties", "Who passed the words on.")
    stance: Stance = stored(
        "stance", "Whether the span supports or refutes the statement, or gives context."
    )
    gist: str | None = stored("gist", "What it says, in our own words.")
