// The audits of npm graphql-http against one address; a line of JSON for each.
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
for (const { id, name, fn } of serverAudits({ url })) {
  const { status, reason } = await fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
