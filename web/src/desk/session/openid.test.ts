import { expect, test } from "vitest";
import { challengeOf, chooseToken, isBackFromProvider } from "./openid";

const jwt = (claims: object) => `eyJhbGciOiJSUzI1NiJ9.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.c2ln`;

test("the challenge is that of the example in RFC 7636", async () => {
  expect(await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("the access token is taken where it is for this server", () => {
  const [ours, another] = [jwt({ aud: ["account", "desk"] }), jwt({ aud: "account" })];
  expect(chooseToken({ access_token: ours, id_token: "id" }, "desk")).toBe(ours);
  expect(chooseToken({ access_token: another, id_token: "id" }, "desk")).toBe("id");
  expect(chooseToken({ access_token: "opaque", id_token: "id" }, "desk")).toBe("id");
  expect(chooseToken({}, "desk")).toBeUndefined();
});

test("the provider's answer is known by its state", () => {
  expect(isBackFromProvider("?code=a&state=b")).toBe(true);
  expect(isBackFromProvider("?view=overdue&state=x")).toBe(false);
});
