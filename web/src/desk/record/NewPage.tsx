/** Makes a record that no words of an article are needed for: an assessment, a check, a party. */
import { go, useAddress } from "../address";
import { Heading } from "../Heading";
import { FORMS } from "../forms/fields";
import { RecordForm } from "../forms/RecordForm";
import type { Noun } from "../generated";
import { NOUNS, screenOf } from "../nouns";
import { notify } from "../notices";
import { isoOf, today } from "../../timeline/dates";
import type { Members } from "./content";

const MADE_ALONE: readonly Noun[] = ["PARTIES", "CONCEPTS", "ASSESSMENTS", "CHECK_LOGS"];

/** What the form begins with: today, and the commitment or request that the address names. */
function startOf(noun: Noun, about: string | null): Members {
  const day = { edtf: isoOf(today()) };
  switch (noun) {
    case "ASSESSMENTS":
      return { ...(about && { trackable: about }), effectiveOn: day };
    case "CHECK_LOGS":
      return { ...(about && { trackable: about }), checkedOn: day };
    case "CONCEPTS":
      return { ...(about && { key: about }), labels: [{ language: "en" }] };
    default:
      return {};
  }
}

export function NewPage({ noun }: { noun: Noun }) {
  const about = useAddress().searchParams.get("about");
  if (!MADE_ALONE.includes(noun)) return <Heading>{`A ${NOUNS[noun].one} is made from the words of an article`}</Heading>;
  return (
    <>
      <Heading>{`New ${NOUNS[noun].one}`}</Heading>
      {noun === "ASSESSMENTS" && (
        <p className="hint">A judgement of the status, by a person, beside what follows from the record. Readers see both.</p>
      )}
      {noun === "CONCEPTS" && (
        <p className="hint">Records name topics by paths, such as <code>prices/calls</code>. Here such a path gets a name that readers see, in each language. The path is written with dots: <code>prices.calls</code>.</p>
      )}
      <RecordForm
        noun={noun}
        form={FORMS[noun]}
        title={`The ${NOUNS[noun].one}`}
        draftId={`new ${noun} ${about ?? ""}`}
        start={startOf(noun, about)}
        existing={null}
        near={null}
        takeSelected={null}
        onSaved={({ key, curation }) => {
          notify(`The ${NOUNS[noun].one} is ${curation === "ACCEPTED" ? "saved and accepted" : "proposed"}`);
          go(screenOf("review", noun, key));
        }}
        onClose={() => history.back()}
      />
    </>
  );
}
