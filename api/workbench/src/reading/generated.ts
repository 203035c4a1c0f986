// Written by codegen.mjs.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** How far a record has come on its way into the accepted store. */
export type Curation =
  /** Suggested; nobody has looked at it yet. */
  | 'PROPOSED'
  /** Being looked at. */
  | 'IN_REVIEW'
  /** Looked at and accepted; only accepted records decide a status. */
  | 'ACCEPTED'
  /** Looked at and refused; kept so that it is not proposed again. */
  | 'REJECTED'
  /** Once accepted, later withdrawn; kept, because nothing is deleted. */
  | 'RETRACTED';

/** What sort of body or person a party is. */
export type PartyKind =
  /** A person, named or known only by office. */
  | 'PERSON'
  /** A government as a whole. */
  | 'GOVERNMENT'
  /** A ministry or department of a government. */
  | 'MINISTRY'
  /** A regulator with powers of its own. */
  | 'REGULATOR'
  /** Another public body, fund or board. */
  | 'PUBLIC_BODY'
  /** A group set up for a task. */
  | 'WORKING_GROUP'
  /** A company. */
  | 'COMPANY'
  /** A service or product of a company that acts under its own name. */
  | 'PLATFORM'
  /** A non-governmental organisation. */
  | 'CIVIL_SOCIETY'
  /** A body of several governments. */
  | 'INTERGOVERNMENTAL'
  /** A publisher of news. */
  | 'MEDIA'
  /** A number of parties named only together. */
  | 'GROUP';

/** How far a date may be relied on; it never moves the bounds. */
export type DateCertainty =
  /** The source leaves no doubt about the date. */
  | 'CERTAIN'
  /** An estimate or a sound inference (EDTF ~, approximate). */
  | 'PROBABLE'
  /** The source of the date is itself in doubt (EDTF ? and %). */
  | 'UNCERTAIN';

/** What a date rests on. */
export type DateBasis =
  /** The source states the date. */
  | 'STATED'
  /** The source names a weekday, resolved from its own date. */
  | 'WEEKDAY_RESOLVED'
  /** Only the day of the report, or of the statement, is known. */
  | 'REPORT_DAY'
  /** Taken from the header with which the text was collected. */
  | 'INGEST_HEADER'
  /** Taken from the time stamp of an image or another file. */
  | 'ASSET_TIMESTAMP'
  /** Taken from a copyright line, which gives a year. */
  | 'COPYRIGHT_LINE'
  /** Concluded from what else the source tells. */
  | 'CONTEXT';

/** How the article presents the words. */
export type EvidenceMode =
  /** In quotation marks, from a named or clear speaker. */
  | 'DIRECT_QUOTE'
  /** Reported speech, attributed to a speaker. */
  | 'PARAPHRASE'
  /** Told by the reporter, without attribution. */
  | 'REPORTER_VOICE'
  /** Only in the headline or standfirst. */
  | 'HEADLINE'
  /** Said by the other side about this party. */
  | 'COUNTERPART_CLAIM';

/** What a later event did to the commitment. */
export type FollowUpKind =
  /** Promised again. Restating is not progress. */
  | 'REAFFIRMED'
  /** Changed in wording or scope, without replacing it. */
  | 'AMENDED'
  /** Something was done towards it. */
  | 'PROGRESSED'
  /** Part of it was done. */
  | 'PARTLY_FULFILLED'
  /** It was done. */
  | 'FULFILLED'
  /** Work on it stopped. */
  | 'STALLED'
  /** It was broken. */
  | 'BROKEN'
  /** The promisor said or did the opposite. */
  | 'CONTRADICTED'
  /** Somebody doubted or criticised how it is kept. */
  | 'CHALLENGED'
  /** A challenge or contradiction was answered. */
  | 'ANSWERED'
  /** Another commitment took its place. */
  | 'SUPERSEDED'
  /** The promisor took it back. */
  | 'WITHDRAWN'
  /** Spoken of, without more. */
  | 'MENTIONED';

/** How a restatement differs from what it restates. */
export type ScopeChange =
  /** The same scope. */
  | 'NONE'
  /** Promises more. */
  | 'WIDENED'
  /** Promises less. */
  | 'NARROWED'
  /** Promised to somebody else. */
  | 'READDRESSED';

/** Which ones, by key. */
export type KeyFilter = {
  /** This key. */
  eq?: string | null | undefined;
  /** Any of these keys; an empty list matches nothing. */
  in?: Array<string> | null | undefined;
};

/** Who says so, seen from the promisor. */
export type Independence =
  /** The promisor itself. */
  | 'SELF'
  /** The other side of the commitment. */
  | 'COUNTERPART'
  /** Somebody outside it. */
  | 'THIRD_PARTY'
  /** A document that shows it. */
  | 'DOCUMENT';

/** How sure the curator is that this follow-up belongs to this target. */
export type Confidence =
  /** Sure. */
  | 'HIGH'
  /** Likely; another reading is possible. */
  | 'MEDIUM'
  /** A guess, kept for review. */
  | 'LOW';

/** A range of days, both ends included. */
export type DateFilter = {
  /** The first day. */
  from?: string | null | undefined;
  /** The last day. */
  to?: string | null | undefined;
  /** How dates match that are only roughly known. */
  match?: Match;
};

/** What a date that is only roughly known must do to match a range. */
export type Match =
  /** It certainly lies within the range: all of its days do. */
  | 'CERTAIN'
  /** It may lie within the range: at least one of its days does. */
  | 'POSSIBLE';

/** Which end of an order comes first. */
export type Direction =
  /** Smallest or earliest first. */
  | 'ASC'
  /** Largest or latest first. */
  | 'DESC';

/** Where a commitment or request stands. */
export type StatusValue =
  /** Nothing later is recorded; that is not the same as undone. */
  | 'NO_FOLLOW_UP'
  /** Promised again, and nothing more. Restating is not progress. */
  | 'REAFFIRMED'
  /** Something was done towards it. */
  | 'IN_PROGRESS'
  /** Part of it was done. */
  | 'PARTLY_FULFILLED'
  /** It was done. */
  | 'FULFILLED'
  /** Work on it stopped. */
  | 'STALLED'
  /** It was broken. */
  | 'BROKEN'
  /** Another commitment took its place. */
  | 'SUPERSEDED'
  /** The promisor took it back. */
  | 'WITHDRAWN'
  /** Nothing could show whether it was kept; left out of rates. */
  | 'NOT_TRACKABLE';

/** The best independence among the follow-ups that decided a status. */
export type Verification =
  /** No follow-up decided it. */
  | 'NONE'
  /** The promisor says so. */
  | 'SELF_REPORTED'
  /** The other side says so. */
  | 'COUNTERPART_REPORTED'
  /** Somebody outside the commitment says so. */
  | 'THIRD_PARTY'
  /** A document shows it. */
  | 'DOCUMENTED';

/** Whether dates leave one answer or several. */
export type Certainty =
  /** The dates leave one answer. */
  | 'CERTAIN'
  /** The dates leave other answers open. */
  | 'POSSIBLE';

/** Through whose words a promise is known. */
export type Attribution =
  /** The promisor's own words, in quotation marks. */
  | 'SELF_QUOTED'
  /** The promisor's words, reported. */
  | 'SELF_PARAPHRASED'
  /** Reported as agreed by both sides. */
  | 'JOINT_STATEMENT'
  /** Only the other side says so. */
  | 'COUNTERPART_CLAIM'
  /** The reporter's reading of what was said. */
  | 'REPORTER_GLOSS'
  /** Only the headline says so. */
  | 'HEADLINE_ONLY';

/** How a commitment ends. */
export type Term =
  /** Done once; it can be fulfilled. */
  | 'ONE_OFF'
  /** Holds from now on; it can be upheld or breached, never fulfilled. */
  | 'STANDING'
  /** To keep doing something; it can be upheld or breached, never fulfilled. */
  | 'PROCESS';

/** How demanding the wording is, weakest first (after UPR Info's five levels of action). */
export type Strength =
  /** Agreed that it matters. */
  | 'ACKNOWLEDGED'
  /** Willing to look into it. */
  | 'WILLING'
  /** Will go on doing it. */
  | 'CONTINUING'
  /** Promised in general terms. */
  | 'PLEDGED'
  /** Promised something definite, with a measure or a date. */
  | 'SPECIFIC';

/** A status at a date. */
export type StatusFilter = {
  /** Any of these values. */
  in?: Array<StatusValue> | null | undefined;
  /** Whether a challenge stood unanswered. */
  contested?: boolean | null | undefined;
  /** On this day; today unless told. */
  asOf?: string | null | undefined;
};

/** A term of an order of commitments or requests. */
export type TrackableOrder = {
  /** What to order by. */
  field: TrackableOrderField;
  /** Which end comes first. */
  direction?: Direction;
};

/** What commitments and requests can be ordered by. */
export type TrackableOrderField =
  /** The first day on which it may have been made. */
  | 'MADE_ON'
  /** The day of the last accepted follow-up; none is earliest. */
  | 'LAST_FOLLOW_UP'
  /** How many accepted follow-ups there are. */
  | 'FOLLOW_UP_COUNT'
  /** The title. */
  | 'TITLE'
  /** When the record was last changed. */
  | 'UPDATED_AT'
  /** The key. */
  | 'KEY';

/** Which commitments; all members must match. */
export type CommitmentFilter = {
  /** By key. */
  key?: KeyFilter | null | undefined;
  /** This party has to do with it, in any role. */
  party?: KeyFilter | null | undefined;
  /** This party promised. */
  promisor?: KeyFilter | null | undefined;
  /** A party of one of these kinds promised. */
  promisorKind?: Array<PartyKind> | null | undefined;
  /** Promised to this party. */
  addressee?: KeyFilter | null | undefined;
  /** Meant to serve this party. */
  beneficiary?: KeyFilter | null | undefined;
  /** This party acted in a follow-up. */
  actor?: KeyFilter | null | undefined;
  /** A party of this country has to do with it, in any role. */
  country?: string | null | undefined;
  /** About this topic or a narrower one. */
  topic?: KeyFilter | null | undefined;
  /** Ending so. */
  term?: Array<Term> | null | undefined;
  /** Worded so. */
  strength?: Array<Strength> | null | undefined;
  /** Worded at least so demandingly. */
  strengthAtLeast?: Strength | null | undefined;
  /** Known through these words. */
  attribution?: AttributionFilter | null | undefined;
  /** Made in this range. */
  madeOn?: DateFilter | null | undefined;
  /** Due in this range. */
  dueOn?: DateFilter | null | undefined;
  /** Made at this meeting. */
  madeAt?: KeyFilter | null | undefined;
  /** Evidenced by this article. */
  article?: KeyFilter | null | undefined;
  /** Standing so, at a date. */
  status?: StatusFilter | null | undefined;
  /** Contested today, or not. */
  contested?: boolean | null | undefined;
  /** Today's assessment differs from the derived status, or not. */
  assessedDifferently?: boolean | null | undefined;
  /** Has an accepted follow-up, or none. */
  hasFollowUp?: boolean | null | undefined;
  /** Restates a promise that is not in this store. */
  presupposesEarlier?: boolean | null | undefined;
  /** In these states; ACCEPTED unless told. */
  curation?: Array<Curation> | null | undefined;
  /** Changed at or after this moment. */
  updatedSince?: string | null | undefined;
  /** All of these. */
  and?: Array<CommitmentFilter> | null | undefined;
  /** Any of these; an empty list matches nothing. */
  or?: Array<CommitmentFilter> | null | undefined;
  /** Not this. */
  not?: CommitmentFilter | null | undefined;
};

/** Through whose words commitments are known. */
export type AttributionFilter = {
  /** At least one promisor is known so. */
  any?: Array<Attribution> | null | undefined;
  /** Every promisor is known so, and in no other way. */
  all?: Array<Attribution> | null | undefined;
};

export type CommitmentsQueryVariables = Exact<{
  filter?: CommitmentFilter | null | undefined;
  orderBy?: Array<TrackableOrder> | TrackableOrder | null | undefined;
  after?: string | null | undefined;
  asOf?: string | null | undefined;
}>;


export type CommitmentsQuery = { commitments: { totalCount: number, facets: Array<{ facet: string, values: Array<{ value: string, count: number }> }>, nodes: Array<{ key: string, title: string, gist: string, promisors: Array<{ party:
          | { name: string }
          | { name: string }
         | null }>, addressees: Array<
        | { name: string }
        | { name: string }
      >, madeOn: { edtf: string }, status: { value: StatusValue, contested: boolean, daysSilent: number | null, overdue: boolean } | null, latestFollowUp: { kind: FollowUpKind, occurredOn: { edtf: string } } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RowFragment = { key: string, title: string, gist: string, promisors: Array<{ party:
      | { name: string }
      | { name: string }
     | null }>, addressees: Array<
    | { name: string }
    | { name: string }
  >, madeOn: { edtf: string }, status: { value: StatusValue, contested: boolean, daysSilent: number | null, overdue: boolean } | null, latestFollowUp: { kind: FollowUpKind, occurredOn: { edtf: string } } | null };

export type NamesQueryVariables = Exact<{
  keys: Array<string> | string;
}>;


export type NamesQuery = { parties: { nodes: Array<
      | { key: string, name: string }
      | { key: string, name: string }
    > } | null };

export type CommitmentQueryVariables = Exact<{
  key: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type CommitmentQuery = { commitment: { __typename: 'Commitment', key: string, redirectedFrom: string | null, title: string, gist: string, test: string | null, term: Term, strength: Strength, topics: Array<string>, presupposesEarlier: boolean, promisors: Array<{ attribution: Attribution, party:
        | { name: string }
        | { name: string }
       | null, spokesperson:
        | { name: string }
        | { name: string }
       | null }>, addressees: Array<
      | { name: string }
      | { name: string }
    >, beneficiaries: Array<
      | { name: string }
      | { name: string }
    >, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null }, dueOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } | null, madeAt: { __typename: 'Meeting', key: string, title: string, date: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null }, place: { name: string | null } | null } | null, status: { __typename: 'Status', value: StatusValue, derived: StatusValue, assessed: StatusValue | null, contested: boolean, verification: Verification, overdue: boolean, daysSilent: number | null, explanation: string, asOf: string } | null, statusHistory: Array<{ __typename: 'StatusPeriod', since: string | null, until: string | null, status: { value: StatusValue, contested: boolean, certainty: Certainty, existence: Certainty, explanation: string } }>, evidence: Array<{ excerpt: string | null, gist: string | null, mode: EvidenceMode, sourceLocator: string | null, saidBy:
        | { name: string }
        | { name: string }
       | null, article: { key: string, headline: string | null, sourceUrl: string | null, publisher:
          | { name: string }
          | { name: string }
         | null, datePublished: { edtf: string } } | null }>, thread: Array<{ __typename: 'ThreadStep', position: number, scopeChange: ScopeChange, trackable:
        | { __typename: 'Commitment', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } }
        | { __typename: 'Request', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } }
       | null, restates:
        | { __typename: 'Commitment', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } }
        | { __typename: 'Request', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } }
       | null, restatedBy: { __typename: 'FollowUp', key: string, kind: FollowUpKind, occurredOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } } | null }>, trail: { nodes: Array<{ __typename: 'TrailStep', depth: number, through:
          | { __typename: 'Commitment', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } }
          | { __typename: 'Request', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } }
         | null, followUp: { __typename: 'FollowUp', key: string, kind: FollowUpKind, scopeChange: ScopeChange, orderCertain: boolean, recordedAt: string, independence: Independence, confidence: Confidence, rationale: string | null, occurredOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null }, actors: Array<
            | { name: string }
            | { name: string }
          >, restatedAs: { __typename: 'Commitment', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } } | null, evidence: Array<{ excerpt: string | null, gist: string | null, mode: EvidenceMode, sourceLocator: string | null, saidBy:
              | { name: string }
              | { name: string }
             | null, article: { key: string, headline: string | null, sourceUrl: string | null, publisher:
                | { name: string }
                | { name: string }
               | null, datePublished: { edtf: string } } | null }> } }> } | null, assessments: { nodes: Array<{ __typename: 'Assessment', key: string, value: StatusValue, assessor: string, rationale: string, withdrawnAt: string | null, effectiveOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } }> } | null } | null };

export type DayFragment = { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null };

type Named_Commitment_Fragment = { __typename: 'Commitment', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } };

type Named_Request_Fragment = { __typename: 'Request', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } };

export type NamedFragment =
  | Named_Commitment_Fragment
  | Named_Request_Fragment
;

export type HappenedFragment = { __typename: 'FollowUp', key: string, kind: FollowUpKind, scopeChange: ScopeChange, orderCertain: boolean, recordedAt: string, independence: Independence, confidence: Confidence, rationale: string | null, occurredOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null }, actors: Array<
    | { name: string }
    | { name: string }
  >, restatedAs: { __typename: 'Commitment', key: string, title: string, madeOn: { edtf: string, certainty: DateCertainty, basis: DateBasis, statedAs: string | null } } | null, evidence: Array<{ excerpt: string | null, gist: string | null, mode: EvidenceMode, sourceLocator: string | null, saidBy:
      | { name: string }
      | { name: string }
     | null, article: { key: string, headline: string | null, sourceUrl: string | null, publisher:
        | { name: string }
        | { name: string }
       | null, datePublished: { edtf: string } } | null }> };

export type QuoteFragment = { excerpt: string | null, gist: string | null, mode: EvidenceMode, sourceLocator: string | null, saidBy:
    | { name: string }
    | { name: string }
   | null, article: { key: string, headline: string | null, sourceUrl: string | null, publisher:
      | { name: string }
      | { name: string }
     | null, datePublished: { edtf: string } } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const RowFragmentDoc = new TypedDocumentString(`
    fragment Row on Commitment {
  key
  title
  gist
  promisors {
    party {
      name
    }
  }
  addressees {
    name
  }
  madeOn {
    edtf
  }
  status(asOf: $asOf) {
    value
    contested
    daysSilent
    overdue
  }
  latestFollowUp {
    kind
    occurredOn {
      edtf
    }
  }
}
    `, {"fragmentName":"Row"}) as unknown as TypedDocumentString<RowFragment, unknown>;
export const DayFragmentDoc = new TypedDocumentString(`
    fragment Day on FuzzyDate {
  edtf
  certainty
  basis
  statedAs
}
    `, {"fragmentName":"Day"}) as unknown as TypedDocumentString<DayFragment, unknown>;
export const NamedFragmentDoc = new TypedDocumentString(`
    fragment Named on Trackable {
  __typename
  key
  title
  madeOn {
    ...Day
  }
}
    fragment Day on FuzzyDate {
  edtf
  certainty
  basis
  statedAs
}`, {"fragmentName":"Named"}) as unknown as TypedDocumentString<NamedFragment, unknown>;
export const QuoteFragmentDoc = new TypedDocumentString(`
    fragment Quote on Evidence {
  excerpt
  gist
  mode
  sourceLocator
  saidBy {
    name
  }
  article {
    key
    headline
    sourceUrl
    publisher {
      name
    }
    datePublished {
      edtf
    }
  }
}
    `, {"fragmentName":"Quote"}) as unknown as TypedDocumentString<QuoteFragment, unknown>;
export const HappenedFragmentDoc = new TypedDocumentString(`
    fragment Happened on FollowUp {
  __typename
  key
  kind
  scopeChange
  occurredOn {
    ...Day
  }
  orderCertain
  recordedAt
  actors {
    name
  }
  independence
  confidence
  rationale
  restatedAs {
    ...Named
  }
  evidence {
    ...Quote
  }
}
    fragment Day on FuzzyDate {
  edtf
  certainty
  basis
  statedAs
}
fragment Named on Trackable {
  __typename
  key
  title
  madeOn {
    ...Day
  }
}
fragment Quote on Evidence {
  excerpt
  gist
  mode
  sourceLocator
  saidBy {
    name
  }
  article {
    key
    headline
    sourceUrl
    publisher {
      name
    }
    datePublished {
      edtf
    }
  }
}`, {"fragmentName":"Happened"}) as unknown as TypedDocumentString<HappenedFragment, unknown>;
export const CommitmentsDocument = new TypedDocumentString(`
    query Commitments($filter: CommitmentFilter, $orderBy: [TrackableOrder!], $after: String, $asOf: Date) {
  commitments(first: 100, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount
    facets(by: [STATUS, PROMISOR, TOPIC], asOf: $asOf) {
      facet
      values {
        value
        count
      }
    }
    nodes {
      ...Row
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Row on Commitment {
  key
  title
  gist
  promisors {
    party {
      name
    }
  }
  addressees {
    name
  }
  madeOn {
    edtf
  }
  status(asOf: $asOf) {
    value
    contested
    daysSilent
    overdue
  }
  latestFollowUp {
    kind
    occurredOn {
      edtf
    }
  }
}`) as unknown as TypedDocumentString<CommitmentsQuery, CommitmentsQueryVariables>;
export const NamesDocument = new TypedDocumentString(`
    query Names($keys: [String!]!) {
  parties(first: 100, filter: {key: {in: $keys}}) {
    nodes {
      key
      name
    }
  }
}
    `) as unknown as TypedDocumentString<NamesQuery, NamesQueryVariables>;
export const CommitmentDocument = new TypedDocumentString(`
    query Commitment($key: String!, $asOf: Date, $knownAt: DateTime) {
  commitment(by: {key: $key}) {
    __typename
    key
    redirectedFrom
    title
    gist
    test
    term
    strength
    topics
    presupposesEarlier
    promisors {
      attribution
      party {
        name
      }
      spokesperson {
        name
      }
    }
    addressees {
      name
    }
    beneficiaries {
      name
    }
    madeOn {
      ...Day
    }
    dueOn {
      ...Day
    }
    madeAt {
      __typename
      key
      title
      date {
        ...Day
      }
      place {
        name
      }
    }
    status(asOf: $asOf, knownAt: $knownAt) {
      __typename
      value
      derived
      assessed
      contested
      verification
      overdue
      daysSilent
      explanation
      asOf
    }
    statusHistory(knownAt: $knownAt) {
      __typename
      since
      until
      status {
        value
        contested
        certainty
        existence
        explanation
      }
    }
    evidence {
      ...Quote
    }
    thread {
      __typename
      position
      scopeChange
      trackable {
        ...Named
      }
      restates {
        ...Named
      }
      restatedBy {
        __typename
        key
        kind
        occurredOn {
          ...Day
        }
      }
    }
    trail(first: 100) {
      nodes {
        __typename
        depth
        through {
          ...Named
        }
        followUp {
          ...Happened
        }
      }
    }
    assessments {
      nodes {
        __typename
        key
        value
        assessor
        rationale
        effectiveOn {
          ...Day
        }
        withdrawnAt
      }
    }
  }
}
    fragment Day on FuzzyDate {
  edtf
  certainty
  basis
  statedAs
}
fragment Named on Trackable {
  __typename
  key
  title
  madeOn {
    ...Day
  }
}
fragment Happened on FollowUp {
  __typename
  key
  kind
  scopeChange
  occurredOn {
    ...Day
  }
  orderCertain
  recordedAt
  actors {
    name
  }
  independence
  confidence
  rationale
  restatedAs {
    ...Named
  }
  evidence {
    ...Quote
  }
}
fragment Quote on Evidence {
  excerpt
  gist
  mode
  sourceLocator
  saidBy {
    name
  }
  article {
    key
    headline
    sourceUrl
    publisher {
      name
    }
    datePublished {
      edtf
    }
  }
}`) as unknown as TypedDocumentString<CommitmentQuery, CommitmentQueryVariables>;