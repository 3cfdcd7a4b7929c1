import { readFileSync } from 'node:fs';

const dist = 'packages/web/dist';

/** What `main.tsx` asks for at once, although it is no part of the entry. */
const CONVERSATION = 'src/features/timeline/conversation.tsx';

/** The entry of the web client and everything it imports before somebody who is signed in can read and write. */
function firstLoad() {
  const manifest = JSON.parse(readFileSync(`${dist}/.vite/manifest.json`, 'utf8'));
  const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
  const chunks = new Set();
  const visit = (key) => {
    if (chunks.has(key)) return;
    chunks.add(key);
    for (const imported of manifest[key].imports ?? []) visit(imported);
  };
  for (const entry of [...entries, CONVERSATION]) visit(entry);
  return [...chunks].map((key) => `${dist}/${manifest[key].file}`);
}

export default [
  { name: 'SDK', path: 'packages/client/dist/sdk.js', limit: '12 KB', gzip: true },
  { name: 'web client, first load of script', path: firstLoad(), limit: '150 KB', gzip: true },
];
