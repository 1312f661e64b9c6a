/**
 * Plants one violation of every kind in a copy of the house and expects the import rules to find each.
 * A checker that finds nothing anywhere would otherwise look like a clean house.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PLANTED = [
  { file: 'src/core/planted.ts', text: "import '../ui/planted-target.tsx';", rule: 'core-imports-only-core' },
  {
    file: 'src/core/planted-type.ts',
    text: "import type { Planted } from '../session/planted-target.ts';\nexport type T = Planted;",
    rule: 'core-imports-only-core',
  },
  { file: 'src/core/planted-node.ts', text: "import 'node:fs';", rule: 'core-meets-no-node' },
  { file: 'src/core/planted-package.ts', text: "import 'dexie';", rule: 'dexie-only-at-home' },
  { file: 'src/session/planted-react.ts', text: "import 'react';", rule: 'react-only-at-home' },
  {
    file: 'src/session/planted-core-package.ts',
    text: "import 'fflate';",
    rule: 'core-packages-only-at-home',
  },
  { file: 'src/ui/planted-plotly.ts', text: "import 'plotly.js';", rule: 'plotly-only-at-home' },
  { file: 'src/ui/planted-comlink.ts', text: "import 'comlink';", rule: 'comlink-only-at-home' },
  {
    file: 'src/workers/planted-tensorflow.ts',
    text: "import '@tensorflow/tfjs-core';",
    rule: 'tensorflow-only-at-home',
  },
  {
    file: 'src/kernels/planted-c/planted-tensorflow.ts',
    text: "import '@tensorflow/tfjs-core';",
    rule: 'tensorflow-only-at-home',
  },
  {
    file: 'src/ui/steps/planted-a/a.ts',
    text: "import '../planted-b/b.ts';",
    rule: 'a-step-does-not-import-a-step',
  },
  {
    file: 'src/kernels/planted-a/a.ts',
    text: "import '../planted-b/b.ts';",
    rule: 'a-backend-does-not-import-a-backend',
  },
  {
    file: 'src/workers/planted-a/a.ts',
    text: "import '../planted-b/b.ts';",
    rule: 'a-job-does-not-import-a-job',
  },
  {
    file: 'src/workers/planted-a/c.ts',
    text: "import './d.worker.ts';",
    rule: 'a-worker-is-spawned-never-imported',
  },
  { file: 'src/core/planted-cycle-a.ts', text: "import './planted-cycle-b.ts';", rule: 'no-cycles' },
  { file: 'src/core/planted-orphan.ts', text: 'export const alone = 1;', rule: 'no-orphans' },
  { file: 'e2e/planted.ts', text: "import '../src/core/result.ts';", rule: 'e2e-imports-nothing-of-src' },
];
const TARGETS = [
  ['src/ui/planted-target.tsx', 'export const x = 1;'],
  ['src/session/planted-target.ts', 'export type Planted = 1;'],
  ['src/ui/steps/planted-b/b.ts', 'export const x = 1;'],
  ['src/kernels/planted-b/b.ts', 'export const x = 1;'],
  ['src/workers/planted-b/b.ts', 'export const x = 1;'],
  ['src/workers/planted-a/d.worker.ts', 'export const x = 1;'],
  ['src/core/planted-cycle-b.ts', "import './planted-cycle-a.ts';"],
];

const house = process.cwd();
const copy = mkdtempSync(join(tmpdir(), 'import-rules-'));
try {
  for (const name of ['src/core/result.ts', 'tsconfig.json', 'package.json', '.dependency-cruiser.cjs']) {
    cpSync(join(house, name), join(copy, name));
  }
  symlinkSync(join(house, 'node_modules'), join(copy, 'node_modules'));
  for (const [file, text] of [...TARGETS, ...PLANTED.map((p) => [p.file, p.text])]) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), `${text}\n`);
  }
  const { stdout } = spawnSync(
    join(house, 'node_modules/.bin/depcruise'),
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'e2e'],
    { cwd: copy, encoding: 'utf8', maxBuffer: 1e8 },
  );
  const violations = JSON.parse(stdout).summary.violations;
  const missed = PLANTED.filter(
    ({ file, rule }) => !violations.some((v) => v.from === file && v.rule.name === rule),
  );
  for (const { file, rule } of missed) console.log(`not found: ${rule} in ${file}`);
  console.log(`${PLANTED.length - missed.length} of ${PLANTED.length} planted violations found`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
