import { readFileSync } from 'node:fs';

const dist = 'packages/web/dist';

/** The entry of the web client and everything it imports before it can start. */
function firstLoad() {
  const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, 'utf8'));
  const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
  const chunks = new Set();
  const visit = (key) => {
    if (chunks.has(key)) return;
    chunks.add(key);
    for (const imported of manifest[key].imports ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return [...chunks].map((key) => `${dist}/${manifest[key].file}`);
}

export default [
  { name: 'SDK', path: 'packages/client/dist/sdk.js', limit: '12 KB', gzip: true },
  { name: 'web client, first load of script', path: firstLoad(), limit: '150 KB', gzip: true },
];
