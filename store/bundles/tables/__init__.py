"""Tables of other people as records: spreadsheets, CSV and lists in JSON, by a map that says which
column is which member.

`files` and `workbooks` read rows, `maps` checks a map by the models, `values` makes a cell what a
member wants, `converting` makes the records, `report` says what was understood how, and `proposing`
writes a first map.
"""
