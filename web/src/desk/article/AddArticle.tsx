/** Adds an article: its text, what it says of itself, and what may be shown of it. */
import { useState } from "react";
import { go, Link } from "../address";
import { send } from "../api";
import { Heading } from "../Heading";
import { NEW_ARTICLE } from "../forms/fields";
import { RecordForm } from "../forms/RecordForm";
import { MergeDocument } from "../generated";
import { notify } from "../notices";
import { NearDuplicates } from "./NearDuplicates";
import { proposeFrom } from "./propose";

const START = { textAccess: "PUBLIC" };

export function AddArticle() {
  const [same, setSame] = useState("");

  async function finish(key: string) {
    go(`/desk/articles/${encodeURIComponent(same ? await mergeInto(same, key) : key)}`);
  }

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
        onSaved={({ key, curation }) => {
          notify(curation === "ACCEPTED" ? "The article is saved. Select words in it to record what they say" : "The article is proposed. Select words in it to propose what they say");
          void finish(key);
        }}
        onClose={() => go("/desk")}
      >
        <p className="notice">
          The whole text of an article belongs to its publisher. Store it as <strong>Full text</strong> with public access
          only if you may publish it; else make it <strong>Withheld</strong>, or write a <strong>Digest</strong> in words of
          your own, which evidence can point into just as well.
        </p>
        <p className="hint">Or have it read: <Link href="/desk/intake/new">names, meetings and promises are proposed to you</Link>, if it is English.</p>
        <NearDuplicates same={same} onTick={setSame} />
      </RecordForm>
    </>
  );
}

/** The key of the article that stands after the merge; that of the new one if they cannot be merged. */
async function mergeInto(same: string, key: string): Promise<string> {
  try {
    const reason = "Ticked as the same report when it was added.";
    const { userErrors } = await send(MergeDocument, { noun: "ARTICLES" as const, keys: [key], into: same, reason });
    if (!userErrors[0]) {
      notify("It is merged into the report that was here. The merge can be taken back in its history");
      return same;
    }
    notify(`It stands for itself, for it cannot be merged: ${userErrors[0].message}`);
  } catch (error) {
    notify(`It stands for itself, for it was not merged: ${(error as Error).message}`);
  }
  return key;
}
