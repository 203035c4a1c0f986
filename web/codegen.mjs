/** Writes src/reading/generated.ts: the operations of operations.graphql, typed by schema.graphql. */
import { readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const read = async (path) => parse(await readFile(new URL(path, import.meta.url), "utf8"));

const code = await codegen({
  filename: "generated.ts",
  schema: await read("../schema/schema.graphql"),
  documents: [{ location: "operations.graphql", document: await read("src/reading/operations.graphql") }],
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations, documents },
  config: {
    // Sent as text: the page needs no GraphQL parser.
    documentMode: "string",
    useTypeImports: true,
    skipTypename: true,
    scalars: { Date: "string", DateTime: "string", EDTF: "string", URL: "string" },
  },
});
await writeFile(new URL("src/reading/generated.ts", import.meta.url), `// Written by codegen.mjs.\n${code}`);
