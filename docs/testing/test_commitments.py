"""Tests in pytest against a throw-away server, which `followthrough_sandbox` starts."""

LAB = '{ commitment(by: { key: "K03" }) { status { value daysSilent } checkLogs { totalCount } } }'
LOOKED = """
mutation {
  recordCheck(input: {
    trackable: "K03", checkedOn: { edtf: "2025-07-01" }, note: "Nothing found", accept: true
  }) { record { key } userErrors { path message } }
}
"""


def test_days_are_counted_to_a_day_that_does_not_move(followthrough_sandbox):
    followthrough_sandbox.set_today("2025-07-09")
    status = followthrough_sandbox.execute(LAB)["data"]["commitment"]["status"]
    assert status == {"value": "NO_FOLLOW_UP", "daysSilent": 1236}


def test_an_editor_records_that_nothing_was_found(followthrough_sandbox):
    answer = followthrough_sandbox.execute(LOOKED, role="EDITOR")
    assert answer["data"]["recordCheck"]["userErrors"] == []
    looked = followthrough_sandbox.execute(LAB)["data"]["commitment"]["checkLogs"]
    assert looked == {"totalCount": 1}


def test_each_test_begins_with_the_data_that_was_loaded(followthrough_sandbox):
    looked = followthrough_sandbox.execute(LAB)["data"]["commitment"]["checkLogs"]
    assert looked == {"totalCount": 0}
