"""Another text for an article: what rests on it moves, and what does not fit stays and is told."""

from tests.schema.commands.conftest import Writing, find_broken
from tests.store.samples import ASKED, DOUBTED, LATER, PROMISED, TEXTS

REASON = {"reason": "A better digest."}
LOST = "lost { record { key } path words nearest }"


async def test_evidence_moves_with_its_words(writing: Writing) -> None:
    text = f"Telno met the office. {ASKED} And then: {PROMISED}"
    payload = await writing.do(
        "replaceArticleText",
        f"{LOST} record {{ version }} written {{ key }}",
        key="a1",
        text=text,
        **REASON,
    )
    assert payload["lost"] == [] and payload["record"] == {"version": 2}
    assert sorted(w["key"] for w in payload["written"]) == ["a1", "c1", "c2", "m1", "r1"]
    for noun, key in (("commitments", "c1"), ("meetings", "m1"), ("requests", "r1")):
        document = await writing.document(noun, key)
        span = document["evidence"][0]["selector"]
        words = ASKED if key == "r1" else PROMISED
        assert text[span["start"] : span["end"]] == span["exact"] == words
    mention = (await writing.document("articles", "a1"))["mentions"][0]
    assert mention["span"]["start"] == text.index("Telno promised")
    assert await find_broken(writing.database) == []


async def test_what_is_not_found_is_listed_and_stays(writing: Writing) -> None:
    before = await writing.document("commitments", "c1")
    text = TEXTS["a1"].replace("lower prices", "much lower prices")
    payload = await writing.do("replaceArticleText", LOST, key="a1", text=text, **REASON)
    lost = {found["record"]["key"]: found for found in payload["lost"]}
    assert sorted(lost) == ["c1", "c2", "m1"]
    assert lost["c1"]["path"] == "evidence[0]" and lost["c1"]["words"] == PROMISED
    assert lost["c1"]["nearest"][0] == "Telno promised much lower prices by 2022."
    after = await writing.document("commitments", "c1")
    assert after["evidence"] == before["evidence"] and after["version"] == before["version"]
    # `check` lists them, until somebody decides.
    assert sorted({f.key for f in await find_broken(writing.database)}) == ["c1", "c2", "m1"]
    words = "Telno promised much lower prices by 2022."
    evidence = [{"article": "a1", "selector": {"exact": words}, "mode": "PARAPHRASE"}]
    for noun, key in (("Commitment", "c1"), ("Commitment", "c2"), ("Meeting", "m1")):
        await writing.do(f"update{noun}", key=key, evidence=evidence)
    assert await find_broken(writing.database) == []


async def test_of_two_places_the_one_with_the_same_words_around(writing: Writing) -> None:
    text = f"{DOUBTED} Much later. {LATER} {DOUBTED} The company answered the doubts."
    payload = await writing.do("replaceArticleText", LOST, key="a2", text=text, **REASON)
    assert payload["lost"] == []
    span = (await writing.document("follow_ups", "f2"))["evidence"][0]["selector"]
    assert span["start"] == text.rindex(DOUBTED)


async def test_lost_mention_keeps_no_span(writing: Writing) -> None:
    text = TEXTS["a1"].replace("Telno promised", "They promised")
    payload = await writing.do("replaceArticleText", LOST, key="a1", text=text, **REASON)
    paths = {(found["record"]["key"], found["path"]) for found in payload["lost"]}
    assert ("a1", "mentions[0]") in paths
    (mention,) = (await writing.document("articles", "a1"))["mentions"]
    assert mention["party"] == "telno" and "span" not in mention


async def test_preview_writes_nothing(writing: Writing) -> None:
    before = await writing.dump()
    await writing.do("replaceArticleText", LOST, key="a1", text="New.", dryRun=True, **REASON)
    assert await writing.dump() == before


async def test_it_needs_a_reason_and_words(writing: Writing) -> None:
    found = await writing.refuse("replaceArticleText", key="a1", text="New.")
    assert found == [("REASON_MISSING", "input.reason")]
    found = await writing.refuse("replaceArticleText", key="a1", text=" ", **REASON)
    assert found == [("INVALID", "input.text")]
