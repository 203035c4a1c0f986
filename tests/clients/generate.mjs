// Types for the queries of a folder, as graphql-codegen makes them:
// node generate.mjs SCHEMA FOLDER OUTPUT
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse } from 'graphql';

const [, , schemaFile, folder, output] = process.argv;
const schema = buildSchema(readFileSync(schemaFile, 'utf8'));
const documents = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .map((name) => ({
    location: name,
    document: parse(readFileSync(join(folder, name), 'utf8')),
  }));
const text = { Date: 'string', DateTime: 'string', EDTF: 'string', URL: 'string' };
const config = { strictScalars: true, scalars: text };
writeFileSync(
  output,
  await codegen({
    schema: parse(readFileSync(schemaFile, 'utf8')),
    schemaAst: schema,
    documents,
    filename: output,
    config,
    plugins: [{ operations: {} }],
    pluginMap: { operations },
  }),
);
