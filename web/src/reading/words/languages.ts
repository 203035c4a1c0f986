/** The languages of the interface, and the direction of each. */
import { en, type Words } from "./en";
import { ur } from "./ur";

export type Language = "en" | "ur";

interface Spoken {
  readonly words: Words;
  readonly direction: "ltr" | "rtl";
}

export const LANGUAGES: Readonly<Record<Language, Spoken>> = {
  en: { words: en, direction: "ltr" },
  ur: { words: ur, direction: "rtl" },
};
