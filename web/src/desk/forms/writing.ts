/** The mutations that create and change a record of each noun, behind one signature. */
import { send } from "../api";
import {
  AssessDocument, CreateArticleDocument, CreateCommitmentDocument, CreateConceptDocument, CreateFollowUpDocument, CreateMeetingDocument,
  CreatePartyDocument, CreateRequestDocument, type Noun, RecordCheckDocument, type TypedDocumentString,
  UpdateArticleDocument, UpdateAssessmentDocument, UpdateCheckLogDocument, UpdateCommitmentDocument, UpdateConceptDocument,
  UpdateFollowUpDocument, UpdateMeetingDocument, UpdatePartyDocument, UpdateRequestDocument, type WrittenFragment,
} from "../generated";
import type { Members } from "../record/content";

export type Payload = WrittenFragment;

// Their inputs differ; the members of each come from `FORMS`, and the server judges them.
type Writing = TypedDocumentString<{ result: Payload | null }, { input: Members }>;

const CREATING: Readonly<Record<Noun, unknown>> = {
  PARTIES: CreatePartyDocument,
  ARTICLES: CreateArticleDocument,
  MEETINGS: CreateMeetingDocument,
  COMMITMENTS: CreateCommitmentDocument,
  REQUESTS: CreateRequestDocument,
  FOLLOW_UPS: CreateFollowUpDocument,
  ASSESSMENTS: AssessDocument,
  CHECK_LOGS: RecordCheckDocument,
  CONCEPTS: CreateConceptDocument,
};

const CHANGING: Readonly<Record<Noun, unknown>> = {
  PARTIES: UpdatePartyDocument,
  ARTICLES: UpdateArticleDocument,
  MEETINGS: UpdateMeetingDocument,
  COMMITMENTS: UpdateCommitmentDocument,
  REQUESTS: UpdateRequestDocument,
  FOLLOW_UPS: UpdateFollowUpDocument,
  ASSESSMENTS: UpdateAssessmentDocument,
  CHECK_LOGS: UpdateCheckLogDocument,
  CONCEPTS: UpdateConceptDocument,
};

/** Creates a record. */
export async function create(noun: Noun, input: Members): Promise<Payload> {
  return send(CREATING[noun] as Writing, input);
}

/** Changes a record, whose key is in the input. */
export async function change(noun: Noun, input: Members): Promise<Payload> {
  return send(CHANGING[noun] as Writing, input);
}
