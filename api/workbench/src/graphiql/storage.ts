/** What GraphiQL keeps in the browser. */
import type { Storage } from "@graphiql/toolkit";

/** Its history keeps the headers of every request, and headers hold tokens. */
const WITH_HEADERS = /:(queries|favorites)$/;

/** The browser's own storage, which forgets headers whatever GraphiQL's settings are. */
export const forgetfulStorage: Storage = {
  get length() {
    return localStorage.length;
  },
  getItem: (name) => localStorage.getItem(name),
  setItem: (name, value) => localStorage.setItem(name, WITH_HEADERS.test(name) ? withoutHeaders(value) : value),
  removeItem: (name) => localStorage.removeItem(name),
  clear: () => localStorage.clear(),
};

export function withoutHeaders(json: string): string {
  return JSON.stringify(JSON.parse(json, (member, value: unknown) => (member === "headers" ? undefined : value)));
}
