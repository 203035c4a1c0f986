/**
 * Types the operations of each page by schema.graphql: `operations.graphql` of a folder becomes its `generated.ts`.
 * For the forms of the desk, writes what the schema says of inputs and values as well.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { buildASTSchema, getNamedType, isEnumType, isInputObjectType, isNonNullType, parse } from "graphql";

const read = async (path) => parse(await readFile(new URL(path, import.meta.url), "utf8"));
async function write(path, code) {
  const file = new URL(path, import.meta.url);
  // Of a folder that holds nothing else, git keeps nothing.
  await mkdir(new URL(".", file), { recursive: true });
  await writeFile(file, `// Written by codegen.mjs.\n${code}`);
}

const schema = await read("../schema/schema.graphql");

async function typeOperations(folder) {
  const code = await codegen({
    filename: "generated.ts",
    schema,
    documents: [{ location: "operations.graphql", document: await read(`${folder}/operations.graphql`) }],
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
  await write(`${folder}/generated.ts`, code);
}

/** What every input has beside the record. */
const TERMS = ["accept", "reason", "correction", "idempotencyKey", "dryRun"];

/** The members of what can be created, those of their parts, and the values of every enum there. */
function describeInputs(roots) {
  const types = buildASTSchema(schema).getTypeMap();
  const members = {};
  const values = {};
  const visit = (type) => {
    if (isEnumType(type)) {
      values[type.name] ??= type.getValues().map(({ name, description }) => [name, description]);
    } else if (isInputObjectType(type) && !(type.name in members)) {
      members[type.name] = {};
      for (const { name, description, type: given } of Object.values(type.getFields())) {
        if (TERMS.includes(name)) continue;
        members[type.name][name] = { says: description, isRequired: isNonNullType(given) };
        visit(getNamedType(given));
      }
    }
  };
  for (const root of roots) visit(types[root]);
  return { members, values };
}

const CREATED = ["Party", "Article", "Meeting", "Commitment", "Request", "FollowUp", "Concept"].map((noun) => `Create${noun}Input`);

async function writeDefinitions(path) {
  const { members, values } = describeInputs([...CREATED, "AssessInput", "RecordCheckInput", "ArticleDraft"]);
  const lines = [
    "/** The members of inputs, by the type and the name of each. */",
    `export const MEMBERS: Readonly<Record<string, Readonly<Record<string, { says: string; isRequired: boolean }>>>> = ${JSON.stringify(members, null, 1)};`,
    "/** The values of enums, each with what it means. */",
    `export const VALUES: Readonly<Record<string, readonly (readonly [string, string])[]>> = ${JSON.stringify(values, null, 1)};`,
  ];
  await write(path, `${lines.join("\n")}\n`);
}

await typeOperations("src/reading");
await typeOperations("src/desk");
await typeOperations("src/embed");
await writeDefinitions("src/desk/definitions/generated.ts");
