import type { FetcherParams } from "@graphiql/toolkit";
import { expect, test } from "vitest";
import { named } from "./named";

function sent(parameters: FetcherParams): FetcherParams {
  let found: FetcherParams | undefined;
  void named((given) => {
    found = given;
    return Promise.resolve({ data: null });
  })(parameters);
  return found!;
}

test("a name that the query has is sent", () => {
  const parameters = { query: "query A { a } query B { b }", operationName: "B", variables: { x: 1 } };
  expect(sent(parameters)).toEqual(parameters);
});

test.each(["query A { a } query B { b }", "{ a }", "fragment C on T { c }", "query C {", ""])(
  "a name that it does not have is left out: %s",
  (query) => expect(sent({ query, operationName: "C", variables: { x: 1 } })).toEqual({ query, operationName: null, variables: { x: 1 } }),
);

test.each(["A", null])("the name of its only operation is sent for %s", (operationName) => {
  expect(sent({ query: "query B { b } fragment A on T { a }", operationName }).operationName).toBe("B");
});

test("whether it is a subscription is told by the query itself", () => {
  let told: string | undefined;
  const fetcher = named((_, options) => {
    const [definition] = options?.documentAST?.definitions ?? [];
    told = definition?.kind === "OperationDefinition" ? definition.operation : undefined;
    return Promise.resolve({ data: null });
  });
  void fetcher({ query: "subscription S { s }" }, { headers: {} });
  expect(told).toBe("subscription");
});
