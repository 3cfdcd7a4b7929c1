// `npm run build`: installs and builds, and starts nothing: a supervisor starts the server.
import { buildWeb, install } from './workspace.mjs';

install();
buildWeb();
