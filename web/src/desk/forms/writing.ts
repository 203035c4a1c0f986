/** The mutations that create and change a record of each noun, behind one signature. */
import { send } from "../api";
import {
  CreateArticleDocument, CreateCommitmentDocument, CreateFollowUpDocument, CreateMeetingDocument, CreatePartyDocument,
  CreateRequestDocument, type EffectFragment, type FaultFragment, type Noun, RecordCheckDocument, type TypedDocumentString,
  UpdateArticleDocument, UpdateCommitmentDocument, UpdateFollowUpDocument, UpdateMeetingDocument, UpdatePartyDocument,
  UpdateRequestDocument,
} from "../generated";
import type { Members } from "../record/content";

export interface Payload {
  readonly dataVersion: number | null;
  readonly record: { readonly key: string; readonly version: number; readonly curation: string } | null;
  readonly effects: readonly EffectFragment[];
  readonly userErrors: readonly FaultFragment[];
}

// Their inputs differ; the members of each come from `FORMS`, and the server judges them.
type Writing = TypedDocumentString<{ result: Payload | null }, { input: Members }>;

const CREATING: Readonly<Partial<Record<Noun, unknown>>> = {
  PARTIES: CreatePartyDocument,
  ARTICLES: CreateArticleDocument,
  MEETINGS: CreateMeetingDocument,
  COMMITMENTS: CreateCommitmentDocument,
  REQUESTS: CreateRequestDocument,
  FOLLOW_UPS: CreateFollowUpDocument,
  CHECK_LOGS: RecordCheckDocument,
};

const CHANGING: Readonly<Partial<Record<Noun, unknown>>> = {
  PARTIES: UpdatePartyDocument,
  ARTICLES: UpdateArticleDocument,
  MEETINGS: UpdateMeetingDocument,
  COMMITMENTS: UpdateCommitmentDocument,
  REQUESTS: UpdateRequestDocument,
  FOLLOW_UPS: UpdateFollowUpDocument,
};

export function canChange(noun: Noun): boolean {
  return noun in CHANGING;
}

/** Creates a record. */
export async function create(noun: Noun, input: Members): Promise<Payload> {
  return send(CREATING[noun] as Writing, input);
}

/** Changes a record, whose key is in the input. */
export async function change(noun: Noun, input: Members): Promise<Payload> {
  return send(CHANGING[noun] as Writing, input);
}
