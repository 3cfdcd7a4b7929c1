import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

// Nothing in .github and .devcontainer runs here, so its names are checked against the repository.

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly on: object;
  readonly permissions?: object;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly steps: readonly Step[];
        readonly needs?: string | readonly string[];
        readonly 'timeout-minutes'?: number;
        readonly strategy?: { readonly matrix: { readonly include: readonly { readonly command: string }[] } };
      }
    >
  >;
}

const scripts = new Set(Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts));

describe('GitHub workflows', () => {
  const files = globSync('.github/workflows/*.yml', { cwd: ROOT });
  const workflows = files.map((file) => [file, parse(read(file)) as Workflow] as const);

  test('exist for pull requests, nights and releases', () => {
    expect(files.map((file) => basename(file)).toSorted()).toEqual(['nightly.yml', 'pull-request.yml', 'release.yml']);
  });

  test.each(workflows)('%s calls only npm scripts and files that exist', (_, workflow) => {
    const commands = commandsOf(workflow);
    const called = commands.flatMap((command) => matches(command, /npm run ([\w:-]+)/g));
    expect(called.filter((name) => !scripts.has(name))).toEqual([]);
    const paths = commands.flatMap((command) => matches(command, /((?:scripts|deploy|\.ci)\/[\w./-]+)/g));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(called.length + paths.length).toBeGreaterThan(0);
  });

  test.each(workflows)(
    '%s limits the time and the permissions of each job, and waits only for its own jobs',
    (_, workflow) => {
      expect(workflow.permissions).toEqual({ contents: 'read' });
      const jobs = Object.values(workflow.jobs);
      expect(jobs.filter((job) => job['timeout-minutes'] === undefined)).toEqual([]);
      const needed = jobs.flatMap((job) => job.needs ?? []);
      expect(needed.filter((name) => !(name in workflow.jobs))).toEqual([]);
    },
  );

  test.each(workflows)('%s uses actions of GitHub only, at a version, and no secret', (file, workflow) => {
    const actions = Object.values(workflow.jobs).flatMap((job) => job.steps.flatMap((step) => step.uses ?? []));
    expect(actions.filter((action) => !/^actions\/[\w-]+@v\d+$/.test(action))).toEqual([]);
    expect(read(file)).not.toMatch(/secrets\./);
  });
});

describe('GitHub forms', () => {
  test.each(globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: ROOT }))('%s parses', (file) => {
    expect(parse(read(file))).toBeTypeOf('object');
  });

  test('code owners are named for paths that exist', () => {
    const paths = matches(read('.github/CODEOWNERS'), /^\/(\S+)\s+@[\w-]+\/[\w-]+$/gm);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('dev container', () => {
  test('names files and services that exist', () => {
    const config = JSON.parse(read('.devcontainer/devcontainer.json')) as Record<string, string>;
    const compose = parse(read(`.devcontainer/${config['dockerComposeFile']}`)) as { services: Record<string, object> };
    expect(Object.keys(compose.services)).toEqual([config['service'], 'postgres', 'nats']);
    const [, script = ''] = config['postCreateCommand']?.split(' ') ?? [];
    expect(existsSync(join(ROOT, script))).toBe(true);
    expect(matches(read(script), /npm run ([\w:-]+)/g).filter((name) => !scripts.has(name))).toEqual([]);
  });

  test('leaves the databases unset, because tests start their own', () => {
    const { services } = parse(read('.devcontainer/compose.yaml')) as { services: { workspace: object } };
    expect(services.workspace).not.toHaveProperty('environment');
  });

  test('has the version of Node that the workspace runs on', () => {
    const version = read('.nvmrc').trim();
    expect(read('.devcontainer/compose.yaml')).toContain(`typescript-node:${version}-`);
    expect((JSON.parse(read('package.json')) as { dependencies: object }).dependencies).toEqual({
      node: `^${version}.0.0`,
    });
  });
});

function commandsOf({ jobs }: Workflow): string[] {
  return Object.values(jobs).flatMap(({ steps, strategy }) => [
    ...steps.flatMap(({ run }) => run ?? []),
    ...(strategy?.matrix.include.map(({ command }) => command) ?? []),
  ]);
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}
