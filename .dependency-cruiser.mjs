// Who may import whom (ARCHITECTURE.md draws it). Paths are those of the real files, whatever the import was called.

/** Test code: its imports have rules of their own. */
const TESTS =
  '\\.(test|contract)\\.tsx?$|^packages/testkit/|^tests/|^bench/|^packages/(server|web)/src/testing[/.]|/fixture\\.ts$';
const OURS = '^(packages|tests|scripts|bench|deploy|examples)/';
const SERVER = '^packages/server/src';

/** Code of `from` may import its own files and `allowed`, and nothing else of ours. */
function onlyImports(from, allowed) {
  return {
    name: `${from}-imports-only-${allowed.join('-and-') || 'itself'}`,
    severity: 'error',
    from: { path: `^packages/${from}/`, pathNot: TESTS },
    to: { path: OURS, pathNot: `^packages/(${[from, ...allowed].join('|')})/` },
  };
}

/** A part of the server may import its own files, `allowed` parts, the limits, and no other part of the server. */
function serverPart(from, allowed) {
  return {
    name: `server-${from}-imports-only-${allowed.join('-and-') || 'itself'}`,
    severity: 'error',
    from: { path: `${SERVER}/${from}/`, pathNot: TESTS },
    to: {
      path: `${SERVER}/`,
      pathNot: `${SERVER}/((${[from, ...allowed].join('|')})/|(limits|token-bucket|client-address)[.]ts$)`,
    },
  };
}

/** A suite of tests imports its own files and these packages. Suites share code through the testkit only. */
function testSuite(name, packages) {
  return {
    name: `tests-${name}-imports-only-${packages.join('-and-') || 'itself'}`,
    severity: 'error',
    from: { path: `^tests/${name}/` },
    to: { path: OURS, pathNot: `^tests/${name}/|^packages/(${packages.join('|')})/` },
  };
}

export default {
  forbidden: [
    onlyImports('protocol', []),
    onlyImports('client', ['protocol']),
    onlyImports('react', ['client', 'protocol']),
    onlyImports('web', ['react', 'client', 'protocol']),
    onlyImports('server', ['protocol']),
    serverPart('ports', []),
    serverPart('kernel', ['ports']),
    serverPart('chat', ['kernel', 'ports']),
    serverPart('identity', ['config', 'ports']),
    serverPart('realtime', ['chat', 'config', 'identity', 'kernel', 'ports']),
    serverPart('http', ['chat', 'config', 'identity', 'kernel', 'ports']),
    serverPart('adapters', ['config', 'ports']),
    serverPart('config', []),
    serverPart('transfer', ['adapters', 'config', 'ports']),
    serverPart('cli', ['adapters', 'config', 'ports', 'transfer']),
    {
      name: 'kernel-and-chat-import-no-library-and-no-built-in-module',
      comment: 'What chat means is free of sockets, SQL and Node. The limits are constants, all in one file.',
      severity: 'error',
      from: { path: `${SERVER}/(kernel|chat)/`, pathNot: TESTS },
      to: { pathNot: '^packages/(server|protocol)/' },
    },
    {
      name: 'adapters-are-opened-by-main-transfers-commands-and-tests',
      comment: 'Everyone else takes the port by argument.',
      severity: 'error',
      from: { pathNot: `${SERVER}/(main\\.ts$|cli/|transfer/|adapters/)|${TESTS}` },
      to: { path: `${SERVER}/adapters/` },
    },
    {
      name: 'transfers-are-started-by-commands',
      comment: 'They need the databases for themselves, so no server starts one.',
      severity: 'error',
      from: { pathNot: `${SERVER}/(cli|transfer)/|${TESTS}` },
      to: { path: `${SERVER}/transfer/` },
    },
    {
      name: 'app-imports-no-adapter-and-main-is-imported-by-nobody',
      severity: 'error',
      from: {},
      to: { path: `${SERVER}/(main|cli)\\.ts$` },
    },
    {
      name: 'ui-imports-only-lib',
      severity: 'error',
      from: { path: '^packages/web/src/ui/', pathNot: TESTS },
      to: { path: '^packages/web/src/', pathNot: '^packages/web/src/(ui|lib)/' },
    },
    {
      name: 'features-do-not-import-the-shell',
      comment: 'What several features share is a hook or a store in lib, a component in ui, or a feature of its own.',
      severity: 'error',
      from: { path: '^packages/web/src/features/', pathNot: TESTS },
      to: { path: '^packages/web/src/(app/|main[.])' },
    },
    {
      name: 'lib-imports-only-itself',
      severity: 'error',
      from: { path: '^packages/web/src/lib/', pathNot: TESTS },
      to: { path: '^packages/web/src/', pathNot: '^packages/web/src/lib/' },
    },
    {
      name: 'testkit-is-for-tests',
      severity: 'error',
      from: { pathNot: `${TESTS}|^scripts/` },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'testkit-imports-only-client-and-protocol',
      severity: 'error',
      from: { path: '^packages/testkit/' },
      to: { path: OURS, pathNot: '^packages/(testkit|client|protocol)/' },
    },
    testSuite('conformance', ['protocol', 'testkit']),
    testSuite('cluster', ['protocol', 'testkit']),
    testSuite('browser', ['protocol', 'testkit']),
    testSuite('faults', ['client', 'protocol', 'testkit']),
    testSuite('fuzz', ['protocol', 'server', 'testkit']),
    testSuite('simulation', ['client', 'protocol', 'server', 'testkit']),
    testSuite('mutation', []),
    {
      name: 'packages-are-entered-by-name',
      comment: 'Import `@parley/name`: a path hides the dependency from package.json, and reaches past the exports.',
      severity: 'error',
      from: { path: '^(packages/[^/]+|tests|scripts|bench|deploy|examples)/' },
      to: { path: '^packages/', pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'the-checker-shares-no-code-with-the-server',
      comment: 'It checks what others recorded: sharing code with what it checks, it could share its mistakes.',
      severity: 'error',
      from: { path: '^tests/faults/checker/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^tests/faults/checker/|^node:|^(fs|readline)$' },
    },
    {
      name: 'benchmarks-import-only-the-testkit',
      comment: 'They start the servers as processes.',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: OURS, pathNot: '^bench/|^packages/testkit/' },
    },
    {
      name: 'examples-import-only-what-a-user-of-the-sdk-has',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: OURS, pathNot: '^packages/(client|react|protocol)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'imports-resolve',
      comment: 'What the benchmark compares with is installed when it runs, in its own folder.',
      severity: 'error',
      from: { pathNot: '^bench/targets/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/|^tests/browser/results/' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default', 'node'] },
  },
};
