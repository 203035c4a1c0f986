import { expect, test } from "vitest";
import { readText } from "./ProseMember";

test("a file is taken if it is text in UTF-8", async () => {
  expect(await readText(new Blob(["وعدہ\r\n\r\nSARN: a"]))).toBe("وعدہ\n\nSARN: a");
  expect(await readText(new Blob([new Uint8Array([0xff, 0xfe, 0x41])]))).toBeNull();
  expect(await readText(new Blob(["PK\0\0"]))).toBeNull();
});
