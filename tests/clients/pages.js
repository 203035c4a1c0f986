// What a Relay application declares: a paginated list, and a part that is fetched again by its id.
import { graphql } from 'relay-runtime';

export const page = graphql`
  fragment pages_list on Query
  @refetchable(queryName: "pagesListPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" }) {
    commitments(first: $count, after: $cursor) @connection(key: "pages_commitments") {
      edges {
        node {
          id
          ...pages_one
        }
      }
    }
  }
`;

export const one = graphql`
  fragment pages_one on Commitment
  @refetchable(queryName: "pagesOneRefetchQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    title
    followUps(first: $count, after: $cursor) @connection(key: "pages_followUps") {
      edges {
        node {
          key
        }
      }
    }
  }
`;

export const query = graphql`
  query pagesQuery {
    ...pages_list
  }
`;
