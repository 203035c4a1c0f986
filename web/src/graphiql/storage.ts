/** What GraphiQL keeps in the browser. */
import type { Storage } from "@graphiql/toolkit";

/** Its history keeps the headers of every request, and headers hold tokens. */
const WITH_HEADERS = /:(queries|favorites)$/;

/** The browser's own storage; where that is blocked, memory, which lasts as long as the page. */
function kept(): Storage {
  try {
    localStorage.getItem("graphiql"); // a browser that blocks it throws here, or has none at all
    return localStorage;
  } catch {
    return inMemory();
  }
}

export function inMemory(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
    clear: () => items.clear(),
  };
}

/** A storage that forgets headers whatever GraphiQL's settings are. */
export function forgetful(storage: Storage): Storage {
  return {
    get length() {
      return storage.length;
    },
    getItem: (name) => storage.getItem(name),
    setItem: (name, value) => storage.setItem(name, WITH_HEADERS.test(name) ? withoutHeaders(value) : value),
    removeItem: (name) => storage.removeItem(name),
    clear: () => storage.clear(),
  };
}

export const forgetfulStorage = forgetful(kept());

function withoutHeaders(json: string): string {
  return JSON.stringify(JSON.parse(json, (member, value: unknown) => (member === "headers" ? undefined : value)));
}
