import { expect, test } from "vitest";
import { chooseTopics, completeTopic, topicsIn } from "./topics";

const topics = [
  { path: "prices/calls", label: "What calls cost", key: "prices.calls", curation: "ACCEPTED" },
  { path: "water", label: null, key: null, curation: null },
];

test("topics are found by words of their path and of their name", () => {
  expect(chooseTopics(topics, "calls cost").map(({ path }) => path)).toEqual(["prices/calls"]);
  expect(chooseTopics(topics, "WAT").map(({ path }) => path)).toEqual(["water"]);
  expect(chooseTopics(topics, "fish")).toEqual([]);
});

test("the topic that is being typed becomes the one that is chosen", () => {
  expect(completeTopic("water, pri", "prices/calls")).toBe("water, prices/calls");
  expect(topicsIn("water, , prices/calls,")).toEqual(["water", "prices/calls"]);
});
