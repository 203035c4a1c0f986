"""Commitments over GraphQL."""


async def test_one_commitment_by_key(meta_pakistan) -> None:
    data = await meta_pakistan.ask(
        '{ commitment(by: {key: "K03"}) { key status { value daysSilent } } }'
    )
    assert data["commitment"] == {
        "key": "K03",
        "status": {"value": "NO_FOLLOW_UP", "daysSilent": 1236},
    }
