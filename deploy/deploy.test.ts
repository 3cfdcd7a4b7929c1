import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Copy, type Dockerfile } from 'dockerfile-ast';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

// These files can't run in a test: they need a container engine, a domain and a machine of their own. The tests check that
// every name in them refers to something.

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** All variables that the server reads. */
const SETTINGS = new Set(matches(read('packages/server/src/config/read-config.ts'), /'([A-Z][A-Z_]+)'/g));
/** Variables of Node. */
const NODES = new Set(['NODE_ENV']);

const dockerfile: Dockerfile = DockerfileParser.parse(read('deploy/Dockerfile'));
const instructions = dockerfile.getInstructions();

test('every setting is documented', () => {
  expect(SETTINGS.size).toBeGreaterThan(10);
  const documented = read('docs/operations.md');
  expect([...SETTINGS].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('the Dockerfile copies only files that exist and are in the build context', () => {
  const admitted = matches(read('deploy/Dockerfile.dockerignore'), /^!(.+)$/gm);
  const copies = dockerfile.getCOPYs();
  const stages = dockerfile.getFROMs().map((from) => from.getBuildStage());
  expect(copies.length).toBeGreaterThan(5);
  for (const copy of copies) {
    const stage = stageOf(copy);
    if (stage !== null) expect(stages).toContain(stage);
    else {
      const sources = argumentsOf(copy).slice(0, -1);
      expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
      expect(sources.filter((source) => !admitted.includes(source.split('/')[0] ?? ''))).toEqual([]);
    }
  }
});

test('the Dockerfile copies the manifest of every package in the lock file', () => {
  const copied = new Set(dockerfile.getCOPYs().flatMap(argumentsOf));
  const manifests = Object.keys((JSON.parse(read('package-lock.json')) as { packages: object }).packages)
    .filter((path) => /^packages\/[^/]+$/.test(path))
    .map((path) => `${path}/package.json`);
  expect(manifests.length).toBeGreaterThan(3);
  expect(manifests.filter((manifest) => !copied.has(manifest))).toEqual([]);
});

test('the image runs an existing program, not as root, with a health check', () => {
  const last = instructions.slice(instructions.findLastIndex(isCalled('FROM')));
  const argumentOf = (keyword: string): string => last.find(isCalled(keyword))?.getRawArgumentsContent() ?? '';
  expect(argumentOf('USER')).toBe('node');
  expect(argumentOf('HEALTHCHECK')).toContain('/healthz');
  const [, program] = JSON.parse(argumentOf('CMD')) as string[];
  expect(existsSync(join(ROOT, program ?? ''))).toBe(true);
  const variables = dockerfile.getENVs().flatMap((env) => env.getProperties().map((property) => property.getName()));
  expect(variables).toContain('HOST');
  expect(variables.filter((name) => !SETTINGS.has(name) && !NODES.has(name))).toEqual([]);
});

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly build?: { readonly context: string; readonly dockerfile: string };
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly ipam?: { readonly config: readonly { subnet: string }[] } }>>;
  readonly volumes: object;
}
const composeText = read('deploy/compose.yaml');
const compose = parse(composeText, { merge: true }) as Compose;
const nodes = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

test('every name in the compose file is defined', () => {
  for (const service of Object.values(compose.services)) {
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})));
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining([...service.networks]));
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(join(ROOT, 'deploy', source))).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  }
  const asked = new Set(matches(composeText, /\$\{([A-Z_]+)/g));
  const offered = matches(read('deploy/compose.env.example'), /^([A-Z_]+)=/gm);
  expect([...asked].toSorted()).toEqual(offered.toSorted());
});

test('the compose file has two equal nodes with valid settings that trust only Caddy as a proxy', () => {
  expect(nodes).toHaveLength(2);
  for (const [, { build, environment = {} }] of nodes) {
    expect(existsSync(join(ROOT, 'deploy', build?.context ?? '', build?.dockerfile ?? ''))).toBe(true);
    expect(Object.keys(environment).filter((name) => !SETTINGS.has(name))).toEqual([]);
    expect(environment).toEqual(nodes[0]?.[1].environment);
    expect(environment['PARLEY_TRUSTED_PROXIES']).toBe(compose.networks['front']?.ipam?.config[0]?.subnet);
  }
  const open = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);
  expect(open.map(([name]) => name)).toEqual(['caddy']);
  expect(compose.services['caddy']?.networks).not.toContain('back');
});

test('every service that others depend on has a health check', () => {
  const awaited = new Set(Object.values(compose.services).flatMap((service) => Object.keys(service.depends_on ?? {})));
  const silent = [...awaited].filter((name) => {
    const service = compose.services[name];
    return service?.healthcheck === undefined && service?.build === undefined;
  });
  expect(silent).toEqual([]);
});

test('Caddy forwards to every node at its port', () => {
  const [, upstreams = ''] = /reverse_proxy (.+) \{/.exec(read('deploy/Caddyfile')) ?? [];
  expect(upstreams.split(' ')).toEqual(nodes.map(([name]) => `${name}:3000`));
  expect(dockerfile.getENVs().map(String).join()).toContain('PORT=3000');
});

test('the systemd unit starts an existing program with valid settings and few permissions', () => {
  const lines = read('deploy/parley.service')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const sections = lines.filter((line) => line.startsWith('['));
  expect(sections).toEqual(['[Unit]', '[Service]', '[Install]']);
  expect(lines.filter((line) => !line.startsWith('[') && !/^[A-Z][A-Za-z]+=/.test(line))).toEqual([]);
  const unit = new Map(lines.filter((line) => line.includes('=')).map((line) => splitAtEquals(line)));
  const folder = unit.get('WorkingDirectory') ?? '';
  const [program = '', script = ''] = unit.get('ExecStart')?.split(' ') ?? [];
  for (const path of [program.slice(folder.length + 1), script]) expect(existsSync(join(ROOT, path))).toBe(true);
  const variables = matches(unit.get('Environment') ?? '', /([A-Z_]+)=/g);
  expect(variables.filter((name) => !SETTINGS.has(name) && !NODES.has(name))).toEqual([]);
  const hardened = { NoNewPrivileges: 'yes', ProtectSystem: 'strict', StateDirectory: 'parley', DynamicUser: 'yes' };
  expect(Object.fromEntries(unit)).toMatchObject(hardened);
});

test('the example environment file has valid settings', () => {
  const names = matches(read('deploy/parley.env.example'), /^#?([A-Z_]+)=/gm);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !SETTINGS.has(name))).toEqual([]);
});

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

function splitAtEquals(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

function isCalled(keyword: string) {
  return (instruction: (typeof instructions)[number]): boolean => instruction.getKeyword() === keyword;
}

function stageOf(copy: Copy): string | null {
  const flag = copy.getFlags().find((candidate) => candidate.getName() === 'from');
  return flag?.getValue() ?? null;
}

function argumentsOf(copy: Copy): string[] {
  return copy.getArguments().map((argument) => argument.getValue());
}
