import { expect, test } from "vitest";
import { forgetful, inMemory } from "./storage";

test("without a storage of the browser's, memory keeps what is set", () => {
  const storage = forgetful(inMemory());
  storage.setItem("graphiql:theme", "dark");
  storage.setItem("graphiql:query", "{ a }");
  expect([storage.getItem("graphiql:theme"), storage.length]).toEqual(["dark", 2]);
  storage.removeItem("graphiql:theme");
  expect([storage.getItem("graphiql:theme"), storage.length]).toEqual([null, 1]);
  storage.clear();
  expect(storage.length).toBe(0);
});

test("headers are not kept", () => {
  const storage = forgetful(inMemory());
  storage.setItem("graphiql:queries", JSON.stringify({ queries: [{ query: "{ a }", headers: "token" }] }));
  expect(storage.getItem("graphiql:queries")).toBe('{"queries":[{"query":"{ a }"}]}');
});
