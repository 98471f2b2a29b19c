/** The order of stepping through places in several documents. */

export interface Place {
  readonly document: string;
  readonly line: number;
  readonly character: number;
}

/**
 * Return the index of the place that comes after `here`, or before it for a `direction` of -1, round the ends; -1 if there
 * is none. `places` are in the order of their documents and lines.
 */
export function nextAfter(places: readonly Place[], here: Place | undefined, direction: 1 | -1): number {
  if (here === undefined) return direction === 1 ? Math.min(0, places.length - 1) : places.length - 1;
  const isBehind = (place: Place) => compare(place, here) * direction > 0;
  const found = direction === 1 ? places.findIndex(isBehind) : places.findLastIndex(isBehind);
  if (found !== -1) return found;
  return direction === 1 ? Math.min(0, places.length - 1) : places.length - 1;
}

function compare(one: Place, other: Place): number {
  if (one.document !== other.document) return one.document < other.document ? -1 : 1;
  return one.line - other.line || one.character - other.character;
}
