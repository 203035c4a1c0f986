/** Places in a text: the API counts code points, a page counts UTF-16 units. */

/** The part of a text between two places in code points. */
export function sliceCodePoints(text: string, start: number, end: number): string {
  const from = toUnits(text, start);
  return text.slice(from, toUnits(text, end - start, from));
}

/** The UTF-16 unit at which so many code points after `from` end. */
function toUnits(text: string, points: number, from = 0): number {
  let unit = from;
  for (let left = points; left > 0 && unit < text.length; left--) unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
  return unit;
}

/** Converts many places of one text, both ways, without counting from its beginning each time. */
export class Places {
  /** The UTF-16 units of the code points that take two; most texts have none. */
  private readonly wide: readonly number[];

  constructor(private readonly text: string) {
    const wide: number[] = [];
    for (let unit = 0; unit < text.length; unit++) {
      if (text.codePointAt(unit)! > 0xffff) wide.push(unit++);
    }
    this.wide = wide;
  }

  toPoint(unit: number): number {
    return unit - count(this.wide, (wide) => wide < unit - 1);
  }

  toUnit(point: number): number {
    let unit = point;
    for (const wide of this.wide) {
      if (wide >= unit) break;
      unit++;
    }
    return Math.min(unit, this.text.length);
  }
}

function count(sorted: readonly number[], isBefore: (unit: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
