// Writes the types of the operations, as graphql-codegen makes them: node codegen.mjs SCHEMA OPERATIONS OUTPUT
import { readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import { buildSchema, parse } from "graphql";

/** What the scalars of the schema are in TypeScript. All are texts in JSON. */
export const scalars = { Date: "string", DateTime: "string", EDTF: "string", URL: "string" };

const [, , schemaFile, operationsFile, output] = process.argv;
const text = readFileSync(schemaFile, "utf8");
const document = parse(readFileSync(operationsFile, "utf8"));
const types = await codegen({
  schema: parse(text),
  schemaAst: buildSchema(text),
  documents: [{ location: operationsFile, document }],
  filename: output,
  config: { strictScalars: true, scalars },
  plugins: [{ operations: {} }],
  pluginMap: { operations },
});
writeFileSync(output, types);
