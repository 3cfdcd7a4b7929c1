const CONTAINER = /^ {0,3}(?:>|(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$))/;

/**
 * Ends a quote or list at the first line without a marker. Markdown would continue it with such a line, but people who
 * write right below a quote mean their own words.
 */
export function closeContainers(text: string): string {
  const lines: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    const isMarked = CONTAINER.test(line);
    const isBlank = line.trim() === '';
    const isIndented = line.startsWith('  ') || line.startsWith('\t');
    if (inside && !isMarked && !isBlank && !isIndented) lines.push('');
    inside = isMarked || (inside && isIndented && !isBlank);
    lines.push(line);
  }
  return lines.join('\n');
}
