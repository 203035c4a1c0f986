// Apollo and urql add __typename wherever they keep what they get; the tests ask for data alone.
export const bare = (value) =>
  Array.isArray(value)
    ? value.map(bare)
    : value && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([name]) => name !== '__typename')
            .map(([name, member]) => [name, bare(member)]),
        )
      : value;
