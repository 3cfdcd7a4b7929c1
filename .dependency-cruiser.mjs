// Who may import whom (ARCHITECTURE.md draws it). Paths are those of the real files, whatever the import was called.

const TESTS =
  '\\.test\\.tsx?$|^packages/testkit/|^simulation/|^fuzz/|^faults/|^e2e/|^bench/|^packages/server/src/testing[/.]';

/** `from` may import its own files and `allowed`, and nothing else of ours. */
function onlyImports(from, allowed) {
  return {
    name: `${from}-imports-only-${allowed.join('-and-') || 'itself'}`,
    severity: 'error',
    from: { path: `^packages/${from}/`, pathNot: TESTS },
    to: {
      path: '^(packages|simulation|fuzz|faults|e2e|scripts|bench|examples)/',
      pathNot: `^packages/(${[from, ...allowed].join('|')})/`,
    },
  };
}

export default {
  forbidden: [
    onlyImports('protocol', []),
    onlyImports('client', ['protocol']),
    onlyImports('react', ['client', 'protocol']),
    onlyImports('web', ['react', 'client', 'protocol']),
    onlyImports('server', ['protocol']),
    {
      name: 'chat-imports-only-ports-and-protocol',
      comment:
        'What chat means is free of sockets, SQL and Node: no other part, no library, no built-in module. The limits are constants, all in one file.',
      severity: 'error',
      from: { path: '^packages/server/src/chat/', pathNot: TESTS },
      to: { pathNot: '^packages/server/src/(chat|ports)/|^packages/server/src/limits[.]ts$|^packages/protocol/' },
    },
    {
      name: 'ports-know-no-part',
      severity: 'error',
      from: { path: '^packages/server/src/ports/', pathNot: TESTS },
      to: { path: '^packages/server/', pathNot: '^packages/server/src/ports/' },
    },
    {
      name: 'adapters-are-opened-by-main-the-commands-and-tests',
      comment: 'Everyone else takes the port by argument.',
      severity: 'error',
      from: { pathNot: `^packages/server/src/(main\\.ts$|cli/|adapters/)|${TESTS}` },
      to: { path: '^packages/server/src/adapters/' },
    },
    {
      name: 'testkit-is-for-tests',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'packages-are-entered-by-name',
      comment: 'Import `@parley/name`: a path hides the dependency from package.json, and reaches past the exports.',
      severity: 'error',
      from: { path: '^(packages/[^/]+|simulation|fuzz|faults|e2e|scripts|bench|examples)/' },
      to: { path: '^packages/', pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'the-checker-knows-no-server',
      comment: 'It judges what others recorded: sharing code with what it judges, it could share its mistakes.',
      severity: 'error',
      from: { path: '^faults/checker/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^faults/checker/|^node:|^(fs|readline)$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'imports-resolve',
      comment: 'What the benchmark compares with is installed when it runs, in its own folder.',
      severity: 'error',
      from: { pathNot: '^bench/contenders/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/|^e2e/results/' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default', 'node'] },
  },
};
