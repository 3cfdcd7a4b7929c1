// `npm run build`: makes the workspace ready to run and starts nothing, for whoever has a supervisor start the server.
import { buildWeb, install } from './workspace.mjs';

install();
buildWeb();
