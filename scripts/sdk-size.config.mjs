// Bundles the SDK the way an application's build would, so that its size can be measured.
export default {
  root: 'packages/client',
  logLevel: 'warn',
  build: {
    outDir: 'dist',
    target: 'esnext',
    modulePreload: false,
    rolldownOptions: {
      input: 'packages/client/src/index.ts',
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'sdk.js' },
    },
  },
};
