/** A language: found by its name, kept as a tag of BCP 47. */
import { useEffect, useId, useState } from "react";
import { attributesOf, type MemberProps } from "./props";

const OFTEN = ["ar", "bn", "de", "en", "es", "fa", "fr", "gu", "he", "hi", "id", "it", "ja", "ko", "mr", "ms", "nl", "pa", "pl", "ps", "pt", "ro", "ru", "sd", "sw", "ta", "te", "th", "tr", "uk", "ur", "vi", "zh"];

const NAMES = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** `Urdu` for `ur`; empty for what is no tag of a language. */
export function nameOfLanguage(tag: string): string {
  try {
    return NAMES.of(tag) ?? "";
  } catch {
    return "";
  }
}

/** The tag of a language that is called so; what is typed, if none is. */
export function tagOfLanguage(typed: string): string {
  const said = typed.trim();
  return OFTEN.find((tag) => nameOfLanguage(tag).toLowerCase() === said.toLowerCase()) ?? said;
}

export function LanguageMember(props: MemberProps) {
  const id = useId();
  const tag = String(props.value ?? "");
  const [typed, setTyped] = useState(nameOfLanguage(tag) || tag);
  useEffect(() => {
    if (tagOfLanguage(typed) !== tag) setTyped(nameOfLanguage(tag) || tag);
  }, [tag]);

  function type(text: string) {
    setTyped(text);
    props.set(tagOfLanguage(text) || null);
  }

  return (
    <>
      <input {...attributesOf(props)} list={`${id}-languages`} autoComplete="off" placeholder="English" value={typed} onChange={(event) => type(event.target.value)} />
      <datalist id={`${id}-languages`}>{OFTEN.map((one) => <option key={one} value={nameOfLanguage(one)} />)}</datalist>
    </>
  );
}
