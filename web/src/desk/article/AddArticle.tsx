/** Adds an article: its text, what it says of itself, and what may be shown of it. */
import { useMemo } from "react";
import { useSettled } from "../../reading/api";
import { dateWords } from "../../reading/words";
import { go, Link } from "../address";
import { ask } from "../api";
import { useAsked } from "../asking";
import { Heading } from "../Heading";
import { NEW_ARTICLE } from "../forms/fields";
import { useForm } from "../forms/FormFields";
import { RecordForm } from "../forms/RecordForm";
import { NearDuplicatesDocument } from "../generated";
import { notify } from "../notices";
import { likeness, proposeFrom, tellingWords } from "./propose";

const START = { textAccess: "PUBLIC", inLanguage: "" };

export function AddArticle() {
  return (
    <>
      <Heading>Add an article</Heading>
      <RecordForm
        noun="ARTICLES"
        form={NEW_ARTICLE}
        title="The article"
        draftId="new ARTICLES"
        start={START}
        existing={null}
        near={null}
        takeSelected={null}
        propose={(values) => proposeFrom(String(values["text"] ?? ""), values)}
        onSaved={({ key }) => {
          notify("The article is saved. Select words in it to record what they say");
          go(`/desk/articles/${encodeURIComponent(key)}`);
        }}
        onClose={() => go("/desk")}
      >
        <p className="notice">
          The whole text of an article belongs to its publisher. Store it as <strong>Full text</strong> with public access
          only if you may publish it; else make it <strong>Withheld</strong>, or write a <strong>Digest</strong> in words of
          your own, which evidence can point into just as well.
        </p>
        <NearDuplicates />
      </RecordForm>
    </>
  );
}

/** From this on, two texts are likely the same report. */
const ALIKE = 0.3;

function NearDuplicates() {
  const { values } = useForm();
  const text = useSettled(String(values["text"] ?? ""));
  const groups = useMemo(() => tellingWords(text), [text]);
  const asked = useAsked(
    async (signal) => {
      const found = await Promise.all(groups.map((words) => ask(NearDuplicatesDocument, { words }, signal)));
      const nodes = found.flatMap(({ articles }) => articles?.nodes ?? []);
      const distinct = [...new Map(nodes.map((node) => [node.key, node])).values()];
      return distinct
        .map((node) => ({ ...node, alike: likeness(text, node.text ?? "") }))
        .filter(({ alike }) => alike >= ALIKE)
        .sort((a, b) => b.alike - a.alike);
    },
    groups.join("|"),
  );
  if (!asked.data || asked.data.length === 0) return null;
  return (
    <div className="notice alarming" role="status">
      Much of this text is here already:
      <ul>
        {asked.data.map(({ key, headline, datePublished, alike }) => (
          <li key={key}>
            <Link href={`/desk/articles/${encodeURIComponent(key)}`}><bdi>{headline ?? key}</bdi></Link>, {dateWords(datePublished)}{" "}
            <span className="hint">{Math.round(alike * 100)} % of it</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
