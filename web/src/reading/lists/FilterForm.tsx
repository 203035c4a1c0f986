/** The filters of a list: a form that works by itself, and at once where scripts run. */
import { useEffect, useState } from "react";
import { untwisted } from "../../answers/directions";
import { parameterOf } from "../address";
import { usePage } from "../context";
import { DayField } from "../DayField";
import type { CountsFragment } from "../generated";
import { useSettled } from "../settled";
import type { Labels } from "../topics";

export type Field =
  | { readonly as: "search" | "check" | "day"; readonly name: string; readonly label: string }
  | { readonly as: "order"; readonly name: string; readonly label: string; readonly options: readonly (readonly [string, string])[] }
  | {
      readonly as: "choice";
      readonly name: string;
      readonly label: string;
      readonly facet: string;
      /** What a value is called, given the names of parties by key and the labels of topics by path. */
      readonly shown: (value: string, names: Readonly<Record<string, string>>, labels: Labels) => string;
      /** Values that are offered though nothing has them. */
      readonly always?: readonly string[];
    };

interface FilterFormProps {
  path: string;
  search: string;
  fields: readonly Field[];
  facets: readonly CountsFragment[];
  /** Names of parties by key. They are kept apart from labels: a path may be a key as well. */
  names: Readonly<Record<string, string>>;
  onChange: (change: Readonly<Record<string, string>>) => void;
}

export function FilterForm({ path, search, fields, facets, names, onChange }: FilterFormProps) {
  const { words, labels } = usePage();
  const kept = ["lang", "asOf", "knownAt"].filter((name) => parameterOf(search, name) && !fields.some((field) => field.name === name));
  return (
    <form className="filters" role="search" method="get" action={path} onSubmit={(event) => event.preventDefault()}>
      {kept.map((name) => <input key={name} type="hidden" name={name} value={parameterOf(search, name)} />)}
      {fields.map((field) => {
        const value = parameterOf(search, field.name);
        const take = (next: string) => onChange({ [field.name]: next });
        switch (field.as) {
          case "search":
            return <SearchField key={field.name} name={field.name} label={field.label} value={value} onChange={take} />;
          case "day":
            return <DayField key={field.name} name={field.name} label={field.label} value={value} onChoose={take} />;
          case "check":
            return (
              <label key={field.name} className="check">
                <input
                  type="checkbox"
                  name={field.name}
                  value="true"
                  checked={value === "true"}
                  onChange={(event) => take(event.target.checked ? "true" : "")}
                />
                {field.label}
              </label>
            );
          case "order":
            return (
              <label key={field.name}>
                {field.label}
                <select name={field.name} value={value || field.options[0]?.[0]} onChange={(event) => take(event.target.value)}>
                  {field.options.map(([each, name]) => <option key={each} value={each}>{name}</option>)}
                </select>
              </label>
            );
          case "choice":
            return (
              <Choice
                key={field.name}
                name={field.name}
                label={field.label}
                value={value}
                shown={(one) => field.shown(one, names, labels)}
                options={optionsOf(field, facets)}
                isCut={facets.some(({ facet, cut }) => facet === field.facet && cut)}
                onChange={take}
              />
            );
        }
      })}
      <button type="submit" className="apply">{words.apply}</button>
    </form>
  );
}

type Option = readonly [value: string, count: number];

function optionsOf(
  { facet, always = [] }: Extract<Field, { as: "choice" }>,
  facets: readonly CountsFragment[],
): readonly Option[] {
  const counts = facets.find((one) => one.facet === facet)?.values ?? [];
  const zeros = always.filter((value) => !counts.some((one) => one.value === value)).map((value) => ({ value, count: 0 }));
  return [...counts, ...zeros].map(({ value, count }) => [value, count]);
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string;
  /** What a value is called. */
  shown: (value: string) => string;
  options: readonly Option[];
  /** Whether there are more than these. */
  isCut: boolean;
  onChange: (value: string) => void;
}

function Choice({ name, label, value, shown, options, isCut, onChange }: ChoiceProps) {
  const { words } = usePage();
  const isListed = value === "" || options.some(([each]) => each === value);
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{words.any}</option>
        {!isListed && <option value={value} dir="auto">{untwisted(shown(value))}</option>}
        {options.map(([each, count]) => (
          <option key={each} value={each} dir="auto">{`${shown(each)} (${words.number(count)})`}</option>
        ))}
        {isCut && <option disabled>{words.mostFrequent}</option>}
      </select>
    </label>
  );
}

interface SearchFieldProps {
  name: string;
  label: string;
  value: string;
  onChange: (text: string) => void;
}

/** Words are looked for once nothing has been typed for a moment. */
function SearchField({ name, label, value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const settled = useSettled(typed);
  useEffect(() => {
    if (settled !== value && settled === typed) onChange(settled);
    // What the address says changes by this alone.
  }, [settled]);
  return (
    <label className="search">
      {label}
      <input type="search" name={name} dir="auto" value={typed} onChange={(event) => setTyped(event.target.value)} />
    </label>
  );
}
