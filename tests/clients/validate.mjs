// What npm html-validate finds in pages, of which an array of [name, html] comes in; a line of JSON for each.
import { readFileSync } from 'node:fs';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';

// How markup is written is the renderer's; that of our own origin needs no integrity beside it.
const style = ['attr-case', 'attribute-boolean-style', 'doctype-style', 'no-trailing-whitespace', 'require-sri', 'void-style'];
const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ['html-validate:recommended', 'html-validate:document', 'html-validate:a11y'],
    rules: { ...Object.fromEntries(style.map((rule) => [rule, 'off'])), 'long-title': 'off', 'valid-id': ['error', { relaxed: true }] },
  }),
);
for (const [name, html] of JSON.parse(readFileSync(0, 'utf8'))) {
  const { results } = await validator.validateString(html);
  const found = results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`));
  console.log(JSON.stringify({ name, found }));
}
