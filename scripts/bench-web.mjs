// `npm run bench:web`: builds the web client if necessary, then measures it. With `-- --quick` it takes two minutes.
import { buildWeb, install, run } from './workspace.mjs';

install();
buildWeb();
process.exit(run('node', ['bench/web/run.ts', ...process.argv.slice(2)]));
