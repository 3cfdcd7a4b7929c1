// Which of the servers that the cluster tests start is not installed.
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Their names as Debian packages, with a sentence's worth of why; empty when all are there. */
export function missingServers() {
  const servers = [
    { package: 'postgresql', programs: ['initdb', 'postgres'], folders: [...path(), ...debianPostgres()] },
    { package: 'nats-server', programs: ['nats-server'], folders: [...path(), '/usr/sbin'] },
  ];
  return servers.filter(({ programs, folders }) => !folders.some((folder) => hasAll(folder, programs)));
}

function path() {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** Debian keeps the server's programs out of PATH. */
function debianPostgres() {
  try {
    return readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
}

function hasAll(folder, programs) {
  try {
    for (const program of programs) accessSync(join(folder, program), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
