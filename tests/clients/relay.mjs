// Writes a Relay project around the queries of a folder: node relay.mjs SCHEMA FOLDER PROJECT.
// Relay wants operations and fragments to be named after the module that they are in.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Kind, parse, print, visit } from 'graphql';

const [, , schema, folder, project] = process.argv;
const source = join(project, 'src');
mkdirSync(source, { recursive: true });
copyFileSync(schema, join(project, 'schema.graphql'));
copyFileSync(new URL('pages.js', import.meta.url), join(source, 'pages.js'));
const config = { src: 'src', schema: 'schema.graphql', language: 'javascript' };
writeFileSync(join(project, 'relay.config.json'), JSON.stringify(config));
for (const file of readdirSync(folder).filter((name) => name.endsWith('.graphql'))) {
  const module = `q${basename(file, '.graphql').replace(/-./g, (found) => found[1].toUpperCase())}`;
  const renamed = (suffix) => (node) => ({
    ...node,
    name: { ...node.name, value: `${module}${suffix(node)}` },
  });
  const fragment = renamed((node) => `_${node.name.value}`);
  const document = visit(parse(readFileSync(join(folder, file), 'utf8')), {
    [Kind.OPERATION_DEFINITION]: renamed(() => 'Query'),
    [Kind.FRAGMENT_DEFINITION]: fragment,
    [Kind.FRAGMENT_SPREAD]: fragment,
  });
  const tags = document.definitions.map((part) => `graphql\`\n${print(part)}\n\`;`);
  writeFileSync(
    join(source, `${module}.js`),
    `import { graphql } from 'relay-runtime';\n\n${tags.join('\n\n')}\n`,
  );
}
