/** Asks who published an article that was stored without its publisher, until that is said or left open. */
import { useEffect, useMemo, useState } from "react";
import { FormContext } from "../forms/context";
import { Faults } from "../forms/Faults";
import { isEmpty, NEW_ARTICLE } from "../forms/fields";
import { FormFields } from "../forms/FormFields";
import { change } from "../forms/writing";
import type { FaultFragment } from "../generated";
import { notify } from "../notices";
import type { Members } from "../record/content";
import { isMine, may } from "../session/session";
import { useDetailsForm } from "./ArticleDetails";
import { draftOfPublisher } from "./details";
import type { Intake } from "./reading";
import { faultOf } from "./Told";

const PUBLISHER = NEW_ARTICLE.fields.filter(({ name }) => name === "publisher");

interface PublisherAskedProps {
  readonly intake: Pick<Intake, "key" | "submittedBy">;
  readonly article: NonNullable<Intake["article"]>;
  readonly onDone: () => Promise<void>;
  /** Told when there is nothing to be asked any more, and the focus has to go elsewhere. */
  readonly onLeave: () => void;
}

/** Nothing where it is settled, or where it is not for this curator to say. */
export function PublisherAsked(props: PublisherAskedProps) {
  const { intake, article } = props;
  const draft = useMemo(() => draftOfPublisher(intake.key), [intake.key]);
  const [isLeftOpen, setLeftOpen] = useState(draft.find()?.["isLeftOpen"] === true);
  const isForMe = may("EDITOR") || (article.curation === "PROPOSED" && isMine(intake.submittedBy));
  if (article.publisher || isLeftOpen || !isForMe) return null;
  const leaveOpen = () => {
    draft.keep({ isLeftOpen: true });
    setLeftOpen(true);
    props.onLeave();
  };
  return <PublisherForm {...props} onLeaveOpen={leaveOpen} />;
}

function PublisherForm({ intake, article, onDone, onLeave, onLeaveOpen }: PublisherAskedProps & { readonly onLeaveOpen: () => void }) {
  const draft = useMemo(() => draftOfPublisher(intake.key), [intake.key]);
  const [values, setValues] = useState<Members>(() => draft.find() ?? {});
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const form = useDetailsForm(values, setValues);
  const publisher = values["publisher"];

  useEffect(() => {
    if (isEmpty(publisher)) draft.drop();
    else draft.keep({ publisher });
  }, [publisher]);

  async function save() {
    try {
      const { userErrors } = await change("ARTICLES", { key: article.key, publisher, expectedVersion: article.version });
      setFaults(userErrors);
      if (userErrors.length > 0) return;
      draft.drop();
      await onDone();
      notify("The article has its publisher");
      onLeave();
    } catch (error) {
      setFaults([faultOf(error)]);
    }
  }

  return (
    <FormContext.Provider value={form}>
      <section className="article-details record-form" aria-label="The publisher of the article">
        <p>The article is stored, and nobody has said who published it.</p>
        <FormFields type="ArticleDraft" path="input" values={values} set={form.set} fields={PUBLISHER} />
        <Faults faults={faults} title="The publisher is not saved" />
        <p className="buttons">
          <button type="button" disabled={isEmpty(publisher)} onClick={() => void save()}>Save the publisher</button>
          <button type="button" className="quiet" onClick={onLeaveOpen}>Leave it open</button>
        </p>
      </section>
    </FormContext.Provider>
  );
}
