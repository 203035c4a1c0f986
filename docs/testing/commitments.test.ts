// Tests in Vitest: `followthrough sandbox --today 2025-07-09 -- npx vitest run` gives them a server.
import { beforeEach, expect, test } from "vitest";

const { FOLLOWTHROUGH_URL: url, FOLLOWTHROUGH_TOKEN_EDITOR: editor } = process.env;

/** The data of an operation's answer; `token` says who asks. */
async function ask(query: string, token?: string) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

const lab = `{ commitment(by: { key: "K03" }) { status { daysSilent } checkLogs { totalCount } } }`;

beforeEach(async () => {
  await fetch(`${url}/sandbox/reset`, { method: "POST" });
});

test("days are counted to a day that does not move", async () => {
  expect((await ask(lab)).commitment.status.daysSilent).toBe(1236);
  await fetch(`${url}/sandbox/today`, { method: "POST", body: JSON.stringify({ today: "2025-07-10" }) });
  expect((await ask(lab)).commitment.status.daysSilent).toBe(1237);
});

test("an editor records that nothing was found", async () => {
  const looked = `mutation {
    recordCheck(input: { trackable: "K03", checkedOn: { edtf: "2025-07-01" }, accept: true }) { userErrors { message } }
  }`;
  expect((await ask(looked, editor)).recordCheck.userErrors).toEqual([]);
  expect((await ask(lab)).commitment.checkLogs.totalCount).toBe(1);
});

test("each test begins with the data that was loaded", async () => {
  expect((await ask(lab)).commitment.checkLogs.totalCount).toBe(0);
});
