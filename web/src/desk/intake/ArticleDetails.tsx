/** What is known of an article that is not stored yet: it is written with the first of its records. */
import { useMemo } from "react";
import { FormContext, type FormState } from "../forms/context";
import { type Field, leafPaths, NEW_ARTICLE } from "../forms/fields";
import { FormFields } from "../forms/FormFields";
import type { Members } from "../record/content";
import { useTitles } from "../record/titles";

/** What has to be said or decided comes first. The text is that of the intake, as a whole. */
const FIRST = ["datePublished", "publisher", "textAccess"];
const OTHERS = NEW_ARTICLE.fields.filter(({ name }) => ![...FIRST, "text", "textKind"].includes(name));
const FIELDS: readonly Field[] = [
  ...FIRST.flatMap((first) => NEW_ARTICLE.fields.find(({ name }) => name === first) ?? []),
  ...OTHERS.map((field): Field => ({ ...field, isRare: true })),
];
const DAY = FIELDS.filter(({ name }) => name === "datePublished");
const BUT_DAY = FIELDS.filter(({ name }) => name !== "datePublished");
const TYPE = "ArticleDraft";

interface ArticleDetailsProps {
  readonly values: Members;
  readonly onChange: (values: Members) => void;
  /** Whether the text tells the day of the article. Where it does not, nothing can be accepted before it is said. */
  readonly isTold: boolean;
}

/** What members share that are no form of their own: they are sent with something else. */
export function useDetailsForm(values: Members, onChange: (values: Members) => void): FormState {
  const titles = useTitles(values);
  const set = (changes: Members) => onChange({ ...values, ...changes });
  const leaves = useMemo(() => leafPaths(FIELDS, values), [values]);
  return { values, set, faults: [], leaves, titles, note: () => {}, hold: () => {}, near: null, takeSelected: null };
}

export function ArticleDetails({ values, onChange, isTold }: ArticleDetailsProps) {
  const form = useDetailsForm(values, onChange);
  const { set } = form;
  const shown = { textAccess: "WITHHELD", ...values };
  return (
    <FormContext.Provider value={form}>
      <div className="article-details record-form">
        {!isTold && (
          <>
            <p>The text does not tell the day of the article: say it here.</p>
            <FormFields type={TYPE} path="input" values={shown} set={set} fields={DAY} />
          </>
        )}
        <details>
          <summary>The article: {isTold && "its day, "}its publisher, and who may read its text</summary>
          <p className="hint">It is written together with the first record that you accept. Its text belongs to its publisher: it is withheld from readers unless you may publish it and say so.</p>
          <FormFields type={TYPE} path="input" values={shown} set={set} fields={isTold ? FIELDS : BUT_DAY} />
        </details>
      </div>
    </FormContext.Provider>
  );
}
