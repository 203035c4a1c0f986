"""What schemathesis sends for our scalars: mostly what they take, and sometimes anything."""

import schemathesis.graphql
from hypothesis import strategies as st
from schemathesis.graphql import nodes

DAYS = st.dates().map(str)
INSTANTS = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
SCALARS = {
    "Date": DAYS,
    "DateTime": INSTANTS,
    "EDTF": DAYS | st.sampled_from(["2024", "2024-12-06?", "2022-02/2022-02-19", "../2024"]),
    "URL": st.sampled_from(["/commitments/K01", "/parties/meta", "https://example.org/a/b", "/"]),
}

for name, values in SCALARS.items():
    schemathesis.graphql.scalar(name, (values | st.text(max_size=20)).map(nodes.String))
