/** `before` if `after` looks the same, so that readers know by identity when nothing changed. */
export function reuseIfEqual<T>(before: T | undefined, after: T): T {
  return before !== undefined && isSame(before, after) ? before : after;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(b);
  return keys.length === Object.keys(a).length && keys.every((key) => isSame(Reflect.get(a, key), Reflect.get(b, key)));
}

/** Maps and sets are not: they are the same only when they are one object. */
function isPlain(value: unknown): value is object {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && value.constructor === Object);
}
