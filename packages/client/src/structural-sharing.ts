/** Returns `before` if `after` is equal, so that subscribers see by identity that nothing changed. */
export function reuseIfEqual<T>(before: T | undefined, after: T): T {
  return before !== undefined && isSame(before, after) ? before : after;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(b);
  return keys.length === Object.keys(a).length && keys.every((key) => isSame(Reflect.get(a, key), Reflect.get(b, key)));
}

/** Arrays and plain objects are compared by content; maps, sets and others by identity. */
function isPlain(value: unknown): value is object {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && value.constructor === Object);
}
