// Finds out which of the servers that tests of several nodes start are not installed.
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The missing servers by their Debian package, with what was searched. Empty if all are installed. */
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

/** Debian does not put the server programs into PATH. */
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
