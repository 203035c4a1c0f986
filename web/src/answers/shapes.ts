/**
 * What the objects of an answer are. An answer says so itself only where `__typename` was asked
 * for; the operation that it answers says it always, see `operation.ts`.
 */

import { untwisted } from "./directions";

/** A field as an operation asks for it. */
export interface Asked {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Shape {
  /** The object's type, or the interface if nothing tells which type it is. */
  readonly type: string;
  /** By the name in the answer, which an alias makes another than the field's. */
  readonly fields: ReadonlyMap<string, Asked>;
}

export type Json = Readonly<Record<string, unknown>>;
export type ShapeOf = (object: Json) => Shape | undefined;

/** Reads an answer by the names of the schema, whatever the operation called them. */
export class Answer {
  readonly #shapeOf: ShapeOf;

  constructor(shapeOf: ShapeOf = () => undefined) {
    this.#shapeOf = shapeOf;
  }

  typeOf(object: Json): string | undefined {
    const stated = object["__typename"];
    return typeof stated === "string" ? stated : this.#shapeOf(object)?.type;
  }

  /** What was asked of this object and what came, in the order of the answer. */
  members(object: Json): [label: string, asked: Asked, value: unknown][] {
    const fields = this.#shapeOf(object)?.fields;
    return Object.entries(object).map(([label, value]) => [
      label,
      fields?.get(label) ?? { name: label, arguments: {} },
      value,
    ]);
  }

  /** The value of a field; the first one where it was asked for several times. */
  get(object: Json, field: string): unknown {
    return this.members(object).find(([, asked]) => asked.name === field)?.[2];
  }

  /** A text as it may be shown. */
  text(object: Json, field: string): string | null {
    const value = this.get(object, field);
    return typeof value === "string" && value !== "" ? untwisted(value) : null;
  }

  object(object: Json, field: string): Json | null {
    const value = this.get(object, field);
    return isObject(value) ? value : null;
  }

  objects(object: Json, field: string): Json[] {
    const value = this.get(object, field);
    return Array.isArray(value) ? value.filter(isObject) : [];
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
