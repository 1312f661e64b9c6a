/**
 * The import table of the house as rules. `.ci/check-import-rules.mjs` plants a violation of each and
 * fails if this file does not find it.
 */
const TEST = '[.](test|browser[.]test|bench|check)[.]tsx?$';

/** Folder → what it may import besides itself. Type imports count. */
const MAY_IMPORT = {
  core: ['core'],
  kernels: ['core', 'kernels'],
  session: ['core', 'session'],
  workers: ['core', 'kernels', 'session', 'workers'],
  storage: ['core', 'session', 'storage'],
  ui: ['core', 'session', 'ui'],
  app: ['core', 'session', 'workers', 'storage', 'ui', 'app'],
};

/** Package pattern → the only place where it may be met. */
const PACKAGE_HOME = [
  { name: 'comlink', packages: '^comlink$', home: '^src/workers/' },
  { name: 'dexie', packages: '^dexie', home: '^src/storage/' },
  { name: 'plotly', packages: '^(plotly[.]js|@types/plotly)', home: '^src/ui/plots/' },
  { name: 'tensorflow', packages: '^@tensorflow/', home: '^src/kernels/(webgpu|general)/' },
  {
    name: 'react',
    packages: '^(react|react-dom|@mantine/|lucide-react)',
    home: '^src/(ui|app)/|^src/main[.]tsx$',
  },
  {
    name: 'core-packages',
    packages: '^(papaparse|hucre|fflate|valibot|@noble/|fft[.]js|canonicalize|@stdlib/)',
    home: '^src/core/',
  },
];

const packagePath = (pattern) =>
  `node_modules/${pattern.startsWith('^') ? pattern.slice(1) : pattern}`.replaceAll('$', '(/|$)');

module.exports = {
  forbidden: [
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
      name: `${folder}-imports-only-${allowed.join('-')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
    })),
    ...PACKAGE_HOME.map(({ name, packages, home }) => ({
      name: `${name}-only-at-home`,
      severity: 'error',
      from: { path: '^src/', pathNot: `${home}|${TEST}` },
      to: { path: packagePath(packages) },
    })),
    {
      name: 'core-meets-no-node',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'a-step-does-not-import-a-step',
      severity: 'error',
      from: { path: '^src/ui/steps/([^/]+)/' },
      to: { path: '^src/ui/steps/', pathNot: '^src/ui/steps/$1/' },
    },
    {
      name: 'a-backend-does-not-import-a-backend',
      severity: 'error',
      from: { path: '^src/kernels/([^/]+)/', pathNot: TEST },
      to: { path: '^src/kernels/[^/]+/', pathNot: '^src/kernels/$1/' },
    },
    {
      name: 'a-job-does-not-import-a-job',
      severity: 'error',
      from: { path: '^src/workers/([^/]+)/' },
      to: { path: '^src/workers/[^/]+/', pathNot: '^src/workers/($1|boundary)/' },
    },
    {
      // Only a job's client names its worker, as `?worker&inline`; without that suffix it has no default export.
      name: 'a-worker-is-spawned-never-imported',
      severity: 'error',
      from: { pathNot: '^src/workers/[^/]+/client[.]ts$' },
      to: { path: '[.]worker[.]ts$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: `(^src/main[.]tsx$|[.]d[.]ts$|[.]worker[.]ts$|${TEST}|^src/kernels/wasm/assembly/|[.]css$)`,
      },
      to: {},
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '[?]' },
    },
    { name: 'e2e-imports-nothing-of-src', severity: 'error', from: { path: '^e2e/' }, to: { path: '^src/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/kernels/wasm/(assembly|build)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
    },
  },
};
